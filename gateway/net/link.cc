// What the owner of a link asks of it, what the clock asks, and its end.
#include "gateway/net/link.h"

#include "gateway/net/errc.h"

namespace postern::net {

void Link::drained() {
    write_by_ = never_;
    if (!std::exchange(writing_, false)) return;
    if (stage_ == Stage::later_tls) return reader_.wake();
    tell(events_.on_drained);
    if (finishing_ && !writing_ && !ended_) shut_sending();
}

void Link::shut_sending() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

bool Link::write(std::string bytes) {
    if (ended_ || finishing_) return false;
    if (written_ - may_have_left_ + bytes.size() > options_.waiting_bytes_max) return false;
    if (bytes.empty()) return true;
    written_ += bytes.size();
    if (stage_ == Stage::later_tls) {
        later_.push_back(std::move(bytes));
        return true;
    }
    out_.push_back(std::move(bytes));
    if (std::exchange(writing_, true) || stage_ != Stage::open) return true;
    write_by_ = SteadyClock::now() + options_.write_timeout;
    writer_.wake();
    return true;
}

bool Link::start_tls() {
    if (!in_bytes_ || ended_ || secure_ || stage_ != Stage::open || !options_.trust) return false;
    stage_ = Stage::later_tls;
    deadline_ = SteadyClock::now() + options_.tls_timeout;
    return true;
}

void Link::resume() {
    if (!std::exchange(paused_, false)) return;
    heard();
    reader_.wake();
}

void Link::set_silence_max(std::chrono::milliseconds silence) {
    options_.silence_max = silence;
    heard();
}

void Link::finish(std::chrono::milliseconds grace) {
    if (ended_ || std::exchange(finishing_, true)) return;
    if (stage_ == Stage::open && !writing_) shut_sending();
    finish_by_ = SteadyClock::now() + grace;
}

void Link::close() {
    shut();
    forget_events();
}

/// One check every 100 ms for all that may take too long.
void Link::check(SteadyClock::time_point now) {
    if (ended_) return;
    if (now >= finish_by_) return end({}, "closed, and the peer had not closed its side");
    if (now >= deadline_) {
        return end(stage_ == Stage::later_tls ? Errc::timed_out : Errc::connect_timed_out,
                   "it took too long");
    }
    if (now >= write_by_) return end(Errc::timed_out, "the peer takes no more bytes");
    const bool silent = options_.silence_max.count() > 0 && stage_ == Stage::open && !paused_ &&
                        now >= silent_from_ + options_.silence_max;
    if (silent) end(Errc::timed_out, "the peer has been silent for too long");
}

LinkReach Link::reach() const {
    switch (stage_) {
        case Stage::dialling:
            return LinkReach::not_connected;
        case Stage::implicit_tls:
        case Stage::later_tls:
            return LinkReach::tls_failed;
        case Stage::open:
            break;
    }
    return LinkReach::open;
}

void Link::end(error_code error, const std::string& problem) {
    if (ended_) return;
    const auto self = shared_from_this();  // on_closed may drop the handle
    const LinkEnd how{reach(), error, options_.host + ":" + options_.port + ": " + problem};
    const auto told = std::exchange(events_.on_closed, nullptr);
    shut();
    if (told) told(how);
    forget_events();
}

/// Ends the stream; both coroutines see it at their next step.
void Link::shut() {
    if (std::exchange(ended_, true)) return;
    // Operations under way are ended by the end of the stream (stream.h); a dial has none yet.
    if (stage_ == Stage::dialling) {
        stream_.close();
    } else {
        stream_.end();
    }
    reader_.wake();
    writer_.wake();
}

}  // namespace postern::net
