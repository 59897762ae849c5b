#include "gateway/net/client_pool.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/errc.h"
#include "gateway/net/tls.h"

namespace postern::net {
namespace {

constexpr std::size_t waiting_max = 16'384;

}  // namespace

ClientPool::ClientPool(Loop& loop, ClientOptions options)
    : loop_(loop), options_(std::move(options)), proxy_(options_.proxy) {
    tls_ = make_client_tls(options_.ca_file, options_.verify_tls, tls_problem_);
}

void ClientPool::start() {
    loop_.on_tick(weak_from_this(), [this](SteadyClock::time_point now) { sweep(now); });
}

void ClientPool::submit(ClientRequest request, BodyTaker taker, DoneCallback done) {
    error_code error;
    const auto exchange = stopped_ ? nullptr : make_exchange(std::move(request), error);
    if (!exchange) {
        if (stopped_) error = Errc::stopped;
        return done(failed_response(error, Progress::not_sent));
    }
    exchange->via_proxy = proxy_.stands_before(exchange->url);
    if (exchange->via_proxy && !exchange->url.secure) proxy_.address(*exchange);
    exchange->piece = std::move(taker.piece);
    exchange->sink = std::move(taker.sink);
    exchange->done = std::move(done);
    dispatch(origins_[exchange->url.origin()], exchange);
}

void ClientPool::dispatch(Origin& origin, std::shared_ptr<Exchange> exchange) {
    while (!origin.idle.empty()) {
        const auto connection = std::move(origin.idle.back());
        origin.idle.pop_back();
        if (!connection->is_stale()) return connection->assign(std::move(exchange));
        connection->close();
    }
    if (origin.open.size() < options_.connections_per_origin_max) {
        return open(origin, std::move(exchange));
    }
    if (waiting_ >= waiting_max) {
        return exchange->complete(failed_response(Errc::queue_full, Progress::not_sent));
    }
    ++waiting_;
    origin.waiting.push_back(std::move(exchange));
}

void ClientPool::open(Origin& origin, std::shared_ptr<Exchange> exchange) {
    auto connection =
        std::make_shared<ClientConnection>(shared_from_this(), origin, std::move(exchange));
    origin.open.push_back(connection);
    asio::co_spawn(loop_.executor(), ClientConnection::run(connection), asio::detached);
}

void ClientPool::retry(Origin& origin, std::shared_ptr<Exchange> exchange) {
    // The connection that failed is about to leave its place: one above the cap for a moment.
    open(origin, std::move(exchange));
}

void ClientPool::on_free(std::shared_ptr<ClientConnection> connection) {
    auto& origin = connection->origin();
    if (origin.waiting.empty()) return origin.idle.push_back(std::move(connection));
    auto next = std::move(origin.waiting.front());
    origin.waiting.pop_front();
    --waiting_;
    connection->assign(std::move(next));
}

void ClientPool::on_closed(const std::shared_ptr<ClientConnection>& connection) {
    auto& origin = connection->origin();
    std::erase(origin.idle, connection);
    std::erase(origin.open, connection);
    if (stopped_ || origin.waiting.empty()) return;
    if (origin.open.size() >= options_.connections_per_origin_max) return;
    auto next = std::move(origin.waiting.front());
    origin.waiting.pop_front();
    --waiting_;
    open(origin, std::move(next));
}

void ClientPool::sweep(SteadyClock::time_point now) {
    for (auto& [name, origin] : origins_) {
        const auto open = origin.open;  // a deadline ends connections and runs callbacks
        for (const auto& connection : open) connection->check_deadline(now);
        drop_late(origin, now);
    }
}

void ClientPool::drop_late(Origin& origin, SteadyClock::time_point now) {
    std::vector<std::shared_ptr<Exchange>> late;
    std::erase_if(origin.waiting, [&](const std::shared_ptr<Exchange>& exchange) {
        if (exchange->deadline > now) return false;
        late.push_back(exchange);
        return true;
    });
    waiting_ -= late.size();
    for (const auto& exchange : late) {
        exchange->complete(failed_response(Errc::timed_out, Progress::not_sent));
    }
}

void ClientPool::shut_down() {
    stopped_ = true;
    for (auto& [name, origin] : origins_) {
        for (const auto& exchange : origin.waiting) exchange->done = nullptr;
        origin.waiting.clear();
        const auto open = origin.open;
        for (const auto& connection : open) connection->abandon();
    }
    waiting_ = 0;
}

}  // namespace postern::net
