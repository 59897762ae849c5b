// Request bodies that did not come whole with their head: by length straight into the body string,
// chunked through the strict decoder. Both grow with what arrives, never with what is announced.
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/net/chunked.h"
#include "gateway/net/http_session.h"

namespace postern::net {
namespace {

constexpr std::size_t step_bytes = 64 * 1024;
constexpr std::size_t chunk_read_bytes = 8 * 1024;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

/// Between two pieces of a body; a mobile network's worst pauses are shorter.
constexpr std::chrono::seconds body_silence_max{30};

/// Makes the padding that handlers may read part of the allocation.
void pad(std::string& body) {
    body.reserve(body.size() + body_padding);
}

}  // namespace

SteadyClock::time_point HttpSession::body_deadline(std::size_t received) const {
    const auto& limits = state_.options.limits;
    auto allowed = limits.body_grace;
    if (limits.body_bytes_per_s > 0) {
        allowed += std::chrono::milliseconds(received * 1000 / limits.body_bytes_per_s);
    }
    // What came fast buys no more time for what does not come at all.
    return std::min(body_started_ + allowed, SteadyClock::now() + body_silence_max);
}

Task<HttpSession::BodyResult> HttpSession::read_body(std::size_t bytes_max) {
    body_started_ = SteadyClock::now();
    if (head_.expect_continue && in_.view().size() == head_.bytes) {
        const bool sent = co_await write(continue_line);
        if (!sent) co_return BodyResult::gone;
    }
    enter(Phase::body, body_deadline(0));
    if (head_.framing == Framing::chunked) co_return co_await read_chunked_body(bytes_max);
    if (sink_ != nullptr) co_return co_await pass_length_body();
    co_return co_await read_length_body();
}

Task<HttpSession::BodyResult> HttpSession::read_length_body() {
    const auto length = static_cast<std::size_t>(head_.content_length);
    body_.assign(in_.view().substr(head_.bytes));
    auto have = body_.size();
    while (have < length) {
        if (have == body_.size()) {
            const auto next = std::min(length, std::max(have * 2, step_bytes));
            body_.reserve(next + body_padding);
            body_.resize(next);
        }
        const asio::mutable_buffer buffer(body_.data() + have, body_.size() - have);
        const auto [error, bytes] = co_await stream_->read_some(buffer);
        if (!received(error, bytes)) co_return BodyResult::gone;
        have += bytes;
        deadline_ = body_deadline(have);
    }
    pad(body_);
    co_return BodyResult::ok;
}

Task<HttpSession::BodyResult> HttpSession::read_chunked_body(std::size_t bytes_max) {
    body_.clear();
    ChunkedDecoder decoder(bytes_max);
    auto rest = in_.view().substr(head_.bytes);
    std::size_t got = rest.size();
    auto state = decoder.feed(rest, body_);
    std::array<char, chunk_read_bytes> piece;
    while (state == ChunkState::more) {
        if (sink_ != nullptr && body_.size() >= step_bytes) {
            const auto passed = co_await pass_on(std::exchange(body_, {}));
            if (passed != BodyResult::ok) co_return passed;
        }
        const asio::mutable_buffer buffer(piece.data(), piece.size());
        const auto [error, bytes] = co_await stream_->read_some(buffer);
        if (!received(error, bytes)) co_return BodyResult::gone;
        got += bytes;
        deadline_ = body_deadline(got);
        rest = {piece.data(), bytes};
        state = decoder.feed(rest, body_);
    }
    if (state == ChunkState::malformed) co_return BodyResult::malformed;
    if (state == ChunkState::too_large) co_return BodyResult::too_large;
    // The head still lies in the input buffer and is in use: what follows waits beside it.
    surplus_.assign(rest);
    if (sink_ != nullptr) {
        if (body_.empty()) co_return BodyResult::ok;
        co_return co_await pass_on(std::exchange(body_, {}));
    }
    pad(body_);
    co_return BodyResult::ok;
}

Task<HttpSession::BodyResult> HttpSession::pass_length_body() {
    const auto length = static_cast<std::size_t>(head_.content_length);
    const auto come = in_.view().substr(head_.bytes);
    std::string piece(come.substr(0, length));
    std::size_t have = piece.size();
    while (have < length) {
        const std::size_t filled = piece.size();
        piece.resize(std::min(step_bytes, filled + length - have));
        if (piece.size() > filled) {
            const asio::mutable_buffer buffer(piece.data() + filled, piece.size() - filled);
            const auto [error, bytes] = co_await stream_->read_some(buffer);
            if (!received(error, bytes)) co_return BodyResult::gone;
            have += bytes;
            piece.resize(filled + bytes);
            deadline_ = body_deadline(have);
        }
        if (piece.size() < step_bytes) continue;
        const auto passed = co_await pass_on(std::exchange(piece, {}));
        if (passed != BodyResult::ok) co_return passed;
    }
    if (piece.empty()) co_return BodyResult::ok;
    co_return co_await pass_on(std::move(piece));
}

/// The client's time does not run while the sink takes its own.
Task<HttpSession::BodyResult> HttpSession::pass_on(std::string bytes) {
    struct Turn {
        bool done = false;
        bool wanted = false;
    };
    const auto turn = std::make_shared<Turn>();
    const auto before = deadline_;
    const auto began = SteadyClock::now();
    deadline_ = SteadyClock::time_point::max();
    sink_->write(std::move(bytes), io_thread(), [self = shared_from_this(), turn](bool wanted) {
        turn->done = true;
        turn->wanted = wanted;
        self->parking_.wake();
    });
    if (!turn->done) co_await parking_.park();
    if (aborted_) co_return BodyResult::gone;
    const auto waited = SteadyClock::now() - began;
    body_started_ += waited;
    deadline_ = before + waited;
    co_return turn->wanted ? BodyResult::ok : BodyResult::unwanted;
}

}  // namespace postern::net
