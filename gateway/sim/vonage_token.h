// The two JSON web tokens of Vonage: an application's (RS256), which is verified here, and that of
// signed webhooks (HS256), which is made here. Written from RFC 7515 and 7519. Pure but for the
// file with the public key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::sim {

/// What a token claims; empty or 0 where it does not say.
struct VonageClaims {
    std::string application;
    std::string id;  // jti
    std::int64_t issued_s = 0;
    std::int64_t ends_s = 0;
};

/// False if the token is not whole, not RS256, or not signed by the key in the file `public_key`;
/// without a file any signature will do.
[[nodiscard]] bool read_vonage_token(std::string_view token, const std::string& public_key,
                                     VonageClaims& claims);
/// Of an application, at `now_s`: named, not over, at most 24 hours long, not from the future.
[[nodiscard]] bool is_good(const VonageClaims& claims, std::int64_t now_s);

/// `claims` is a JSON object.
[[nodiscard]] std::string make_vonage_token(std::string_view claims, std::string_view secret);

}  // namespace postern::sim
