// Sending answers, and ending a connection so that the peer still gets the last one.
#include <algorithm>
#include <cerrno>
#include <optional>

#include <sys/socket.h>

#include "gateway/net/http_session.h"
#include "gateway/net/reply.h"

namespace postern::net {
namespace {

constexpr std::size_t one_write_max = 16 * 1024;  // head and body in one piece up to this
constexpr std::size_t piece_bytes = 64 * 1024;    // each gets its own deadline
constexpr std::size_t discard_read_bytes = 4 * 1024;
constexpr std::size_t discard_bytes_max = 256 * 1024;
constexpr std::chrono::milliseconds close_timeout{1'000};
constexpr std::chrono::milliseconds discard_pause{10};

}  // namespace

Task<bool> HttpSession::refuse(int status, std::string_view code, std::string_view detail) {
    must_close_ = true;
    response_ = refusal(status, code, detail);
    co_return co_await send_response();
}

Task<bool> HttpSession::send_response() {
    const bool keep = may_keep_alive() && !response_.close;
    const bool head_only = head_.method == "HEAD";
    if (response_.source != nullptr) co_return co_await send_source(keep);
    std::string_view first;
    std::string_view second;
    if (response_.fixed != nullptr) {
        first = head_only ? head_of_fixed(*response_.fixed) : std::string_view(*response_.fixed);
        if (!keep) {
            out_.clear();
            append_fixed_closing(out_, first);
            first = out_;
        }
    } else {
        out_.clear();
        append_head(out_, response_, BodyKind::length, !keep);
        if (!head_only && !is_bodiless(response_.status)) {
            if (out_.size() + response_.body.size() <= one_write_max) {
                out_.append(response_.body);
            } else {
                second = response_.body;
            }
        }
        first = out_;
    }
    bool sent = co_await write(first);
    if (sent && !second.empty()) sent = co_await write(second);
    close_gently_ = sent && !keep;
    co_return sent&& keep;
}

/// Piece by piece, the next one when the last has left.
Task<bool> HttpSession::send_source(bool keep) {
    const auto source = std::move(response_.source);
    std::uint64_t left = head_.method == "HEAD" ? 0 : response_.source_bytes;
    out_.clear();
    append_head(out_, response_, BodyKind::source, !keep);
    bool sent = co_await write(out_);
    while (sent && left > 0) {
        enter(Phase::handling, SteadyClock::time_point::max());
        const auto piece = std::make_shared<std::optional<std::string>>();
        source->read(io_thread(), [self = shared_from_this(), piece](std::string bytes) {
            *piece = std::move(bytes);
            self->parking_.wake();
        });
        if (!piece->has_value()) co_await parking_.park();
        if (aborted_ || !piece->has_value() || (*piece)->empty()) co_return false;
        const std::string_view bytes = std::string_view(**piece).substr(0, left);
        left -= bytes.size();
        sent = co_await write(bytes);
    }
    close_gently_ = sent && !keep;
    co_return sent&& keep;
}

Task<bool> HttpSession::write(std::string_view bytes) {
    while (!bytes.empty()) {
        enter(Phase::writing, SteadyClock::now() + state_.options.limits.write_timeout);
        const asio::const_buffer buffer(bytes.data(), std::min(bytes.size(), piece_bytes));
        const auto [error, sent] = co_await stream_->write_some(buffer);
        if (error || aborted_) co_return false;
        count(state_.counters.bytes_out, sent);
        bytes.remove_prefix(sent);
    }
    co_return true;
}

/// A close with unread bytes in the kernel would reset the connection and could destroy the answer
/// on its way: say that we are done, then read and drop for a moment.
Task<> HttpSession::close_gently() {
    enter(Phase::closing, SteadyClock::now() + close_timeout);
    if (stream_->is_tls()) {
        const auto [error] = co_await stream_->tls().async_shutdown();
        if (!error || aborted_) co_return;
    }
    error_code ignored;
    stream_->socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (ignored) co_return;
    // By looking now and then, not by a pending read: on io_uring a read that is under way when its
    // descriptor is closed may never be told so (Boost 1.81), and the session would never end.
    out_.resize(discard_read_bytes);
    Timer pause(stream_->socket().get_executor());
    for (std::size_t dropped = 0; dropped < discard_bytes_max && !aborted_;) {
        const ssize_t got =
            ::recv(stream_->socket().native_handle(), out_.data(), out_.size(), MSG_DONTWAIT);
        if (got > 0) {
            dropped += static_cast<std::size_t>(got);
            continue;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) co_return;
        pause.expires_after(discard_pause);
        (void)co_await pause.async_wait();
    }
}

}  // namespace postern::net
