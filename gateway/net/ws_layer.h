// What Beast's WebSocket reads from and writes to: our Stream, plain or TLS, as one type, so that
// the protocol is compiled once (private header). Owns nothing.
#pragma once

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include "gateway/net/stream.h"

namespace postern::net {

class WsLayer final {
  public:
    using executor_type = Executor;

    explicit WsLayer(Stream& stream) : stream_(&stream) {}

    [[nodiscard]] executor_type get_executor() { return stream_->socket().get_executor(); }
    [[nodiscard]] Stream& stream() { return *stream_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(Read{stream_}, token,
                                                                          buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(Write{stream_}, token,
                                                                          buffers);
    }

  private:
    struct Read {
        Stream* stream;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (stream->is_tls()) {
                stream->tls().async_read_some(buffers, std::forward<Handler>(handler));
            } else {
                stream->socket().async_read_some(buffers, std::forward<Handler>(handler));
            }
        }
    };
    struct Write {
        Stream* stream;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (stream->is_tls()) {
                stream->tls().async_write_some(buffers, std::forward<Handler>(handler));
            } else {
                stream->socket().async_write_some(buffers, std::forward<Handler>(handler));
            }
        }
    };

    Stream* stream_;
};

/// Beast's own deadlines are off, so this is never due; ended, not closed, for io_uring's sake.
inline void beast_close_socket(WsLayer& layer) {
    layer.stream().end();
}

/// Behind the closing handshake: the HTTP session ends the connection, as it ends any other.
template <class Handler>
void async_teardown(boost::beast::role_type, WsLayer& layer, Handler&& handler) {
    auto done = [held = std::forward<Handler>(handler)]() mutable {
        std::move(held)(error_code{});
    };
    asio::post(layer.get_executor(), std::move(done));
}

}  // namespace postern::net
