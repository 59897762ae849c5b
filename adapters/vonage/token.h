// JSON web tokens, both of Vonage's: the HS256 one that signs a webhook of the Messages API, and
// the RS256 one by which an application sends. Thread: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "adapters/model/secret.h"
#include "adapters/model/time.h"

namespace postern::adapters::vonage {

/// Whether the token says HS256, and is signed so with one of the secrets. Constant time; nothing
/// but the header is parsed. Uses the thread's JSON parser.
[[nodiscard]] bool is_signed_token(std::string_view token, std::span<const Secret> secrets);

/// What stands in a token, which is for the caller to judge.
struct Claims {
    std::string issuer;
    std::string api_key;
    std::string application;
    std::string payload_hash;            // SHA-256 of the body, lower-case hexadecimal
    std::optional<std::int64_t> issued;  // seconds since 1970
};
/// Uses the thread's JSON parser. Empty if there are none.
[[nodiscard]] Claims claims_of(std::string_view token);

/// The private key of an application. Made once for an account; signing keeps nothing.
class ApplicationKey final {
  public:
    /// Null unless `pem` holds an RSA private key of at least 2,048 bits, without a passphrase.
    static std::unique_ptr<ApplicationKey> parse(const Secret& pem);

    /// A token that is good for 15 minutes from `now`. `unique` names the request: with `now` it
    /// makes the token's jti. Empty if OpenSSL refuses. About 0.2 ms of a core (2,048 bits).
    [[nodiscard]] std::string token(std::string_view application, Instant now,
                                    std::string_view unique) const;

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const;
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;
    explicit ApplicationKey(Key key) : key_(std::move(key)) {}

    Key key_;
};

}  // namespace postern::adapters::vonage
