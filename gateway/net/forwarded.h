// Who the client is behind trusted proxies: the rightmost X-Forwarded-For entry that is not a
// trusted proxy itself. Everything left of it was written by strangers. Pure.
#pragma once

#include <span>

#include "gateway/net/address.h"
#include "gateway/net/http.h"

namespace postern::net {

struct ClientView {
    IpAddress address;
    bool secure = false;
};

/// `peer` is the connection's own (after the PROXY protocol). Untrusted peers: headers are ignored.
[[nodiscard]] ClientView client_behind(const CidrSet& trusted, const IpAddress& peer, bool secure,
                                       std::span<const Header> headers);

}  // namespace postern::net
