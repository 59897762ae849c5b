// A connection's receive buffer: starts small, grows to a bound, and always has 64 readable bytes
// behind its content, so that simdjson may parse a body where it lies. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace postern::net {

/// Bytes that every body given to a handler is followed by.
inline constexpr std::size_t body_padding = 64;

class InputBuffer final {
  public:
    explicit InputBuffer(std::size_t bytes_max);

    [[nodiscard]] std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
    /// Free space at the end; may move the content. Empty only if `bytes_max` unread bytes are
    /// held.
    [[nodiscard]] std::span<char> room();
    void commit(std::size_t bytes) { end_ += bytes; }
    void consume(std::size_t bytes);
    /// Replaces the content. May grow beyond the bound: the caller has bounded `bytes` itself.
    void assign(std::string_view bytes);

  private:
    void grow(std::size_t capacity);

    std::size_t bytes_max_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::unique_ptr<char[]> bytes_;
};

}  // namespace postern::net
