// Base 32 as in ULIDs, SHA-256 and randomness from OpenSSL.
#include "gateway/api/key_token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "gateway/api/sha256.h"
#include "gateway/runtime/check.h"

namespace postern::api {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view prefix = "pk_";
constexpr std::size_t id_chars = 26;
constexpr std::size_t secret_chars = 52;
constexpr std::size_t checksum_chars = 7;
constexpr std::size_t token_chars = 3 + id_chars + 1 + secret_chars + 1 + checksum_chars;

/// CRC-32 (reflected, polynomial 0xEDB88320) of each byte.
constexpr std::array<std::uint32_t, 256> make_checksums() {
    std::array<std::uint32_t, 256> checksums{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB8'8320 : 0);
        checksums[byte] = crc;
    }
    return checksums;
}
constexpr std::array<std::uint32_t, 256> checksums = make_checksums();

std::uint32_t checksum_of(std::string_view text) {
    std::uint32_t crc = 0xFFFF'FFFF;
    for (const char c : text)
        crc = (crc >> 8) ^ checksums[(crc ^ static_cast<std::uint8_t>(c)) & 0xFF];
    return ~crc;
}

std::string checksum_text(std::string_view text) {
    std::uint64_t crc = checksum_of(text);
    std::string out(checksum_chars, '0');
    for (std::size_t i = checksum_chars; i-- > 0; crc >>= 5) out[i] = alphabet[crc & 31];
    return out;
}

/// The secret within a well-formed token; empty for any other text.
std::string_view secret_of(std::string_view token) {
    if (token.size() != token_chars || !token.starts_with(prefix)) return {};
    if (token[3 + id_chars] != '_' || token[3 + id_chars + 1 + secret_chars] != '_') return {};
    const std::string_view body = token.substr(0, token_chars - checksum_chars - 1);
    if (checksum_text(body) != token.substr(token_chars - checksum_chars)) return {};
    return token.substr(3 + id_chars + 1, secret_chars);
}

}  // namespace

std::string make_secret() {
    std::array<std::uint8_t, 32> bytes{};
    POSTERN_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1,
                  "the system gives no random bytes");
    std::string text;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 5; held -= 5) text += alphabet[bits >> (held - 5) & 31];
    }
    text += alphabet[bits << (5 - held) & 31];
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return text;
}

std::string make_token(const model::KeyId& id, std::string_view secret) {
    std::string token(prefix);
    model::append_ulid(id.ulid, token);
    token.append("_").append(secret);
    return token + "_" + checksum_text(token);
}

KeyHash hash_secret(std::string_view secret) {
    return sha256({secret});
}

KeyHash hash_token(std::string_view token) {
    const std::string_view secret = secret_of(token);
    return hash_secret(secret.empty() ? token : secret);
}

bool same_hash(const KeyHash& a, const KeyHash& b) {
    static constexpr KeyHash none{};
    const bool same = CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
    return same && CRYPTO_memcmp(a.data(), none.data(), a.size()) != 0;
}

}  // namespace postern::api
