#include "gateway/net/chunked.h"

#include <algorithm>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

constexpr unsigned size_digits_max = 8;
constexpr std::size_t trailer_bytes_max = 4 * 1024;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

ChunkState ChunkedDecoder::feed(std::string_view& in, std::string& body) {
    while (!in.empty() && state_ != State::done && state_ != State::failed) {
        if (state_ == State::data) {
            const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
            body.append(in.substr(0, part));
            in.remove_prefix(part);
            left_ -= part;
            if (left_ == 0) state_ = State::data_cr;
            continue;
        }
        const char c = in.front();
        in.remove_prefix(1);
        const auto result = step(c);
        if (result == ChunkState::malformed || result == ChunkState::too_large) {
            state_ = State::failed;
            return result;
        }
    }
    if (state_ == State::failed) return ChunkState::malformed;
    return state_ == State::done ? ChunkState::done : ChunkState::more;
}

ChunkState ChunkedDecoder::step(char c) {
    const auto expect = [&](char wanted, State next) {
        if (c != wanted) return ChunkState::malformed;
        state_ = next;
        return ChunkState::more;
    };
    switch (state_) {
        case State::size_first:
        case State::size:
            return size_digit(c);
        case State::size_lf:
            if (c != '\n') return ChunkState::malformed;
            state_ = left_ == 0 ? State::trailer : State::data;
            digits_ = 0;
            return ChunkState::more;
        case State::data_cr:
            return expect('\r', State::data_lf);
        case State::data_lf:
            return expect('\n', State::size_first);
        case State::trailer:
            if (++trailer_bytes_ > trailer_bytes_max) return ChunkState::too_large;
            if (c == '\r') return expect('\r', State::trailer_lf);
            if (!value_bytes[static_cast<unsigned char>(c)]) return ChunkState::malformed;
            trailer_.push_back(c);
            return ChunkState::more;
        case State::trailer_lf:
            if (c != '\n') return ChunkState::malformed;
            return trailer_line();
        case State::data:
        case State::done:
        case State::failed:
            break;
    }
    return ChunkState::malformed;
}

ChunkState ChunkedDecoder::size_digit(char c) {
    if (c == '\r' && state_ == State::size) {
        total_ += left_;
        if (total_ > body_bytes_max_) return ChunkState::too_large;
        state_ = State::size_lf;
        return ChunkState::more;
    }
    const int value = hex_value(c);
    if (value < 0 || digits_ == size_digits_max) return ChunkState::malformed;
    left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::uint64_t>(value);
    ++digits_;
    state_ = State::size;
    return ChunkState::more;
}

ChunkState ChunkedDecoder::trailer_line() {
    if (trailer_.empty()) {
        state_ = State::done;
        return ChunkState::done;
    }
    const auto colon = trailer_.find(':');
    const auto name = std::string_view(trailer_).substr(0, colon);
    if (colon == std::string::npos || name.empty() || !all_in(name, token_bytes)) {
        return ChunkState::malformed;
    }
    // Fields that would reframe the message are an attack, not a trailer.
    for (std::string_view framing : {"content-length", "transfer-encoding", "host"}) {
        if (ascii_iequals(name, framing)) return ChunkState::malformed;
    }
    trailer_.clear();
    state_ = State::trailer;
    return ChunkState::more;
}

}  // namespace postern::net
