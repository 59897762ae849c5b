// The envelope sender that names the message (VERP), so that a bounce finds it whatever the bounce
// says: bounce+<echo>.<mac>@domain. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/email/smtp_address.h"
#include "adapters/model/secret.h"

namespace postern::adapters::email {

/// The address for a message that we call `echo`; `bounces` itself if that would be beyond 64
/// bytes before the @, or without a key.
[[nodiscard]] std::string verp_address(const MailAddress& bounces, std::string_view echo,
                                       const Secret& key);

/// The echo of an address that one of `keys` made, in whatever case it comes back (our ids are read
/// in either); nullopt for any other.
[[nodiscard]] std::optional<std::string> verp_echo(std::string_view address,
                                                   std::span<const Secret> keys);

}  // namespace postern::adapters::email
