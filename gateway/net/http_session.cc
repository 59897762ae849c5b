#include "gateway/net/http_session.h"

#include "gateway/net/beast_view.h"
#include "gateway/net/forwarded.h"
#include "gateway/net/listener.h"
#include "gateway/net/reply.h"

namespace postern::net {

HttpSession::HttpSession(std::shared_ptr<Listener> listener, TcpSocket socket, IpAddress peer)
    : listener_(std::move(listener)),
      state_(listener_->state()),
      stream_(std::move(socket)),
      counted_address_(peer),
      peer_(peer),
      in_(state_.gate.header_bytes_max) {}

Task<> HttpSession::run(std::shared_ptr<HttpSession> self) {
    try {
        co_await self->converse();
    } catch (const std::exception&) {
        // Out of memory, or a handler that threw: this one connection ends.
    }
    self->enter(Phase::closing, SteadyClock::time_point::max());
    self->answer_ = Answer::none;
    self->ended_ = true;
    self->release_stream();
    self->listener_->on_end(*self);
}

Task<> HttpSession::converse() {
    enter(Phase::opening, SteadyClock::now() + state_.options.limits.header_timeout);
    const bool open_ok = co_await open();
    if (!open_ok) co_return;
    peer_text_ = peer_.to_string();
    bool more = true;
    while (more && !aborted_) more = co_await serve_one();
    if (close_gently_ && !aborted_) co_await close_gently();
}

Task<bool> HttpSession::serve_one() {
    const auto& limits = state_.options.limits;
    const auto start = SteadyClock::now();
    const bool first = served_ == 0;
    const bool begun = !in_.view().empty();
    enter(begun ? Phase::head : Phase::idle,
          start + (first || begun ? limits.header_timeout : limits.idle_timeout));
    std::size_t checked = 0;
    GateResult gate = scan(in_.view(), state_.gate, head_, checked);
    while (gate.state == GateState::incomplete) {
        if (draining_ && in_.view().empty()) co_return false;
        const auto room = in_.room();
        const asio::mutable_buffer buffer(room.data(), room.size());
        const auto [error, bytes] = co_await stream_->read_some(buffer);
        if (!received(error, bytes)) co_return false;
        in_.commit(bytes);
        if (phase_ == Phase::idle) {
            enter(Phase::head, SteadyClock::now() + limits.header_timeout);
        }
        gate = scan(in_.view(), state_.gate, head_, checked);
    }
    const auto bytes_of_head = in_.view().substr(0, head_.bytes);
    if (gate.state == GateState::complete && !beast_agrees(bytes_of_head, head_)) {
        gate = {GateState::refused, 400, "The request can be read in two ways."};
    }
    if (gate.state == GateState::refused) {
        count(state_.counters.requests_malformed, 1);
        head_.clear();  // what it said means nothing, not even that it was a HEAD
        co_return co_await refuse(gate.status, "malformed_request", gate.detail);
    }

    ++served_;
    must_close_ = false;
    count(state_.counters.requests, 1);
    describe_request();
    Admission admission = state_.handler.admit(request_);
    if (!admission.accepted) {
        // A body that nobody will read would be taken for the next request.
        must_close_ = head_.framing != Framing::none;
        response_ = std::move(admission.refusal);
        const bool more = co_await send_response();
        if (more) take_off_served();
        co_return more;
    }
    sink_ = std::move(admission.sink);
    const bool more = co_await serve_admitted(admission.body_bytes_max);
    sink_ = nullptr;
    request_.sink = nullptr;
    co_return more;
}

Task<bool> HttpSession::serve_admitted(std::size_t body_bytes_max) {
    const bool has_length = head_.framing == Framing::length;
    if (has_length && head_.content_length > body_bytes_max) {
        co_return co_await refuse(413, "body_too_large",
                                  "The body is longer than this route takes.");
    }
    const auto behind_head = in_.view().substr(head_.bytes);
    if (has_length && sink_ == nullptr && behind_head.size() >= head_.content_length) {
        request_.body = behind_head.substr(0, head_.content_length);  // where it lies, uncopied
    } else if (head_.framing != Framing::none) {
        const bool taken = co_await take_body(body_bytes_max);
        if (!taken) co_return false;
    }
    request_.sink = sink_;

    // No deadline while the handler thinks: the time limit of an answer is its own affair.
    enter(Phase::handling, SteadyClock::time_point::max());
    answer_ = Answer::awaited;
    state_.handler.handle(request_, Responder(shared_from_this()));
    if (answer_ == Answer::awaited) co_await parking_.park();
    if (aborted_) co_return false;
    if (answer_ == Answer::stream) {
        co_await run_stream();
        co_return false;
    }
    if (answer_ == Answer::upgrade) {
        co_await run_websocket();
        co_return false;
    }
    const bool more = co_await send_response();
    if (more) take_off_served();
    co_return more;
}

/// False: the client has gone, or was answered.
Task<bool> HttpSession::take_body(std::size_t bytes_max) {
    const auto result = co_await read_body(bytes_max);
    switch (result) {
        case BodyResult::ok:
            if (sink_ == nullptr) request_.body = body_;
            co_return true;
        case BodyResult::gone:
            co_return false;
        case BodyResult::too_large:
            co_return co_await refuse(413, "body_too_large",
                                      "The body is longer than this route takes.");
        case BodyResult::unwanted:
            must_close_ = true;
            response_ = sink_->refusal();
            co_return co_await send_response();
        case BodyResult::malformed:
            break;
    }
    count(state_.counters.requests_malformed, 1);
    co_return co_await refuse(400, "malformed_request", "The chunked body is malformed.");
}

/// The request is answered: what lies behind it is the next one.
void HttpSession::take_off_served() {
    if (head_.framing == Framing::chunked) {
        in_.assign(surplus_);
        surplus_.clear();
    } else {
        in_.consume(head_.bytes + static_cast<std::size_t>(head_.content_length));
    }
    constexpr std::size_t kept_bytes_max = 64 * 1024;
    if (body_.capacity() > kept_bytes_max) std::string().swap(body_);
}

void HttpSession::describe_request() {
    const auto question = head_.target.find('?');
    request_.method = head_.method;
    request_.target = head_.target;
    request_.path = head_.target.substr(0, question);
    request_.query =
        question == std::string_view::npos ? std::string_view{} : head_.target.substr(question + 1);
    request_.headers = head_.fields;
    request_.body = {};
    request_.secure = stream_->is_tls();
    if (state_.trusted.empty()) {
        if (served_ == 1) request_.peer = peer_text_;
        return;
    }
    const auto client = client_behind(state_.trusted, peer_, stream_->is_tls(), head_.fields);
    request_.peer = client.address == peer_ ? peer_text_ : client.address.to_string();
    request_.secure = client.secure;
}

void HttpSession::respond(Response response) {
    if (answer_ != Answer::awaited) return;
    response_ = std::move(response);
    answer_ = Answer::given;
    parking_.wake();
}

IoThread& HttpSession::io_thread() {
    return listener_->loop();
}

void HttpSession::finish() {
    draining_ = true;
    if (phase_ == Phase::idle) {
        close_stream();
    } else if (phase_ == Phase::streaming && stream_body_) {
        const auto body = stream_body_;
        body->close_for_drain();
    } else if (websocket_) {
        drain_websocket();
    }
}

void HttpSession::abort() {
    if (aborted_) return;
    aborted_ = true;
    close_stream();
    if (const auto body = stream_body_) body->close();
    if (websocket_) abort_websocket();
    parking_.wake();
}

void HttpSession::reset() {
    if (stream_) {
        error_code ignored;
        // With nothing to linger for, the close at the end is a RST.
        stream_->socket().set_option(asio::socket_base::linger(true, 0), ignored);
    }
    abort();
}

void HttpSession::on_overdue() {
    if (websocket_ && websocket_goes_on()) return;
    deadline_ = SteadyClock::time_point::max();
    const bool slow = phase_ != Phase::idle && phase_ != Phase::closing;
    if (slow) count(state_.counters.timeouts, 1);
    abort();
}

bool HttpSession::received(const error_code& error, std::size_t bytes) {
    if (error || bytes == 0) return false;
    count(state_.counters.bytes_in, bytes);
    return true;
}

bool HttpSession::may_keep_alive() const {
    const auto cap = state_.options.limits.requests_per_connection_max;
    return head_.keep_alive && !draining_ && !must_close_ && (cap == 0 || served_ < cap);
}

void HttpSession::close_stream() {
    if (stream_) stream_->end();
}

/// After the last operation on it has come back, and not before.
void HttpSession::release_stream() {
    close_stream();
    if (ended_ && !watching_) stream_.reset();
}

void HttpSession::enter(Phase phase, SteadyClock::time_point deadline) {
    phase_ = phase;
    deadline_ = deadline;
}

}  // namespace postern::net
