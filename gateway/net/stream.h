// One byte stream, plain or TLS, behind the same four calls (private header). The awaited operation
// of either kind has the same type, so the choice costs a branch and no extra coroutine.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "gateway/net/task.h"

namespace postern::net {

class Stream final {
  public:
    using Tls = asio::ssl::stream<TcpSocket>;

    explicit Stream(TcpSocket socket) : plain_(std::move(socket)) {}

    /// From here on all bytes are TLS; the caller awaits tls().async_handshake.
    void start_tls(asio::ssl::context& context) { tls_.emplace(std::move(plain_), context); }

    [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
    [[nodiscard]] Tls& tls() { return *tls_; }
    [[nodiscard]] TcpSocket& socket() { return tls_ ? tls_->next_layer() : plain_; }

    [[nodiscard]] Task<IoResult> read_some(asio::mutable_buffer buffer) {
        if (tls_) return tls_->async_read_some(buffer);
        return plain_.async_read_some(buffer);
    }
    [[nodiscard]] Task<IoResult> write_some(asio::const_buffer buffer) {
        if (tls_) return tls_->async_write_some(buffer);
        return plain_.async_write_some(buffer);
    }
    /// Ends both directions; what is under way completes by itself, and the descriptor is closed
    /// with this object. Closing it under a pending operation instead has it cancelled, and on
    /// io_uring (Boost 1.81) a cancelled operation may never be heard of again.
    void end() {
        error_code ignored;
        socket().shutdown(tcp::socket::shutdown_both, ignored);
    }
    void close() {
        error_code ignored;
        socket().close(ignored);
    }

  private:
    TcpSocket plain_;
    std::optional<Tls> tls_;
};

}  // namespace postern::net
