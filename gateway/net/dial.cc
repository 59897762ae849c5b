#include "gateway/net/dial.h"

#include <charconv>

#include <boost/asio/ssl/stream_base.hpp>

#include "gateway/net/errc.h"
#include "gateway/net/tls.h"

namespace postern::net {
namespace {

bool allowed(const Dialling& line, const tcp::endpoint& endpoint) {
    if (line.allow == nullptr || !*line.allow) return true;
    const auto address = endpoint.address();
    if (address.is_v4()) return (*line.allow)(from_v4(address.to_v4().to_bytes()));
    return (*line.allow)(IpAddress{address.to_v6().to_bytes()});
}

Task<error_code> connect_to(Dialling line, tcp::endpoint endpoint) {
    auto& socket = line.stream.socket();
    error_code ignored;
    socket.close(ignored);
    const auto [error] = co_await socket.async_connect(endpoint);
    if (!error && !line.closed) socket.set_option(tcp::no_delay(true), ignored);
    co_return error;
}

}  // namespace

Task<error_code> dial(Dialling line, std::string host, std::string port) {
    error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    if (!not_literal) {
        std::uint16_t number = 0;
        const auto [end, bad] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (bad != std::errc{} || end != port.data() + port.size())
            co_return error_code(Errc::bad_url);
        const tcp::endpoint endpoint(literal, number);
        if (!allowed(line, endpoint)) co_return error_code(Errc::address_refused);
        co_return co_await connect_to(line, endpoint);
    }
    auto [last, endpoints] = co_await line.names.find(std::move(host), std::move(port));
    // All before the first: a name that also leads somewhere forbidden is nobody's honest name.
    for (const tcp::endpoint& endpoint : endpoints) {
        if (!allowed(line, endpoint)) co_return error_code(Errc::address_refused);
    }
    for (const tcp::endpoint& endpoint : endpoints) {
        if (line.closed) break;
        last = co_await connect_to(line, endpoint);
        if (!last) break;
    }
    co_return last;
}

Task<error_code> begin_tls(Stream& stream, asio::ssl::context& context, std::string host,
                           std::string& problem) {
    stream.start_tls(context);
    auto* connection = stream.tls().native_handle();
    if (!expect_host(connection, host)) {
        problem = host + ": not a name for TLS";
        co_return error_code(Errc::tls_failed);
    }
    const auto [error] = co_await stream.tls().async_handshake(asio::ssl::stream_base::client);
    if (error) problem = handshake_problem(connection, error);
    co_return error;
}

}  // namespace postern::net
