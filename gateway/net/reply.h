// Turning a Response into bytes, and the gate's own refusals. Pure; used by the session only.
#pragma once

#include <string>
#include <string_view>

#include "gateway/net/http.h"

namespace postern::net {

/// "Not Found"; "Unknown" for a status without a name.
[[nodiscard]] std::string_view reason_of(int status);

/// `length`: of Response::body; `source`: Response::source_bytes.
enum class BodyKind : unsigned char { length, source, chunked, until_close };

/// Appends status line and headers, with the empty line. Headers that would break the framing
/// (a CR or LF in them, Content-Length, Transfer-Encoding, Connection) are left out.
void append_head(std::string& out, const Response& response, BodyKind kind, bool close);

/// Appends `fixed` with `Connection: close` put in.
void append_fixed_closing(std::string& out, std::string_view fixed);

/// The head alone of a fixed response: what HEAD gets.
[[nodiscard]] std::string_view head_of_fixed(std::string_view fixed);

/// An answer of the server itself: problem+json, closing.
[[nodiscard]] Response refusal(int status, std::string_view code, std::string_view detail);

/// Statuses that never have a body.
[[nodiscard]] constexpr bool is_bodiless(int status) {
    return status == 204 || status == 304 || (status >= 100 && status < 200);
}

}  // namespace postern::net
