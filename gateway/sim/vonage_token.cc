#include "gateway/sim/vonage_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "gateway/sim/base64.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::int64_t life_max_s = 24 * 3'600;
constexpr std::int64_t skew_s = 60;

std::string to_url_safe(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

bool from_url_safe(std::string_view text, std::string& out) {
    // The standard's own characters and padding have no place in a token.
    if (text.find_first_of("+/=") != std::string_view::npos) return false;
    std::string padded(text);
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    return base64_decode(padded, out);
}

std::string encoded(std::string_view bytes) {
    return to_url_safe(base64_encode(bytes));
}

bool is_signed(std::string_view text, std::string_view signature, const std::string& file) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(BIO_new_file(file.c_str(), "r"),
                                                          &BIO_free);
    if (!bytes) return false;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    if (!key || !context || EVP_PKEY_is_a(key.get(), "RSA") != 1) return false;
    const auto* const given = reinterpret_cast<const unsigned char*>(signature.data());
    const auto* const said = reinterpret_cast<const unsigned char*>(text.data());
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), given, signature.size(), said, text.size()) == 1;
}

/// Seconds, as a number.
std::int64_t seconds_of(const JsonObject& object, std::string_view name) {
    double number = 0;
    return number_of(object, name, number) ? static_cast<std::int64_t>(number) : 0;
}

}  // namespace

bool read_vonage_token(std::string_view token, const std::string& public_key,
                       VonageClaims& claims) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', std::min(first, token.size() - 1) + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return false;
    std::string header, payload, signature;
    if (!from_url_safe(token.substr(0, first), header) ||
        !from_url_safe(token.substr(first + 1, second - first - 1), payload) ||
        !from_url_safe(token.substr(second + 1), signature) || signature.empty()) {
        return false;
    }
    header.reserve(header.size() + simdjson::SIMDJSON_PADDING);
    payload.reserve(payload.size() + simdjson::SIMDJSON_PADDING);
    JsonObject object;
    if (!parse_object(header, object) || text_of(object, "alg") != "RS256") return false;
    if (!public_key.empty() && !is_signed(token.substr(0, second), signature, public_key))
        return false;
    if (!parse_object(payload, object)) return false;
    claims = {std::string(text_of(object, "application_id")), std::string(text_of(object, "jti")),
              seconds_of(object, "iat"), seconds_of(object, "exp")};
    return true;
}

bool is_good(const VonageClaims& claims, std::int64_t now_s) {
    // Without an end a token is good for 15 minutes.
    const std::int64_t ends_s = claims.ends_s != 0 ? claims.ends_s : claims.issued_s + 15 * 60;
    return !claims.application.empty() && !claims.id.empty() && claims.issued_s > 0 &&
           claims.issued_s <= now_s + skew_s && ends_s > now_s &&
           ends_s - claims.issued_s <= life_max_s;
}

std::string make_vonage_token(std::string_view claims, std::string_view secret) {
    std::string token = encoded(R"({"alg":"HS256","typ":"JWT"})") + "." + encoded(claims);
    const std::string signature = to_url_safe(hmac_sha256_base64(secret, token));
    return token + "." + signature;
}

}  // namespace postern::sim
