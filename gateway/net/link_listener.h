// Inbound byte streams for protocols that are not HTTP: a port on one IoThread, each connection a
// StreamLink. For simulated peers on loopback: no TLS, no caps by address.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/net/stream_link.h"

namespace postern::net {

/// Makes a link of the connection, once, with what its owner wants to hear of it. On the thread,
/// within the call that hands it over; dropped unused, the connection is closed.
using AcceptLink = std::function<std::unique_ptr<StreamLink>(LinkEvents events)>;

class LinkListener {
  public:
    /// No more connections; links that were made live on. From another thread than the
    /// listener's, after which nothing of it runs any more, or while the thread stands still.
    virtual ~LinkListener() = default;
    /// "host:port", with the real port.
    [[nodiscard]] virtual std::string address() const = 0;
};

/// Binds "host:port" and listens at once; `arrived` is called on `thread`. Null on an error:
/// `problem` says what and where.
[[nodiscard]] std::unique_ptr<LinkListener> listen_for_links(
    IoThread& thread, const std::string& address, std::function<void(AcceptLink)> arrived,
    std::string& problem);

}  // namespace postern::net
