// RFC 7515 and 7519, as far as Vonage uses them ("Signed webhooks", "Authentication", 2026).
#include "adapters/vonage/token.h"

#include <array>
#include <chrono>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::vonage {
namespace {

constexpr std::size_t token_bytes_max = 8192;
constexpr std::size_t parser_padding = 64;
constexpr std::chrono::minutes token_life{15};  // Vonage's own packages; it allows 24 h
constexpr int key_bits_min = 2048;

/// `header.payload.signature`
struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view text;  // what is signed
};

std::optional<Parts> parts_of(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first == std::string_view::npos ? first : first + 1);
    if (token.size() > token_bytes_max || second == std::string_view::npos) return std::nullopt;
    return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                 token.substr(second + 1), token.substr(0, second)};
}

/// Calls `read` with the object that the part is, if it is one.
template <class Read>
void read_part(std::string_view part, Read&& read) {
    auto text = shared::from_base64url(part);
    if (!text) return;
    const std::size_t bytes = text->size();
    text->append(parser_padding, '\0');
    const auto parsed = json::parse(std::string_view(*text).substr(0, bytes));
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (object) read(*object);
}

std::string to_base64url(std::string_view bytes) {
    std::string out = shared::to_base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

/// The shape of a UUID, which is what Vonage asks of a jti; version 8 is «made in a way of our
/// own».
std::string made_uuid(std::string_view from) {
    std::string hex = shared::fingerprint(from, 16);
    if (hex.size() != 32) return {};
    hex[12] = '8';
    hex[16] = 'a';
    for (const std::size_t at : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}})
        hex.insert(at, "-");
    return hex;
}

std::string claims_json(std::string_view application, Instant now, std::string_view unique) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    std::string named(unique);
    named.append(":").append(std::to_string(now.time_since_epoch().count()));
    json::Builder out(256);
    out.open().text("application_id", application).integer("iat", seconds.count());
    out.text("jti", made_uuid(named)).integer("exp", (seconds + token_life).count());
    return out.close().finish();
}

/// An encrypted key has no passphrase here, and OpenSSL must not ask for one at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

bool is_signed_token(std::string_view token, std::span<const Secret> secrets) {
    const auto parts = parts_of(token);
    const auto claimed = parts ? shared::from_base64url(parts->signature) : std::nullopt;
    if (!claimed) return false;
    bool hs256 = false;
    read_part(parts->header,
              [&](json::Object header) { hs256 = json::text(header, "alg") == "HS256"; });
    if (!hs256) return false;
    for (const Secret& secret : secrets) {
        const shared::Mac mac = shared::hmac(shared::Digest::sha256, secret, parts->text);
        const std::string_view bytes = mac.bytes();
        if (!bytes.empty() && bytes.size() == claimed->size() &&
            CRYPTO_memcmp(bytes.data(), claimed->data(), bytes.size()) == 0) {
            return true;
        }
    }
    return false;
}

Claims claims_of(std::string_view token) {
    Claims claims;
    const auto parts = parts_of(token);
    if (!parts) return claims;
    read_part(parts->payload, [&](json::Object payload) {
        claims.issuer = json::text(payload, "iss");
        claims.api_key = json::text(payload, "api_key");
        claims.application = json::text(payload, "application_id");
        claims.payload_hash = json::text(payload, "payload_hash");
        claims.issued = json::loose_integer(payload, "iat");
    });
    return claims;
}

void ApplicationKey::Free::operator()(EVP_PKEY* key) const {
    EVP_PKEY_free(key);
}

std::unique_ptr<ApplicationKey> ApplicationKey::parse(const Secret& pem) {
    const std::string_view text = pem.reveal();
    BIO* const bytes = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
    if (bytes == nullptr) return nullptr;
    Key key(PEM_read_bio_PrivateKey(bytes, nullptr, &no_passphrase, nullptr));
    BIO_free(bytes);
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1 || EVP_PKEY_get_bits(key.get()) < key_bits_min)
        return nullptr;
    return std::unique_ptr<ApplicationKey>(new ApplicationKey(std::move(key)));
}

std::string ApplicationKey::token(std::string_view application, Instant now,
                                  std::string_view unique) const {
    // {"typ":"JWT","alg":"RS256"}
    std::string token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.";
    token += to_base64url(claims_json(application, now, unique));
    std::array<unsigned char, 1024> signature{};
    std::size_t size = signature.size();
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    const bool done =
        context != nullptr &&
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context, signature.data(), &size,
                       reinterpret_cast<const unsigned char*>(token.data()), token.size()) == 1;
    EVP_MD_CTX_free(context);
    if (!done) return {};
    token += '.';
    token += to_base64url({reinterpret_cast<const char*>(signature.data()), size});
    return token;
}

}  // namespace postern::adapters::vonage
