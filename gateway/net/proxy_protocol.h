// The PROXY protocol, versions 1 (a line of text) and 2 (binary): how a TCP load balancer says who
// connected to it. Pure: the session reads exactly as many bytes as need() says, because what
// follows may be a TLS handshake that is not ours to buffer.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/net/address.h"

namespace postern::net {

struct ProxyHeader {
    enum class State : unsigned char { incomplete, complete, malformed };

    State state = State::incomplete;
    std::size_t bytes_more = 0;       // incomplete: exactly so many belong to the header at least
    std::optional<IpAddress> source;  // complete: absent for LOCAL, UNKNOWN and non-IP families
};

/// The longest header accepted (version 2 with extensions).
inline constexpr std::size_t proxy_header_bytes_max = 16 + 1024;

/// Judges the bytes read so far, from the first of the connection.
[[nodiscard]] ProxyHeader parse_proxy_header(std::string_view bytes);

}  // namespace postern::net
