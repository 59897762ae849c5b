// The client's connections by origin, and the requests that wait for one (private header).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "gateway/net/client_connection.h"
#include "gateway/net/loop.h"
#include "gateway/net/proxy.h"

namespace postern::net {

/// One scheme, host and port. Lives as long as the pool: connections hold a reference.
struct Origin {
    std::vector<std::shared_ptr<ClientConnection>> open;  // all, also those idle
    std::vector<std::shared_ptr<ClientConnection>> idle;  // last used at the back
    std::deque<std::shared_ptr<Exchange>> waiting;
};

/// Life: made by make_client, kept by its connections until the last has ended. One thread.
class ClientPool final : public std::enable_shared_from_this<ClientPool> {
  public:
    ClientPool(Loop& loop, ClientOptions options);

    void start();
    void submit(ClientRequest request, BodyTaker taker, DoneCallback done);
    /// Closes all; what is outstanding is dropped without a callback.
    void shut_down();

    [[nodiscard]] Loop& loop() { return loop_; }
    [[nodiscard]] const ClientOptions& options() const { return options_; }
    [[nodiscard]] const std::shared_ptr<boost::asio::ssl::context>& tls() const { return tls_; }
    [[nodiscard]] const std::string& tls_problem() const { return tls_problem_; }
    /// For connections that are made from now on.
    void trust(std::shared_ptr<boost::asio::ssl::context> tls) { tls_ = std::move(tls); }
    [[nodiscard]] const Proxy& proxy() const { return proxy_; }

    // For connections:
    /// Gives it the next exchange that waits, or makes it idle.
    void on_free(std::shared_ptr<ClientConnection> connection);
    void on_closed(const std::shared_ptr<ClientConnection>& connection);
    /// Once more, on a connection that is new for sure.
    void retry(Origin& origin, std::shared_ptr<Exchange> exchange);

  private:
    void dispatch(Origin& origin, std::shared_ptr<Exchange> exchange);
    void open(Origin& origin, std::shared_ptr<Exchange> exchange);
    void sweep(SteadyClock::time_point now);
    void drop_late(Origin& origin, SteadyClock::time_point now);

    Loop& loop_;
    const ClientOptions options_;
    const Proxy proxy_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    std::string tls_problem_;
    std::map<std::string, Origin> origins_;
    std::size_t waiting_ = 0;
    bool stopped_ = false;
};

}  // namespace postern::net
