// The framing corpus: requests that some parser somewhere reads differently. One table for the pure
// gate, for plain sockets and for TLS.
#pragma once

#include <string>
#include <vector>

namespace postern::net::test {

struct FramingCase {
    std::string name;
    std::string bytes;
    int status = 0;       // of the first answer
    bool in_head = true;  // decided by the head alone (else by the chunked body)
};

[[nodiscard]] const std::vector<FramingCase>& refused_requests();
[[nodiscard]] const std::vector<FramingCase>& accepted_requests();

/// Sent behind each refused request; its answer names "marker" and must never be seen.
inline constexpr const char* marker = "GET /marker HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace postern::net::test
