// How a client says who it is (RFC 4954): the words of each mechanism. Only over TLS, which the
// client that asks for them has seen to. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/email/smtp_extensions.h"
#include "adapters/model/secret.h"

namespace postern::adapters::email {

enum class SmtpMechanism : unsigned char { automatic, plain, login, xoauth2, oauthbearer };

struct SmtpLogin {
    SmtpMechanism mechanism = SmtpMechanism::automatic;
    std::string username;  // empty: the server asks for none
    Secret secret;         // a password, or the access token of the two OAuth mechanisms
    bool token = false;    // `secret` is an access token
    std::string host;      // what OAUTHBEARER names
    std::uint16_t port = 0;
};

/// What is used with this server: the one that is asked for, else the best of those that fit the
/// secret; nullopt: the server has none of them.
[[nodiscard]] std::optional<SmtpMechanism> smtp_mechanism(const SmtpLogin& login,
                                                          const SmtpExtensions& server);

/// As servers offer it, and clients ask for it.
[[nodiscard]] std::string_view sasl_name(SmtpMechanism mechanism);

/// What the mechanism says of who logs in, in base64 (RFC 4616, RFC 7628), to any server: IMAP's
/// AUTHENTICATE takes the same. LOGIN has none.
[[nodiscard]] std::string sasl_response(const SmtpLogin& login, SmtpMechanism mechanism);

/// "AUTH PLAIN …" with its initial response. LOGIN has none.
[[nodiscard]] std::string smtp_auth_command(const SmtpLogin& login, SmtpMechanism mechanism);
/// The line that answers the `round`th (0-based) 334; nullopt: there is nothing to say any more.
/// A 334 of the OAuth mechanisms is an error in JSON, answered by what lets the server refuse.
[[nodiscard]] std::optional<std::string> smtp_auth_answer(const SmtpLogin& login,
                                                          SmtpMechanism mechanism, int round);

}  // namespace postern::adapters::email
