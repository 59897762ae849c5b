// How an outgoing stream comes up, whatever is spoken on it then: addresses, TCP, TLS with the name
// checked (private header). Coroutines of one thread; what they are given is the caller's, who
// keeps it until they end.
#pragma once

#include <functional>
#include <string>

#include "gateway/net/address.h"
#include "gateway/net/name_lookup.h"
#include "gateway/net/stream.h"
#include "gateway/net/task.h"

namespace postern::net {

using AllowAddress = std::function<bool(const IpAddress&)>;

struct Dialling {
    Stream& stream;
    NameLookup& names;
    const bool& closed;         // who sets it wants no connection any more
    const AllowAddress* allow;  // null, or empty: every address may be connected to
};

/// Tries the addresses of `host` (a name, or an address as text) one after the other. No error:
/// connected. Errc::address_refused: one of them is not allowed, and nobody was connected to.
[[nodiscard]] Task<error_code> dial(Dialling line, std::string host, std::string port);

/// The client's handshake on a stream that is connected; `problem` says what failed, for people.
[[nodiscard]] Task<error_code> begin_tls(Stream& stream, asio::ssl::context& context,
                                         std::string host, std::string& problem);

}  // namespace postern::net
