// AES-256-CBC with the key's first half as the vector; padding of 1 to 32 bytes, which OpenSSL's
// own would refuse. Inside: 16 random bytes, the length (32 bits, big-endian), the XML, the AppID.
#include "adapters/wechat/crypt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "adapters/shared/encoding.h"

namespace postern::adapters::wechat {
namespace {

constexpr std::size_t key_letters = 43;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t vector_bytes = 16;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t padding_max = 32;
constexpr std::size_t random_bytes = 16;
constexpr std::size_t head_bytes = random_bytes + 4;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The last letter has two bits more than the key. WeChat picks letters, not bits, so they may be
/// set, and a strict decoder would refuse two keys in three.
std::optional<std::string> key_of(const Secret& key) {
    std::string letters(key.reveal());
    if (letters.size() != key_letters) return std::nullopt;
    const std::size_t value = alphabet.find(letters.back());
    if (value == std::string_view::npos) return std::nullopt;
    letters.back() = alphabet[value & ~std::size_t{3}];
    auto bytes = shared::from_base64(letters += '=');
    OPENSSL_cleanse(letters.data(), letters.size());
    if (bytes && bytes->size() != key_bytes) return std::nullopt;
    return bytes;
}

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

std::optional<std::string> decipher(std::string_view key, std::string_view bytes) {
    const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
    const auto* const raw_key = reinterpret_cast<const unsigned char*>(key.data());
    if (!context ||
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, raw_key, raw_key) != 1) {
        return std::nullopt;
    }
    static_assert(vector_bytes <= key_bytes);
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    std::string out(bytes.size() + block_bytes, '\0');
    int first = 0;
    int last = 0;
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    if (EVP_DecryptUpdate(context.get(), to, &first,
                          reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size())) != 1 ||
        EVP_DecryptFinal_ex(context.get(), to + first, &last) != 1) {
        return std::nullopt;
    }
    out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
    return out;
}

bool strip_padding(std::string& plain) {
    if (plain.empty()) return false;
    const std::size_t count = static_cast<unsigned char>(plain.back());
    if (count == 0 || count > padding_max || count > plain.size()) return false;
    const auto begin = plain.end() - static_cast<std::ptrdiff_t>(count);
    if (!std::all_of(begin, plain.end(), [&](char c) { return c == plain.back(); })) return false;
    plain.erase(begin, plain.end());
    return true;
}

std::string without_blanks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
    }
    return out;
}

}  // namespace

std::string signature(std::initializer_list<std::string_view> parts) {
    std::vector<std::string_view> sorted(parts);
    std::ranges::sort(sorted);
    std::string joined;
    for (const std::string_view part : sorted) joined.append(part);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        return {};
    }
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (std::size_t i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 0x0f];
    }
    return hex;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_aes_key(const Secret& key) {
    return key.reveal().size() == key_letters &&
           std::ranges::all_of(key.reveal(), is_letter_or_digit);
}

std::optional<std::string> decrypt(const Secret& key, std::string_view encrypted,
                                   std::string_view app_id) {
    auto raw_key = key_of(key);
    const auto bytes = shared::from_base64(without_blanks(encrypted));
    if (!raw_key || !bytes || bytes->empty() || bytes->size() % block_bytes != 0) {
        return std::nullopt;
    }
    auto plain = decipher(*raw_key, *bytes);
    OPENSSL_cleanse(raw_key->data(), raw_key->size());
    if (!plain || !strip_padding(*plain) || plain->size() < head_bytes) return std::nullopt;
    std::uint32_t length = 0;
    for (std::size_t i = random_bytes; i < head_bytes; ++i) {
        length = length << 8 | static_cast<unsigned char>((*plain)[i]);
    }
    if (length > plain->size() - head_bytes) return std::nullopt;
    const std::string_view named = std::string_view(*plain).substr(head_bytes + length);
    if (!app_id.empty() && named != app_id) return std::nullopt;
    return plain->substr(head_bytes, length);
}

}  // namespace postern::adapters::wechat
