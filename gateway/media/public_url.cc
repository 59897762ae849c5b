#include "gateway/media/public_url.h"

#include <array>

#include <openssl/crypto.h>

#include "gateway/net/url.h"

namespace postern::media {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t signed_bytes = 24;
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t token_bytes = 54;  // of 40 bytes

void put(std::uint64_t value, int bytes, std::string& out) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFFU);
}

std::uint64_t take(std::string_view& from, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value = value << 8 | static_cast<unsigned char>(from[i]);
    from.remove_prefix(bytes);
    return value;
}

std::string encode(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (have += 8; have >= 6; have -= 6) out += letters[bits >> (have - 6) & 63U];
    }
    if (have > 0) out += letters[bits << (6 - have) & 63U];
    return out;
}

/// Only what encode() writes: bits behind the end must be zero.
std::optional<std::string> decode(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : text) {
        const std::size_t value = letters.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out += static_cast<char>(bits >> have & 0xFFU);
    }
    if ((bits & ((1U << have) - 1U)) != 0) return std::nullopt;
    return out;
}

}  // namespace

storage::Blind UrlSigner::mac_of(std::string_view bytes) const {
    return sealer_.blind("media-url", bytes);
}

std::string UrlSigner::token(const model::UploadId& upload, model::Instant expires) const {
    using std::chrono::duration_cast;
    std::string bytes;
    put(upload.ulid.milliseconds, 6, bytes);
    put(upload.ulid.epoch, 3, bytes);
    put(upload.ulid.sequence, 7, bytes);
    const auto seconds = duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
    put(static_cast<std::uint64_t>(seconds), 8, bytes);
    const storage::Blind mac = mac_of(bytes);
    bytes.append(reinterpret_cast<const char*>(mac.bytes.data()), mac.bytes.size());
    return encode(bytes);
}

std::optional<model::UploadId> UrlSigner::open(std::string_view token, model::Instant now) const {
    if (token.size() != token_bytes) return std::nullopt;
    const auto bytes = decode(token);
    if (!bytes || bytes->size() != signed_bytes + mac_bytes) return std::nullopt;
    std::string_view rest = *bytes;
    const storage::Blind mac = mac_of(rest.substr(0, signed_bytes));
    if (CRYPTO_memcmp(mac.bytes.data(), rest.data() + signed_bytes, mac_bytes) != 0)
        return std::nullopt;
    model::UploadId upload;
    upload.ulid.milliseconds = take(rest, 6);
    upload.ulid.epoch = static_cast<std::uint32_t>(take(rest, 3));
    upload.ulid.sequence = take(rest, 7);
    const std::chrono::seconds expires{static_cast<std::int64_t>(take(rest, 8))};
    if (model::Instant{expires} <= now) return std::nullopt;
    return upload;
}

std::string origin_of(std::string_view url) {
    const auto parsed = net::parse_url(url);
    return parsed ? (parsed->secure ? "https://" : "http://") + parsed->authority : std::string{};
}

}  // namespace postern::media
