#include "adapters/smpp/session.h"

#include <algorithm>
#include <utility>

#include "adapters/smpp/status.h"

namespace postern::adapters::smpp {
namespace {

constexpr std::uint32_t sequence_max = 0x7fffffff;
/// How long an answer that comes too late can still be told apart from one to nothing.
constexpr std::chrono::minutes late_max{10};
constexpr std::chrono::seconds goodbye{5};

bool is_response(std::uint32_t command) {
    return (command & command::response) != 0;
}

}  // namespace

std::string_view to_string(EndReason reason) {
    switch (reason) {
        case EndReason::refused:
            return "the centre refused the bind";
        case EndReason::bind_timeout:
            return "the centre did not answer the bind";
        case EndReason::silent:
            return "the centre did not answer enquire_link";
        case EndReason::lost:
            return "the centre sent what is no PDU";
        case EndReason::unbound:
            return "the centre unbound";
        case EndReason::done:
            break;
    }
    return "unbound";
}

std::uint32_t Session::next_sequence() {
    sequence_ = sequence_ == sequence_max ? 1 : sequence_ + 1;
    return sequence_;
}

void Session::end(EndReason reason, std::uint32_t status, Actions& out) {
    if (!out.end) out.end = SessionEnd{reason, status};
    state_ = State::closed;
}

void Session::on_open(Moment now, Actions& out) {
    state_ = State::binding;
    heard_ = now;
    until_ = now + options_.bind_timeout;
    bind_sequence_ = next_sequence();
    out.write += encode(options_.bind, bind_sequence_);
}

void Session::on_bytes(std::string_view bytes, Moment now, Actions& out) {
    if (state_ == State::closed) return;
    heard_ = now;
    framer_.feed(bytes);
    while (state_ != State::closed) {
        switch (framer_.next()) {
            case Framer::State::more:
                return;
            case Framer::State::pdu:
                on_pdu(framer_.header(), framer_.body(), framer_.raw(), now, out);
                break;
            case Framer::State::skipped:
                ++out.malformed;
                out.write += encode_bare(command::generic_nack, status::bad_length,
                                         framer_.header().sequence);
                break;
            case Framer::State::lost:
                ++out.malformed;
                out.write += encode_bare(command::generic_nack, status::bad_length, 0);
                return end(EndReason::lost, 0, out);
        }
    }
}

void Session::on_pdu(const Header& header, std::string_view body, std::string_view raw, Moment now,
                     Actions& out) {
    enquired_.reset();  // any sign of life will do
    missed_ = 0;
    if (header.command == command::generic_nack) return on_nack(header, out);
    if (is_response(header.command)) return on_response(header, body, now, out);
    on_request(header, body, raw, out);
}

void Session::on_request(const Header& header, std::string_view body, std::string_view raw,
                         Actions& out) {
    const std::uint32_t answer = header.command | command::response;
    switch (header.command) {
        case command::enquire_link:
            out.write += encode_bare(answer, status::ok, header.sequence);
            return;
        case command::unbind:
            out.write += encode_bare(answer, status::ok, header.sequence);
            return end(EndReason::unbound, 0, out);
        case command::alert_notification:
        case command::outbind:  // we bind by ourselves
            return;
        case command::deliver_sm:
        case command::data_sm:
            break;
        default:
            ++out.malformed;
            out.write += encode_bare(command::generic_nack, status::bad_command, header.sequence);
            return;
    }
    if (state_ == State::binding) {
        out.write += encode_bare(answer, status::not_bound, header.sequence);
        return;
    }
    Delivered delivered{
        header.command, header.sequence,
        header.command == command::data_sm ? decode_data(body) : decode_short_message(body),
        std::string(raw)};
    if (!delivered.message) ++out.malformed;
    out.delivered.push_back(std::move(delivered));
}

void Session::on_response(const Header& header, std::string_view body, Moment now, Actions& out) {
    const std::uint32_t request = header.command & ~command::response;
    if (request == command_of(options_.bind.kind) && state_ == State::binding &&
        header.sequence == bind_sequence_)
        return on_bind_response(header, now, out);
    if (request == command::submit_sm) {
        std::string id = header.status == status::ok ? decode_message_id(body) : std::string{};
        (void)settle(header.sequence, header.status, std::move(id), out);
    } else if (request == command::unbind && state_ == State::unbinding &&
               header.sequence == unbind_sequence_) {
        end(EndReason::done, 0, out);
    }
}

void Session::on_bind_response(const Header& header, Moment, Actions& out) {
    if (header.status != status::ok) return end(EndReason::refused, header.status, out);
    state_ = State::bound;
    out.bound = true;
}

void Session::on_nack(const Header& header, Actions& out) {
    ++out.malformed;
    const std::uint32_t status = header.status == status::ok ? status::bad_command : header.status;
    if (state_ == State::binding && header.sequence == bind_sequence_)
        return end(EndReason::refused, status, out);
    // About nothing that we asked, it is noise: where the two sides no longer read the same stream,
    // enquiries are not answered any more and the link ends.
    (void)settle(header.sequence, status, {}, out);
}

bool Session::settle(std::uint32_t sequence, std::uint32_t status, std::string id, Actions& out) {
    const auto found = waiting_.find(sequence);
    if (found == waiting_.end()) return false;
    if (!found->second.given_up) --in_window_;
    out.submitted.push_back(
        {found->second.token, true, found->second.given_up, status, std::move(id)});
    waiting_.erase(found);
    if (state_ == State::unbinding && in_window_ == 0 && unbind_sequence_ == 0) {
        unbind_sequence_ = next_sequence();
        out.write += encode_bare(command::unbind, status::ok, unbind_sequence_);
    }
    return true;
}

std::size_t Session::room() const {
    if (state_ != State::bound || options_.bind.kind == BindKind::receiver) return 0;
    return options_.window - std::min(options_.window, in_window_);
}

void Session::submit(std::uint64_t token, const ShortMessage& message, Moment now, Actions& out) {
    const std::uint32_t sequence = next_sequence();
    waiting_[sequence] = {token, now + options_.response_timeout, false};
    ++in_window_;
    out.write += encode_submit(message, sequence);
}

void Session::answer(std::uint32_t command, std::uint32_t sequence, std::uint32_t status,
                     Actions& out) {
    if (state_ != State::bound && state_ != State::unbinding) return;
    out.write += encode_delivered(command, status, sequence);
}

void Session::unbind(Moment now, Actions& out) {
    if (state_ == State::closed) return;
    if (state_ == State::binding) return end(EndReason::done, 0, out);
    if (state_ == State::unbinding) return;
    state_ = State::unbinding;
    until_ = now + options_.response_timeout + goodbye;
    if (in_window_ > 0) return;
    unbind_sequence_ = next_sequence();
    until_ = now + goodbye;
    out.write += encode_bare(command::unbind, status::ok, unbind_sequence_);
}

void Session::give_up_overdue(Moment now, Actions& out) {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        Waiting& waiting = it->second;
        if (waiting.until > now) {
            ++it;
        } else if (waiting.given_up) {
            it = waiting_.erase(it);
        } else {
            out.submitted.push_back({waiting.token, false, false, 0, {}});
            waiting.given_up = true;
            waiting.until = now + late_max;
            --in_window_;
            ++it;
        }
    }
}

