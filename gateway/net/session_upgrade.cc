// From an HTTP request to a WebSocket: the connection stays, its session keeps stream, deadline and
// drain, and hands the bytes to WsSession.
#include "gateway/net/http_session.h"
#include "gateway/net/listener.h"
#include "gateway/net/ws_session.h"

namespace postern::net {

void HttpSession::respond_upgrade(Upgrade upgrade) {
    if (answer_ != Answer::awaited || aborted_) return upgrade.handler->on_close();
    upgrade_ = std::move(upgrade);
    answer_ = Answer::upgrade;
    parking_.wake();
}

Task<> HttpSession::run_websocket() {
    // A client cannot speak before it has read the 101.
    if (in_.view().size() > head_.bytes) {
        upgrade_->handler->on_close();
        upgrade_.reset();
        co_return;
    }
    const auto socket = std::make_shared<WsSession>(*stream_, listener_->loop(),
                                                    std::move(*upgrade_), state_.counters);
    upgrade_.reset();
    websocket_ = socket;
    enter(Phase::streaming, SteadyClock::now());  // the next tick looks at it
    if (draining_) socket->drain();
    const bool clean = co_await WsSession::run(socket, head_);
    websocket_ = nullptr;
    close_gently_ = clean && !aborted_ && !stream_->is_tls();
}

bool HttpSession::websocket_goes_on() {
    const auto next = websocket_->look(SteadyClock::now());
    if (next) deadline_ = *next;
    return next.has_value();
}

void HttpSession::drain_websocket() {
    const auto socket = websocket_;
    socket->drain();
}

void HttpSession::abort_websocket() {
    const auto socket = websocket_;
    socket->abort();
}

}  // namespace postern::net
