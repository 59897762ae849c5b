// Streamed answers (SSE): sends what the handler writes as it comes, and notices a client that
// goes.
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/http_session.h"
#include "gateway/net/listener.h"
#include "gateway/net/reply.h"

namespace postern::net {

std::shared_ptr<BodyStream> HttpSession::respond_stream(Response head) {
    const bool wanted = answer_ == Answer::awaited && !aborted_;
    // HTTP/1.0 has no chunks: its body ends with the connection.
    auto wake = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->parking_.wake();
    };
    auto body = std::make_shared<StreamBody>(!head_.http_1_0, head_.method == "HEAD", wake);
    if (!wanted) {
        body->close();
        return body;
    }
    response_ = std::move(head);
    stream_body_ = body;
    answer_ = Answer::stream;
    parking_.wake();
    return body;
}

Task<> HttpSession::run_stream() {
    const auto body = stream_body_;
    const auto kind = body->chunked() ? BodyKind::chunked : BodyKind::until_close;
    out_.clear();
    append_head(out_, response_, kind, true);
    bool connected = co_await write(out_);
    if (head_.method == "HEAD") body->close();
    if (connected && head_.method != "HEAD") {
        watching_ = true;
        asio::co_spawn(listener_->loop().executor(), watch_client(shared_from_this()),
                       asio::detached);
    }
    while (connected && !aborted_ && head_.method != "HEAD") {
        if (body->take(out_)) {
            connected = co_await write(out_);
        } else if (body->finished()) {
            break;
        } else {
            enter(Phase::streaming, SteadyClock::time_point::max());
            if (draining_) body->close_for_drain();
            if (!body->finished()) co_await parking_.park();
        }
    }
    if (connected && !aborted_ && body->chunked() && head_.method != "HEAD") {
        connected = co_await write("0\r\n\r\n");
    }
    close_gently_ = connected && !aborted_ && !stream_->is_tls();
    body->close();
    stream_body_ = nullptr;
}

/// Runs beside run_stream: a client of a stream has nothing more to say, so what comes is dropped
/// and an end means that it went away.
Task<> HttpSession::watch_client(std::shared_ptr<HttpSession> self) {
    std::array<char, 512> dropped;
    while (!self->aborted_ && self->stream_body_) {
        const asio::mutable_buffer buffer(dropped.data(), dropped.size());
        const auto [error, bytes] = co_await self->stream_->read_some(buffer);
        if (!self->received(error, bytes)) break;
    }
    self->watching_ = false;
    if (self->stream_body_) self->abort();
    if (self->ended_) self->release_stream();
}

}  // namespace postern::net
