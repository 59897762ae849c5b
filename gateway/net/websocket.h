// WebSockets (RFC 6455) as the rest of the gateway sees them: text both ways, no Asio. Everything
// on the connection's own I/O thread. Frames, masks, UTF-8, pings and the closing handshake are
// done here; what the texts mean is the handler's.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/net/http.h"

namespace postern::net {

/// Close codes of RFC 6455, 7.4.1, as far as we say them.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t not_text = 1003;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t restart = 1012;
inline constexpr std::uint16_t try_later = 1013;
}  // namespace close_code

/// Life: from on_open until on_close; kept for longer it does nothing more.
class WebSocket {
  public:
    virtual ~WebSocket() = default;
    /// False, and nothing sent, if it closes or more than the bound would wait.
    [[nodiscard]] virtual bool send(std::string text) = 0;
    /// What waits is sent first; then the closing handshake, for at most five seconds. Once.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    [[nodiscard]] virtual std::size_t waiting_bytes() const = 0;
    [[nodiscard]] virtual IoThread& thread() = 0;
};

class WebSocketHandler {
  public:
    virtual ~WebSocketHandler() = default;
    virtual void on_open(std::shared_ptr<WebSocket> socket) = 0;
    /// A whole message, valid UTF-8; 64 readable bytes follow it.
    virtual void on_text(std::string_view text) = 0;
    /// The server stops: a last word may be sent; the socket closes with 1012 behind it.
    virtual void on_drain() = 0;
    /// Once, whoever ended it; nothing comes after.
    virtual void on_close() = 0;
};

struct Upgrade {
    std::shared_ptr<WebSocketHandler> handler;
    std::string protocol;                       // Sec-WebSocket-Protocol of the answer, or empty
    std::size_t message_bytes_max = 64 * 1024;  // longer: closed with 1009
    std::size_t queue_bytes_max = 256 * 1024;   // of what waits to be sent
    std::chrono::milliseconds ping_every{25'000};
    std::chrono::milliseconds silence_max{60'000};  // pongs are heard, too
    std::chrono::milliseconds write_timeout{30'000};
};

/// Why this request opens no WebSocket, as the answer to give; nothing: it may (RFC 6455, 4.2.1).
[[nodiscard]] std::optional<Response> websocket_refusal(const Request& request);

/// Whether a comma-separated header lists `word`, ASCII case folded.
[[nodiscard]] bool lists_word(std::string_view header, std::string_view word);

}  // namespace postern::net
