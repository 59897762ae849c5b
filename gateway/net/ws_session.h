// A connection after its 101: Beast's WebSocket over our stream, a reader and a writer coroutine,
// one bounded queue between handler and socket (private header). The HTTP session that it came from
// owns the stream, the deadline and the drain.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "gateway/net/gate.h"
#include "gateway/net/loop.h"
#include "gateway/net/server.h"
#include "gateway/net/task.h"
#include "gateway/net/websocket.h"
#include "gateway/net/ws_layer.h"

namespace postern::net {

/// Life: made by HttpSession when a handler upgrades; the handler may hold it for longer, and then
/// it is closed. Thread: the connection's.
class WsSession final : public WebSocket, public std::enable_shared_from_this<WsSession> {
  public:
    /// `stream` outlives run().
    WsSession(Stream& stream, Loop& loop, Upgrade upgrade, ServerCounters& counters);

    /// From the answer to the handshake to the end of both coroutines. `head` is the request's.
    /// True if it ended with a closing handshake. The first parameter keeps this alive.
    [[nodiscard]] static Task<bool> run(std::shared_ptr<WsSession> self, const Head& head);

    [[nodiscard]] bool send(std::string text) override;
    void close(std::uint16_t code, std::string_view reason) override;
    [[nodiscard]] std::size_t waiting_bytes() const override { return queued_bytes_; }
    [[nodiscard]] IoThread& thread() override { return loop_; }

    /// Step 1 of a drain: the handler's last word, then 1012.
    void drain();
    /// The stream has been ended: coroutines that are parked go home.
    void abort();
    /// Pings who is silent. When to look again; nothing: it is over, abort.
    [[nodiscard]] std::optional<SteadyClock::time_point> look(SteadyClock::time_point now);

  private:
    using Socket = boost::beast::websocket::stream<WsLayer, false>;

    Task<bool> accept(const Head& head);
    Task<> read_all();
    [[nodiscard]] static Task<> write_all(std::shared_ptr<WsSession> self);
    Task<> write_next();
    void configure();

    Loop& loop_;
    Upgrade upgrade_;
    ServerCounters& counters_;
    Stream& stream_;
    std::optional<Socket> socket_;  // until run() ends
    boost::beast::flat_buffer in_;

    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    std::string writing_;
    std::string close_reason_;
    std::uint16_t close_code_ = 0;  // 0: not closing
    bool open_ = false;             // the handler has seen on_open and not on_close
    bool close_sent_ = false;
    bool clean_ = false;
    bool draining_ = false;
    bool ping_due_ = false;
    bool pinged_ = false;  // since the last word of the peer
    bool aborted_ = false;
    bool reader_done_ = false;
    bool writer_done_ = false;
    SteadyClock::time_point heard_ = SteadyClock::now();
    SteadyClock::time_point closing_since_;
    SteadyClock::time_point write_began_ = SteadyClock::time_point::max();
    Parking writer_parking_;
    Parking end_parking_;
};

}  // namespace postern::net
