// Before the first request: the PROXY header from trusted balancers, then the TLS handshake.
#include <boost/asio/read.hpp>

#include "gateway/net/http_session.h"
#include "gateway/net/listener.h"
#include "gateway/net/proxy_protocol.h"

namespace postern::net {

Task<bool> HttpSession::open() {
    if (state_.options.proxy_protocol && state_.trusted.contains(peer_)) {
        const bool known = co_await read_proxy_header();
        if (!known) co_return false;
    }
    if (!listener_->tls()) co_return true;
    const bool secured = co_await handshake();
    co_return secured;
}

Task<bool> HttpSession::read_proxy_header() {
    char bytes[proxy_header_bytes_max];
    std::size_t have = 0;
    auto header = parse_proxy_header({});
    while (header.state == ProxyHeader::State::incomplete) {
        // Never a byte more than the header has: what follows may be TLS.
        const asio::mutable_buffer buffer(bytes + have, header.bytes_more);
        const auto [error, got] = co_await stream_->read_some(buffer);
        if (!received(error, got)) co_return false;
        have += got;
        header = parse_proxy_header({bytes, have});
    }
    if (header.state == ProxyHeader::State::malformed) {
        count(state_.counters.requests_malformed, 1);
        co_return false;
    }
    if (header.source) peer_ = *header.source;
    co_return true;
}

Task<bool> HttpSession::handshake() {
    const auto tls = listener_->tls();  // kept for this connection: a reload swaps the listener's
    stream_->start_tls(tls->context);
    const auto [error] = co_await stream_->tls().async_handshake(asio::ssl::stream_base::server);
    if (!error) co_return true;
    count(state_.counters.tls_handshakes_failed, 1);
    co_return false;
}

}  // namespace postern::net
