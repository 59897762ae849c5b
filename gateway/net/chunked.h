// A strict decoder for chunked bodies: no extension, at most 8 hex digits, exact CRLF, trailers
// read and dropped (a trailer must never look like a header that somebody signed). Pure; sans-I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::net {

enum class ChunkState : unsigned char { more, done, malformed, too_large };

class ChunkedDecoder final {
  public:
    explicit ChunkedDecoder(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

    /// Takes from the front of `in` what belongs to this body and appends the content to `body`.
    /// After `done`, what is left in `in` is the next request; after a refusal nothing in it is.
    [[nodiscard]] ChunkState feed(std::string_view& in, std::string& body);

  private:
    enum class State : unsigned char {
        size_first,
        size,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer,
        trailer_lf,
        done,
        failed
    };

    [[nodiscard]] ChunkState step(char c);
    [[nodiscard]] ChunkState size_digit(char c);
    [[nodiscard]] ChunkState trailer_line();

    State state_ = State::size_first;
    unsigned digits_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t total_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::string trailer_;
    std::size_t body_bytes_max_;
};

}  // namespace postern::net
