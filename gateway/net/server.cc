#include "gateway/net/server.h"

#include <future>

#include "gateway/net/errc.h"
#include "gateway/net/listen_socket.h"
#include "gateway/net/listener.h"

namespace postern::net {
namespace {

// Aborted sessions end within one turn of their loop; more means that a loop hangs.
constexpr std::chrono::milliseconds abort_wait{1'000};

class Server final : public HttpServer {
  public:
    Server(std::shared_ptr<ServerState> state, std::string address)
        : state_(std::move(state)), address_(std::move(address)) {}
    ~Server() override { drain(std::chrono::milliseconds(0)); }

    void add(std::shared_ptr<Listener> listener) { listeners_.push_back(std::move(listener)); }
    void start() {
        for (auto& listener : listeners_) {
            run_on(listener->loop(), [&] { listener->start(); });
        }
    }
    void set_expiry(std::int64_t seconds) { expires_.store(seconds); }

    [[nodiscard]] std::string address() const override { return address_; }
    [[nodiscard]] Result<void> reload_tls(std::string& problem) override;
    [[nodiscard]] std::int64_t certificate_expires() const override { return expires_.load(); }
    void drain(std::chrono::milliseconds grace) override;
    [[nodiscard]] const ServerCounters& counters() const override { return state_->counters; }

  private:
    const std::shared_ptr<ServerState> state_;
    const std::string address_;
    std::vector<std::shared_ptr<Listener>> listeners_;
    std::atomic<std::int64_t> expires_{0};
    bool drained_ = false;
};

Result<void> Server::reload_tls(std::string& problem) {
    const auto& files = state_->options.tls;
    if (files.certificate.empty()) return {};
    const auto fresh = make_server_tls(files, problem);
    if (!fresh) return make_error_code(Errc::bad_certificate);
    for (auto& listener : listeners_) {
        run_on(listener->loop(), [&] { listener->set_tls(fresh); });
    }
    expires_.store(fresh->expires);
    return {};
}

void Server::drain(std::chrono::milliseconds grace) {
    if (std::exchange(drained_, true)) return;
    const auto deadline = SteadyClock::now() + grace;
    std::vector<std::future<void>> ends;
    for (auto& listener : listeners_) {
        auto emptied = std::make_shared<std::promise<void>>();
        ends.push_back(emptied->get_future());
        run_on(listener->loop(), [&] { listener->finish(emptied); });
    }
    for (auto& end : ends) end.wait_until(deadline);
    for (auto& listener : listeners_) {
        run_on(listener->loop(), [&] { listener->abort(); });
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (listeners_[i]->loop().is_running()) ends[i].wait_for(abort_wait);
    }
}

}  // namespace

std::unique_ptr<HttpServer> listen(IoPool& pool, HttpHandler& handler, ServerOptions options,
                                   std::string& problem) {
    auto state = std::make_shared<ServerState>(handler, std::move(options));
    const auto& wanted = state->options;
    std::string wrong;
    if (!state->trusted.assign(wanted.trusted_proxies, wrong)) {
        problem = wrong + ": not an address or CIDR block";
        return nullptr;
    }
    std::shared_ptr<ServerTls> tls;
    if (!wanted.tls.certificate.empty()) {
        tls = make_server_tls(wanted.tls, problem);
        if (!tls) return nullptr;
    }
    const auto fds = wanted.inherited_fd >= 0
                         ? duplicate_listener(wanted.inherited_fd, pool.size(), problem)
                         : open_listeners(wanted.address, pool.size(), problem);
    if (fds.empty()) return nullptr;
    auto server = std::make_unique<Server>(state, bound_address(fds.front()));
    const bool v6 = is_v6_socket(fds.front());
    for (std::size_t i = 0; i < fds.size(); ++i) {
        // make_io_pool makes no other kind.
        auto& loop = static_cast<Loop&>(pool.at(i));
        std::shared_ptr<Listener> made;
        run_on(loop, [&] { made = std::make_shared<Listener>(loop, state, tls, fds[i], v6); });
        server->add(std::move(made));
    }
    if (tls) server->set_expiry(tls->expires);
    server->start();
    return server;
}

}  // namespace postern::net
