// The URLs a client may be given: http and https, no user, no fragment sent. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::net {

struct Url {
    bool secure = false;
    std::string host;       // without brackets
    std::string port;       // digits
    std::string authority;  // as the Host header wants it: default ports are left out
    std::string target;     // path and query, never empty

    [[nodiscard]] std::string origin() const;
};

[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

}  // namespace postern::net
