// Reading and writing beside each other; Beast allows one of each at a time, and answers pings and
// closes while it reads.
#include "gateway/net/ws_session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "gateway/net/input_buffer.h"
#include "gateway/net/server_state.h"

namespace postern::net {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::seconds close_timeout{5};
constexpr std::size_t control_bytes_max = 123;  // of a close reason: RFC 6455, 5.5

beast::string_view to_beast(std::string_view text) {
    return {text.data(), text.size()};
}

http::request<http::empty_body> request_of(const Head& head) {
    http::request<http::empty_body> request;
    request.method_string(to_beast(head.method));
    request.target(to_beast(head.target));
    request.version(head.http_1_0 ? 10 : 11);
    for (const Header& field : head.fields)
        request.insert(to_beast(field.name), to_beast(field.value));
    return request;
}

}  // namespace

WsSession::WsSession(Stream& stream, Loop& loop, Upgrade upgrade, ServerCounters& counters)
    : loop_(loop), upgrade_(std::move(upgrade)), counters_(counters), stream_(stream) {
    socket_.emplace(WsLayer(stream));
    configure();
}

void WsSession::configure() {
    // All deadlines are the session's own tick: Beast's would close the descriptor under a pending
    // operation, which io_uring may never report (net/stream.h).
    websocket::stream_base::timeout none{};
    none.handshake_timeout = websocket::stream_base::none();
    none.idle_timeout = websocket::stream_base::none();
    none.keep_alive_pings = false;
    socket_->set_option(none);
    socket_->set_option(websocket::stream_base::decorator(
        [protocol = upgrade_.protocol](websocket::response_type& answer) {
            answer.set(http::field::server, "Postern");
            if (!protocol.empty()) answer.set(http::field::sec_websocket_protocol, protocol);
        }));
    socket_->read_message_max(upgrade_.message_bytes_max);
    socket_->auto_fragment(false);
    socket_->text(true);
    socket_->control_callback([this](websocket::frame_type, beast::string_view) {
        heard_ = SteadyClock::now();
        pinged_ = false;
    });
}

Task<bool> WsSession::run(std::shared_ptr<WsSession> self, const Head& head) {
    const bool accepted = co_await self->accept(head);
    if (!accepted) {
        self->upgrade_.handler->on_close();
        self->upgrade_.handler = nullptr;
        self->socket_.reset();
        co_return false;
    }
    asio::co_spawn(self->loop_.executor(), write_all(self), asio::detached);
    co_await self->read_all();
    self->reader_done_ = true;
    self->writer_parking_.wake();
    if (!self->writer_done_) co_await self->end_parking_.park();
    self->socket_.reset();
    co_return self->clean_;
}

Task<bool> WsSession::accept(const Head& head) {
    const auto request = request_of(head);
    heard_ = SteadyClock::now();
    AwaitTuple token;
    const auto [error] = co_await socket_->async_accept(request, token);
    co_return !error && !aborted_;
}

Task<> WsSession::read_all() {
    const auto handler = upgrade_.handler;
    heard_ = SteadyClock::now();
    open_ = true;
    handler->on_open(shared_from_this());
    if (draining_) drain();
    AwaitTuple token;
    while (!aborted_) {
        const auto [error, bytes] = co_await socket_->async_read(in_, token);
        if (error) {
            clean_ = error == websocket::error::closed;
            break;
        }
        count(counters_.bytes_in, bytes);
        heard_ = SteadyClock::now();
        pinged_ = false;
        if (!socket_->got_text()) {
            close(close_code::not_text, "text only");
        } else if (close_code_ == 0) {
            // simdjson reads beyond the end.
            (void)in_.prepare(body_padding);
            const auto data = in_.cdata();
            handler->on_text({static_cast<const char*>(data.data()), data.size()});
        }
        in_.consume(in_.size());
    }
    open_ = false;
    handler->on_close();
    upgrade_.handler = nullptr;
}

Task<> WsSession::write_all(std::shared_ptr<WsSession> self) {
    while (!self->aborted_ && !self->reader_done_) {
        const bool due = !self->queue_.empty() || self->ping_due_ ||
                         (self->close_code_ != 0 && !self->close_sent_);
        if (due) {
            co_await self->write_next();
        } else {
            co_await self->writer_parking_.park();
        }
    }
    self->writer_done_ = true;
    self->end_parking_.wake();
}

Task<> WsSession::write_next() {
    AwaitTuple token;
    error_code failed;
    write_began_ = SteadyClock::now();
    if (!queue_.empty()) {
        writing_ = std::move(queue_.front());
        queue_.pop_front();
        const asio::const_buffer buffer(writing_.data(), writing_.size());
        const auto [error, bytes] = co_await socket_->async_write(buffer, token);
        queued_bytes_ -= writing_.size();
        writing_.clear();
        count(counters_.bytes_out, bytes);
        failed = error;
    } else if (ping_due_) {
        ping_due_ = false;
        const websocket::ping_data nothing;
        const auto [error] = co_await socket_->async_ping(nothing, token);
        failed = error;
    } else {
        close_sent_ = true;
        const auto code = static_cast<websocket::close_code>(close_code_);
        const websocket::close_reason reason(code, to_beast(close_reason_));
        const auto [error] = co_await socket_->async_close(reason, token);
        failed = error;
    }
    write_began_ = SteadyClock::time_point::max();
    // Whoever reads notices, too.
    if (failed && !reader_done_) stream_.end();
}

bool WsSession::send(std::string text) {
    if (!open_ || aborted_ || close_code_ != 0) return false;
    if (queued_bytes_ + text.size() > upgrade_.queue_bytes_max) return false;
    queued_bytes_ += text.size();
    queue_.push_back(std::move(text));
    writer_parking_.wake();
    return true;
}

void WsSession::close(std::uint16_t code, std::string_view reason) {
    if (close_code_ != 0 || aborted_) return;
    close_code_ = code;
    close_reason_ = reason.substr(0, control_bytes_max);
    closing_since_ = SteadyClock::now();
    writer_parking_.wake();
}

void WsSession::drain() {
    draining_ = true;
    if (!open_) return;
    upgrade_.handler->on_drain();
    close(close_code::restart, "restart");
}

void WsSession::abort() {
    aborted_ = true;
    writer_parking_.wake();
}

std::optional<SteadyClock::time_point> WsSession::look(SteadyClock::time_point now) {
    const bool stuck = write_began_ != SteadyClock::time_point::max() && !close_sent_ &&
                       now - write_began_ > upgrade_.write_timeout;
    const bool closed_too_slowly = close_code_ != 0 && now - closing_since_ > close_timeout;
    if (stuck || closed_too_slowly || now - heard_ > upgrade_.silence_max) return std::nullopt;
    if (now - heard_ >= upgrade_.ping_every && !pinged_) {
        pinged_ = true;
        ping_due_ = true;
        writer_parking_.wake();
    }
    return now + std::min<SteadyClock::duration>(look_every, upgrade_.ping_every);
}

}  // namespace postern::net