void Session::enquire(Moment now, Actions& out) {
    if (enquired_ && now >= *enquired_ + options_.enquire_timeout) {
        enquired_.reset();
        if (++missed_ >= options_.enquiries_missed_max) return end(EndReason::silent, 0, out);
    } else if (enquired_ || (missed_ == 0 && now < heard_ + options_.enquire_after)) {
        return;
    }
    enquired_ = now;
    out.write += encode_bare(command::enquire_link, status::ok, next_sequence());
}

void Session::on_deadline(Moment now, Actions& out) {
    if (state_ == State::closed) return;
    if (state_ == State::binding && now >= until_) return end(EndReason::bind_timeout, 0, out);
    if (state_ == State::unbinding && now >= until_) return end(EndReason::done, 0, out);
    give_up_overdue(now, out);
    if (state_ == State::bound) enquire(now, out);
}

std::optional<Session::Moment> Session::deadline() const {
    if (state_ == State::closed) return std::nullopt;
    Moment next = until_;
    if (state_ == State::bound) {
        next = enquired_ ? *enquired_ + options_.enquire_timeout : heard_ + options_.enquire_after;
    }
    for (const auto& [sequence, waiting] : waiting_) next = std::min(next, waiting.until);
    return next;
}

std::vector<std::uint64_t> Session::close() {
    std::vector<std::uint64_t> out;
    for (const auto& [sequence, waiting] : waiting_) {
        if (!waiting.given_up) out.push_back(waiting.token);
    }
    waiting_.clear();
    in_window_ = 0;
    state_ = State::closed;
    return out;
}

}  // namespace postern::adapters::smpp
