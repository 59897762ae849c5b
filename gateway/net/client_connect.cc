// How a client connection comes up: addresses, TCP, TLS with the name checked. Nothing of the
// request is sent before all of it stands.
#include <boost/asio/ssl/stream_base.hpp>

#include "gateway/net/client_connection.h"
#include "gateway/net/client_pool.h"
#include "gateway/net/errc.h"
#include "gateway/net/tls.h"

namespace postern::net {

Task<bool> ClientConnection::connect() {
    const auto held = exchange_;
    const auto& url = held->url;
    error_code not_literal;
    const auto literal = asio::ip::make_address(url.host, not_literal);
    bool connected = false;
    if (!not_literal) {
        const auto port = static_cast<std::uint16_t>(std::stoul(url.port));
        const tcp::endpoint endpoint(literal, port);
        if (!allowed(endpoint)) {
            fail(Errc::address_refused);
            co_return false;
        }
        connected = co_await connect_to(endpoint);
    } else {
        auto answer = co_await resolver_.async_resolve(url.host, url.port);
        last_error_ = std::get<0>(answer);
        const auto& endpoints = std::get<1>(answer);
        // All before the first: a name that also leads somewhere forbidden is nobody's honest name.
        for (auto at = endpoints.begin(); at != endpoints.end(); ++at) {
            if (allowed(at->endpoint())) continue;
            fail(Errc::address_refused);
            co_return false;
        }
        for (auto at = endpoints.begin(); at != endpoints.end() && !connected && !closed_; ++at) {
            connected = co_await connect_to(at->endpoint());
        }
    }
    if (closed_) co_return false;
    if (!connected) {
        fail(last_error_, url.origin() + ": " + last_error_.message());
        co_return false;
    }
    if (!url.secure) co_return true;
    co_return co_await secure();
}

bool ClientConnection::allowed(const tcp::endpoint& endpoint) const {
    const auto& allow = pool_->options().allow_address;
    if (!allow) return true;
    const auto address = endpoint.address();
    if (address.is_v4()) return allow(from_v4(address.to_v4().to_bytes()));
    return allow(IpAddress{address.to_v6().to_bytes()});
}

Task<bool> ClientConnection::connect_to(tcp::endpoint endpoint) {
    auto& socket = stream_.socket();
    error_code ignored;
    socket.close(ignored);
    const auto [error] = co_await socket.async_connect(endpoint);
    last_error_ = error;
    if (error || closed_) co_return false;
    socket.set_option(tcp::no_delay(true), ignored);
    co_return true;
}

Task<bool> ClientConnection::secure() {
    const auto held = exchange_;
    if (!pool_->tls()) {
        fail(Errc::tls_failed, pool_->tls_problem());
        co_return false;
    }
    stream_.start_tls(*pool_->tls());
    auto* connection = stream_.tls().native_handle();
    if (!expect_host(connection, held->url.host)) {
        fail(Errc::tls_failed, held->url.host + ": not a name for TLS");
        co_return false;
    }
    const auto [error] = co_await stream_.tls().async_handshake(asio::ssl::stream_base::client);
    if (closed_) co_return false;
    if (!error) co_return true;
    fail(Errc::tls_failed, held->url.origin() + ": " + handshake_problem(connection, error));
    co_return false;
}

}  // namespace postern::net
