// Digests in OpenSSL's one-call form: a webhook of this scheme is rare beside its cost, and three
// of its five methods nobody else uses.
#include "adapters/vonage/signature.h"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "adapters/shared/encoding.h"

namespace postern::adapters::vonage {
namespace {

constexpr std::array<std::string_view, 5> words = {"md5hash", "md5", "sha1", "sha256", "sha512"};

struct Digest {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
};

const EVP_MD* algorithm_of(Method method) {
    switch (method) {
        case Method::md5hash:
        case Method::md5:
            return EVP_md5();
        case Method::sha1:
            return EVP_sha1();
        case Method::sha256:
            return EVP_sha256();
        case Method::sha512:
            return EVP_sha512();
    }
    return EVP_sha256();
}

Digest digest(Method method, const Secret& secret, std::string_view text) {
    Digest out;
    const std::string_view key = secret.reveal();
    if (method == Method::md5hash) {
        std::string joined;
        joined.reserve(text.size() + key.size());
        joined.append(text).append(key);
        if (EVP_Digest(joined.data(), joined.size(), out.bytes.data(), &out.size, EVP_md5(),
                       nullptr) != 1) {
            out.size = 0;
        }
        OPENSSL_cleanse(joined.data(), joined.size());
        return out;
    }
    if (HMAC(algorithm_of(method), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.bytes.data(),
             &out.size) == nullptr) {
        out.size = 0;
    }
    return out;
}

bool equals(const Digest& digest, std::string_view claimed) {
    return digest.size != 0 && claimed.size() == digest.size &&
           CRYPTO_memcmp(digest.bytes.data(), claimed.data(), digest.size) == 0;
}

}  // namespace

std::optional<Method> method_of(std::string_view word) {
    const auto* const found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Method>(found - words.begin());
}

std::optional<std::string> signed_text(std::span<const shared::FormField> fields) {
    std::vector<const shared::FormField*> sorted;
    sorted.reserve(fields.size());
    std::size_t bytes = 0;
    for (const shared::FormField& field : fields) {
        if (field.name.find_first_of("&=") != std::string::npos) return std::nullopt;
        if (field.name == "sig") continue;
        sorted.push_back(&field);
        bytes += field.name.size() + field.value.size() + 2;
    }
    std::ranges::stable_sort(sorted, {}, &shared::FormField::name);
    std::string text;
    text.reserve(bytes);
    for (const shared::FormField* field : sorted) {
        text.append("&").append(field->name).append("=");
        for (const char c : field->value) text += c == '&' || c == '=' ? '_' : c;
    }
    return text;
}

std::string sign(Method method, const Secret& secret, std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    const Digest made = digest(method, secret, text);
    std::string out;
    out.reserve(std::size_t{2} * made.size);
    for (unsigned int i = 0; i < made.size; ++i) {
        out += digits[made.bytes[i] >> 4];
        out += digits[made.bytes[i] & 0xf];
    }
    return out;
}

bool is_signed(std::optional<Method> method, std::span<const Secret> secrets, std::string_view text,
               std::string_view claimed) {
    const auto bytes = shared::from_hex(claimed);
    if (!bytes) return false;
    for (const Secret& secret : secrets) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto candidate = static_cast<Method>(i);
            if (method && *method != candidate) continue;
            if (equals(digest(candidate, secret, text), *bytes)) return true;
        }
    }
    return false;
}

}  // namespace postern::adapters::vonage
