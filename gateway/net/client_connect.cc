// How a client connection comes up: addresses, TCP, TLS with the name checked. Nothing of the
// request is sent before all of it stands.
#include <boost/asio/ssl/stream_base.hpp>

#include "gateway/net/client_connection.h"
#include "gateway/net/client_pool.h"
#include "gateway/net/errc.h"
#include "gateway/net/tls.h"

namespace postern::net {
namespace {

constexpr std::size_t proxy_read_bytes = 2 * 1024;
constexpr std::size_t proxy_answer_max = 16 * 1024;

}  // namespace

Task<bool> ClientConnection::connect() {
    const auto held = exchange_;
    const auto& url = held->url;
    const bool through = held->via_proxy;
    const std::string host = through ? pool_->proxy().host() : url.host;
    const std::string service = through ? pool_->proxy().port() : url.port;
    if (through && host.empty()) {
        fail(Errc::proxy_failed, pool_->proxy().name());
        co_return false;
    }
    error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    bool connected = false;
    if (!not_literal) {
        const auto port = static_cast<std::uint16_t>(std::stoul(service));
        const tcp::endpoint endpoint(literal, port);
        if (!through && !allowed(endpoint)) {
            fail(Errc::address_refused);
            co_return false;
        }
        connected = co_await connect_to(endpoint);
    } else {
        auto answer = co_await resolver_.async_resolve(host, service);
        last_error_ = std::get<0>(answer);
        const auto& endpoints = std::get<1>(answer);
        // All before the first: a name that also leads somewhere forbidden is nobody's honest name.
        for (auto at = endpoints.begin(); at != endpoints.end(); ++at) {
            if (through || allowed(at->endpoint())) continue;
            fail(Errc::address_refused);
            co_return false;
        }
        for (auto at = endpoints.begin(); at != endpoints.end() && !connected && !closed_; ++at) {
            connected = co_await connect_to(at->endpoint());
        }
    }
    if (closed_) co_return false;
    if (!connected) {
        const std::string whom = through ? "proxy " + pool_->proxy().name() : url.origin();
        fail(through ? error_code(Errc::proxy_failed) : last_error_,
             whom + ": " + last_error_.message());
        co_return false;
    }
    if (!url.secure) co_return true;
    if (through && !co_await tunnel()) co_return false;
    co_return co_await secure();
}

/// CONNECT: from a 2xx on the bytes are between us and the host.
Task<bool> ClientConnection::tunnel() {
    const auto held = exchange_;
    const std::string head = pool_->proxy().connect_head(held->url);
    const std::string whom = "proxy " + pool_->proxy().name() + ": ";
    for (std::string_view left = head; !left.empty();) {
        const asio::const_buffer buffer(left.data(), left.size());
        const auto [error, bytes] = co_await stream_.write_some(buffer);
        if (error || closed_) {
            fail(Errc::proxy_failed, whom + error.message());
            co_return false;
        }
        left.remove_prefix(bytes);
    }
    std::string answer;
    while (answer.find("\r\n\r\n") == std::string::npos && answer.size() < proxy_answer_max) {
        const auto have = answer.size();
        answer.resize(have + proxy_read_bytes);
        const asio::mutable_buffer buffer(answer.data() + have, proxy_read_bytes);
        const auto [error, bytes] = co_await stream_.read_some(buffer);
        answer.resize(have + bytes);
        if (closed_) co_return false;
        if (error) {
            fail(Errc::proxy_failed, whom + error.message());
            co_return false;
        }
    }
    const int status = status_of(answer);
    // A host speaks after us: what stands behind the head already is nobody's TLS.
    if (status / 100 == 2 && answer.ends_with("\r\n\r\n")) co_return true;
    fail(Errc::proxy_refused,
         whom + (status == 0 ? "no HTTP answer" : "status " + std::to_string(status)));
    co_return false;
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
