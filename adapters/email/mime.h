// A whole message (RFC 5322, MIME) to a Mail. Damage is survived: missing boundaries, wrong
// charsets, bytes where none may be; whatever comes is some mail. Bounded in depth and parts.
// Thread: any.
#pragma once

#include <string_view>

#include "adapters/email/email_message.h"

namespace postern::adapters::email {

inline constexpr int mime_depth_max = 32;
inline constexpr std::size_t mime_parts_max = 500;
/// Of a mail's own words; longer ones are cut.
inline constexpr std::size_t mail_text_max = std::size_t{256} << 10;

[[nodiscard]] Mail parse_mail(std::string_view message);

}  // namespace postern::adapters::email
