// HMAC through EVP_MAC with re-initialisation without a key, which OpenSSL 3 defines as "the same
// key again". Cached keys are `Secret`s, so they are wiped when they leave.
#include "adapters/shared/hmac.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace postern::adapters::shared {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

/// Keyed states a thread keeps; beyond it the one not used for longest goes. An appliance has a few
/// accounts with one or two secrets each.
constexpr std::size_t keyed_max = 64;

struct FreeContext {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

struct Keyed {
    Digest digest;
    std::size_t hash;  // of the key: tells most keys apart without touching them
    Secret key;
    Context context;
};

/// OpenSSL's HMAC implementation, fetched once: fetching takes a lock and a look-up by name.
EVP_MAC* implementation() {
    static EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    return fetched;
}

Context keyed_context(Digest digest, const Secret& key) {
    Context context(EVP_MAC_CTX_new(implementation()));
    if (!context) return nullptr;
    char name[8] = "SHA256";
    if (digest == Digest::sha1) std::char_traits<char>::copy(name, "SHA1", 5);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end()};
    // An empty key is a key to HMAC, but a null pointer is not.
    static constexpr unsigned char none = 0;
    const std::string_view bytes = key.reveal();
    const auto* data = bytes.empty() ? &none : reinterpret_cast<const unsigned char*>(bytes.data());
    if (EVP_MAC_init(context.get(), data, bytes.size(), parameters) != 1) return nullptr;
    return context;
}

bool same_key(const Keyed& entry, Digest digest, std::size_t hash, std::string_view key) {
    return entry.hash == hash && entry.digest == digest && entry.key.equals(key);
}

/// The state of this key, ready for data. Null if OpenSSL refuses.
EVP_MAC_CTX* ready_context(Digest digest, const Secret& key) {
    thread_local std::vector<Keyed> cache;  // most recently used last
    const std::size_t hash = std::hash<std::string_view>{}(key.reveal());
    for (std::size_t i = cache.size(); i-- > 0;) {
        if (!same_key(cache[i], digest, hash, key.reveal())) continue;
        if (i + 1 != cache.size())
            std::rotate(cache.begin() + static_cast<std::ptrdiff_t>(i),
                        cache.begin() + static_cast<std::ptrdiff_t>(i) + 1, cache.end());
        EVP_MAC_CTX* const context = cache.back().context.get();
        return EVP_MAC_init(context, nullptr, 0, nullptr) == 1 ? context : nullptr;
    }
    Context context = keyed_context(digest, key);
    if (!context) return nullptr;
    if (cache.size() == keyed_max) cache.erase(cache.begin());
    cache.push_back({digest, hash, key, std::move(context)});
    return cache.back().context.get();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex_of(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += hex_digits[static_cast<unsigned char>(c) >> 4];
        out += hex_digits[static_cast<unsigned char>(c) & 0xf];
    }
    return out;
}

}  // namespace

Mac hmac(Digest digest, const Secret& key, std::string_view data) {
    Mac mac;
    EVP_MAC_CTX* const context = ready_context(digest, key);
    if (context == nullptr) return mac;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t size = 0;
    if (EVP_MAC_update(context, bytes, data.size()) == 1 &&
        EVP_MAC_final(context, mac.bytes_.data(), &size, mac.bytes_.size()) == 1) {
        mac.size_ = size;
    }
    return mac;
}

std::string Mac::hex() const {
    return hex_of(bytes());
}

std::string Mac::base64() const {
    std::string out(4 * ((size_ + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_.data(),
                                       static_cast<int>(size_));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

bool Mac::equals_hex(std::string_view spelled) const {
    std::array<char, 64> text{};
    for (std::size_t i = 0; i < size_; ++i) {
        text[2 * i] = hex_digits[bytes_[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes_[i] & 0xf];
    }
    return equal_in_constant_time({text.data(), 2 * size_}, spelled);
}

bool Mac::equals_base64(std::string_view spelled) const {
    return equal_in_constant_time(base64(), spelled);
}

std::string fingerprint(std::string_view data, std::size_t bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        size = 0;
    }
    const std::size_t kept = bytes < size ? bytes : size;
    return hex_of({reinterpret_cast<const char*>(digest.data()), kept});
}

}  // namespace postern::adapters::shared
