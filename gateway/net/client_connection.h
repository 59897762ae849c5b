// One connection of the client's pool: connects, then carries one exchange after the other (private
// header). A coroutine each; between exchanges it is parked in the pool.
#pragma once

#include <memory>
#include <string>

#include "gateway/net/client_request.h"
#include "gateway/net/response_parser.h"
#include "gateway/net/stream.h"
#include "gateway/net/task.h"

namespace postern::net {

class ClientPool;
struct Origin;

/// Life: made by the pool for a first exchange, ends when either side closes. One thread.
class ClientConnection final : public std::enable_shared_from_this<ClientConnection> {
  public:
    ClientConnection(std::shared_ptr<ClientPool> pool, Origin& origin,
                     std::shared_ptr<Exchange> first);

    [[nodiscard]] static Task<> run(std::shared_ptr<ClientConnection> self);

    /// Only while idle.
    void assign(std::shared_ptr<Exchange> exchange);
    /// The peer has closed it, or sent what nobody asked for.
    [[nodiscard]] bool is_stale();
    void close();
    /// Ends it; the exchange it carries is dropped without a callback.
    void abandon();
    void check_deadline(SteadyClock::time_point now);
    [[nodiscard]] Origin& origin() { return origin_; }

  private:
    Task<> live();
    Task<bool> connect();
    Task<bool> tunnel();
    Task<bool> secure();
    Task<bool> perform();
    Task<bool> send_request();
    Task<bool> send_source();
    Task<bool> write_all(std::string_view part);
    Task<bool> hear_out(ResponseParser& parser);
    Task<ResponseParser::State> read_response(ResponseParser& parser);
    [[nodiscard]] bool set_aside(std::string_view piece);
    Task<bool> pass_on();
    [[nodiscard]] bool settle(ResponseParser::State state, const ResponseParser& parser);
    void fail(error_code error, std::string problem = {});
    [[nodiscard]] bool retry_elsewhere();
    void deliver();

    const std::shared_ptr<ClientPool> pool_;
    Origin& origin_;
    Stream stream_;
    Parking parking_;
    std::shared_ptr<Exchange> exchange_;
    std::shared_ptr<Exchange> finished_;  // with response_, to be told when the connection is free
    ClientResponse response_;
    error_code last_error_;
    std::string in_;
    std::string aside_;  // of a body that goes to a sink
    SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
    bool connecting_ = true;
    bool closed_ = false;
    bool reused_ = false;
    bool sent_ = false;
    bool begun_ = false;  // a byte of the request was taken from us
    bool heard_ = false;  // at least one byte of the answer
};

}  // namespace postern::net
