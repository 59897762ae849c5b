// The visitor's token: who a browser is, signed by us and kept by the browser. Bound to one
// account; it ends by itself. Pure. Thread: any.
//
//   token := account "." visitor "." state "." expires_s "." mac
//   mac   := base64url(first 16 bytes of HMAC-SHA256(visitor_secret, all before its dot))
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/model/secret.h"
#include "adapters/model/time.h"

namespace postern::adapters::webchat {

struct Visitor {
    std::string id;          // 32 hexadecimal digits, by chance
    bool form_done = false;  // has filled in the form of this account
    Instant expires{};
    bool operator==(const Visitor&) const = default;
};

/// Signed with the newest secret. Rotated at each welcome and, in a window that stays open, when
/// half of it is over: a visitor who comes back within it stays who he is.
inline constexpr std::chrono::hours token_lifetime{24};
[[nodiscard]] bool is_renewal_due(const Visitor& visitor, Instant now);

[[nodiscard]] std::string write_token(const Secret& key, std::string_view account,
                                      const Visitor& visitor);

enum class TokenState : unsigned char { valid, expired, forged };

/// `visitor` is filled in if it is valid or expired. Any live secret counts; constant time.
[[nodiscard]] TokenState read_token(std::span<const Secret> keys, std::string_view account,
                                    std::string_view token, Instant now, Visitor& visitor);

/// What shows that a file was uploaded by this visitor: "upl_….<mac>". Pure, as above.
[[nodiscard]] std::string write_file_token(const Secret& key, std::string_view visitor,
                                           std::string_view upload);
/// The upload, or nothing.
[[nodiscard]] std::string_view read_file_token(std::span<const Secret> keys,
                                               std::string_view visitor, std::string_view token);

[[nodiscard]] bool is_visitor_id(std::string_view text);

}  // namespace postern::adapters::webchat
