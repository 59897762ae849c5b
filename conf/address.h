// Addresses to listen on and networks to trust, checked as text: nothing is resolved or opened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::conf {

/// "127.0.0.1:8080", "[::1]:0". Names are refused: what one listens on must not depend on DNS.
[[nodiscard]] bool parse_listen(std::string_view text, std::string& host, std::uint16_t& port);

/// Of a numeric address: 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104.
[[nodiscard]] bool is_loopback(std::string_view host);

/// "10.0.0.0/8", "fd00::/8"; an address alone means itself.
[[nodiscard]] bool is_network(std::string_view text);

/// "https://host/…" or "http://host:port/…", without user name, query, fragment or spaces.
[[nodiscard]] bool is_base_url(std::string_view text);

/// The same with a query: a place to post to.
[[nodiscard]] bool is_hook_url(std::string_view text);

/// "http://host:port": nothing behind the port, no user name.
[[nodiscard]] bool is_proxy_url(std::string_view text);

}  // namespace postern::conf
