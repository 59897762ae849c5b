// What a link does over time: comes up, reads, becomes secure, writes.
#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "gateway/net/dial.h"
#include "gateway/net/errc.h"
#include "gateway/net/link.h"

namespace postern::net {
namespace {

constexpr std::size_t one_write_max = 16 * 1024;  // a TLS record

}  // namespace

void Link::begin() {
    loop_.on_tick(weak_from_this(), [this](SteadyClock::time_point now) { check(now); });
    // Later, so that no event comes while the owner has no handle yet.
    loop_.post([self = shared_from_this()] {
        asio::co_spawn(self->loop_.executor(), run(self), asio::detached);
    });
}

Task<> Link::run(std::shared_ptr<Link> self) {
    try {
        const bool up = co_await self->come_up();
        if (up) co_await self->read_all();
    } catch (const std::exception& error) {
        self->end(Errc::stopped, error.what());
    }
    self->shut();
}

Task<> Link::run_writer(std::shared_ptr<Link> self) {
    try {
        co_await self->write_all();
    } catch (const std::exception& error) {
        self->end(Errc::stopped, error.what());
    }
}

Task<bool> Link::come_up() {
    if (!accepted_) {
        const bool reached = co_await reach_peer();
        if (!reached) co_return false;
    }
    ready();
    asio::co_spawn(loop_.executor(), run_writer(shared_from_this()), asio::detached);
    tell(events_.on_open);
    co_return !ended_;
}

Task<bool> Link::reach_peer() {
    const Dialling line{stream_, loop_.names(), ended_, &options_.allow_address};
    const error_code error = co_await dial(line, options_.host, options_.port);
    if (ended_) co_return false;
    if (error) {
        end(error, error.message());
        co_return false;
    }
    if (options_.tls) {
        stage_ = Stage::implicit_tls;
        const bool secure = co_await handshake();
        if (!secure) co_return false;
    }
    co_return true;
}

Task<bool> Link::handshake() {
    if (!options_.trust) {
        end(Errc::tls_failed, "there is nobody whose certificates are trusted");
        co_return false;
    }
    const std::string name = options_.tls_name.empty() ? options_.host : options_.tls_name;
    std::string problem;
    const error_code error = co_await begin_tls(stream_, *options_.trust->context, name, problem);
    if (ended_) co_return false;
    if (error) {
        end(Errc::tls_failed, problem);
        co_return false;
    }
    secure_ = true;
    co_return true;
}

Task<> Link::read_all() {
    while (!ended_) {
        if (paused_) {
            co_await reader_.park();
            continue;
        }
        const asio::mutable_buffer buffer(in_.data(), in_.size());
        const auto [error, bytes] = co_await stream_.read_some(buffer);
        if (ended_) co_return;
        if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
            co_return end({}, "the peer closed the connection");
        if (error) co_return end(error, error.message());
        heard();
        in_bytes_ = true;
        tell(events_.on_bytes, std::string_view(in_.data(), bytes));
        in_bytes_ = false;
        if (stage_ == Stage::later_tls && !ended_) {
            const bool secure = co_await secure_later();
            if (!secure) co_return;
        }
    }
}

/// Bytes may go to and fro.
void Link::ready() {
    stage_ = Stage::open;
    deadline_ = never_;
    heard();
    if (writing_) write_by_ = SteadyClock::now() + options_.write_timeout;
    if (finishing_ && !writing_) shut_sending();
}

Task<bool> Link::secure_later() {
    // The peer may have answered what we have not yet heard to be written.
    while (writing_ && !ended_) co_await reader_.park();
    if (ended_) co_return false;
    const bool secure = co_await handshake();
    if (!secure) co_return false;
    out_.swap(later_);
    writing_ = !out_.empty();
    ready();
    writer_.wake();
    tell(events_.on_secure);
    co_return !ended_;
}

Task<> Link::write_all() {
    while (!ended_) {
        if (out_.empty()) {
            drained();
            if (out_.empty() && !ended_) co_await writer_.park();
            continue;
        }
        const bool going_on = co_await write_front();
        if (!going_on) co_return;
    }
}

/// One piece of the first string that waits.
Task<bool> Link::write_front() {
    const std::uint64_t before = may_have_left_;
    const std::string& front = out_.front();
    const std::size_t size = std::min(front.size() - out_begin_, one_write_max);
    const asio::const_buffer buffer(front.data() + out_begin_, size);
    may_have_left_ = before + size;
    const auto [error, bytes] = co_await stream_.write_some(buffer);
    if (error) {
        const bool refused =
            error == asio::error::broken_pipe || error == asio::error::connection_reset;
        // A record may have left in part; plain bytes that were refused have not.
        if (refused && bytes == 0 && !stream_.is_tls()) may_have_left_ = before;
        end(error, error.message());
        co_return false;
    }
    may_have_left_ = before + bytes;
    if (ended_) co_return false;
    write_by_ = SteadyClock::now() + options_.write_timeout;
    out_begin_ += bytes;
    if (out_begin_ == out_.front().size()) {
        out_.pop_front();
        out_begin_ = 0;
    }
    co_return true;
}

}  // namespace postern::net
