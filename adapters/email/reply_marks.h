// How mail programs announce what is not the writer's own: quotations, headers of the mail before,
// forwarded mails, signatures. Words of English, Spanish, Italian, Portuguese, German and French,
// of most other languages the commonest, as Gmail, Outlook, Apple Mail, Thunderbird and Yahoo write
// them. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace postern::adapters::email {

using Lines = std::span<const std::string_view>;

[[nodiscard]] bool is_quoted(std::string_view line);  // "> …"
/// How many of the first lines say «On …, Ana wrote:»; 0: they do not.
[[nodiscard]] std::size_t attribution_lines(Lines lines);
/// From here on it is the mail before: «-----Original Message-----», Outlook's block of headers,
/// «reply above this line».
[[nodiscard]] bool begins_original(Lines lines);
/// From here on it is a mail that is passed on: part of what the writer says.
[[nodiscard]] bool begins_forwarded(std::string_view line);
[[nodiscard]] bool is_signature_mark(std::string_view line);  // RFC 3676: "-- "
/// «Sent from my iPhone»
[[nodiscard]] bool is_device_line(std::string_view line);

/// Of a subject: «Fwd:», «RV:», «WG:», «TR:» …
[[nodiscard]] bool is_forward_subject(std::string_view subject);

}  // namespace postern::adapters::email
