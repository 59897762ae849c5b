#include "gateway/net/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace postern::net {
namespace {

constexpr std::size_t first_bytes = 4 * 1024;  // holds a usual webhook with its body
constexpr std::size_t room_min = 512;

}  // namespace

InputBuffer::InputBuffer(std::size_t bytes_max) : bytes_max_(bytes_max) {
    grow(std::min(first_bytes, bytes_max));
}

std::span<char> InputBuffer::room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ - end_ < room_min) {
        if (begin_ > 0) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (capacity_ - end_ < room_min && capacity_ < bytes_max_) {
            grow(std::min(capacity_ * 2, bytes_max_));
        }
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::consume(std::size_t bytes) {
    begin_ += std::min(bytes, end_ - begin_);
    if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::assign(std::string_view bytes) {
    begin_ = end_ = 0;
    if (capacity_ < bytes.size()) grow(bytes.size());
    std::memcpy(bytes_.get(), bytes.data(), bytes.size());
    end_ = bytes.size();
}

void InputBuffer::grow(std::size_t capacity) {
    // Zeroed, so that the padding behind a body never reads memory of somebody else.
    auto bytes = std::make_unique<char[]>(capacity + body_padding);
    if (end_ > 0) std::memcpy(bytes.get(), bytes_.get(), end_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
}

}  // namespace postern::net
