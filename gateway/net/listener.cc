#include "gateway/net/listener.h"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/http_session.h"

namespace postern::net {
namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

/// Out of descriptors or memory: trying again at once would only spin.
bool is_exhausted(const error_code& error) {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::no_buffer_space || error == errc::not_enough_memory;
}

IpAddress address_of(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    if (address.is_v4()) return from_v4(address.to_v4().to_bytes());
    IpAddress found;
    found.bytes = address.to_v6().to_bytes();
    return found;
}

}  // namespace

Listener::Listener(Loop& loop, std::shared_ptr<ServerState> state, std::shared_ptr<ServerTls> tls,
                   int fd, bool v6)
    : loop_(loop), state_(std::move(state)), tls_(std::move(tls)), acceptor_(loop.executor()) {
    error_code ignored;
    acceptor_->assign(v6 ? tcp::v6() : tcp::v4(), fd, ignored);
}

void Listener::start() {
    loop_.on_tick(weak_from_this(), [this](SteadyClock::time_point now) { sessions_.sweep(now); });
    asio::co_spawn(loop_.executor(), accept_loop(shared_from_this()), asio::detached);
}

Task<> Listener::accept_loop(std::shared_ptr<Listener> self) {
    while (!self->draining_) {
        TcpSocket socket(self->loop_.executor());
        const auto [error] = co_await self->acceptor_->async_accept(socket);
        if (self->draining_ || error == asio::error::operation_aborted ||
            error == asio::error::bad_descriptor) {
            break;
        }
        if (!error) {
            self->admit(std::move(socket));
        } else if (is_exhausted(error)) {
            Timer pause(self->loop_.executor(), accept_pause);
            co_await pause.async_wait();
        }
    }
    self->acceptor_.reset();
}

void Listener::admit(TcpSocket socket) {
    auto& counters = state_->counters;
    const auto& limits = state_->options.limits;
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(tcp::no_delay(true), error);
    const auto peer = address_of(endpoint);
    // Everything comes from a trusted proxy's address: a cap on it would cap all clients together.
    const bool proxied = state_->trusted.contains(peer);
    const auto cap = proxied ? 0 : limits.connections_per_address_max;
    const bool address_free = state_->addresses.enter(peer, cap);
    const auto open = counters.connections_open.fetch_add(1, std::memory_order_relaxed);
    if (!address_free || open >= static_cast<std::int64_t>(limits.connections_max)) {
        counters.connections_open.fetch_sub(1, std::memory_order_relaxed);
        if (address_free) state_->addresses.leave(peer);
        return refuse(socket);
    }
    count(counters.connections_accepted, 1);
    auto session = std::make_shared<HttpSession>(shared_from_this(), std::move(socket), peer);
    sessions_.add(session);
    asio::co_spawn(loop_.executor(), HttpSession::run(session), asio::detached);
}

void Listener::refuse(TcpSocket& socket) {
    count(state_->counters.connections_refused, 1);
    // One try without waiting: a refusal must cost less than what it protects.
    if (!tls_) {
        (void)!::send(socket.native_handle(), too_many.data(), too_many.size(),
                      MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    socket.close(ignored);
}

void Listener::finish(std::shared_ptr<std::promise<void>> emptied) {
    emptied_ = std::move(emptied);
    draining_ = true;
    error_code ignored;
    if (acceptor_) acceptor_->close(ignored);
    sessions_.finish_all();
    if (sessions_.empty()) std::exchange(emptied_, nullptr)->set_value();
}

void Listener::on_end(HttpSession& session) {
    state_->addresses.leave(session.counted_address());
    count(state_->counters.connections_open, -1);
    sessions_.remove(session);
    if (draining_ && emptied_ && sessions_.empty()) std::exchange(emptied_, nullptr)->set_value();
}

}  // namespace postern::net
