// The relaxed canonical forms of RFC 6376, sections 3.4.2 and 3.4.4. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::email {

/// `field` is a whole header field with or without its last CRLF; the answer ends without one.
[[nodiscard]] std::string dkim_relaxed_header(std::string_view field);

/// Of a body with CRLF line ends.
[[nodiscard]] std::string dkim_relaxed_body(std::string_view body);

}  // namespace postern::adapters::email
