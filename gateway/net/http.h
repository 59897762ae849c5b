// HTTP as the rest of the gateway sees it: plain values, no Asio. A handler runs on the I/O thread
// of its connection and must not block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::net {

class IoThread;

struct Header {
    std::string_view name;  // as received
    std::string_view value;
};

/// All views stay valid until the Responder has answered (the session keeps the bytes).
struct Request {
    std::string_view method;
    std::string_view target;  // as received
    std::string_view path;    // undecoded, without the query
    std::string_view query;   // undecoded, without '?'
    std::span<const Header> headers;
    std::string_view body;  // followed by >= 64 readable bytes (simdjson's padding)
    std::string peer;       // client's IP address, after trusted_proxies and PROXY protocol
    bool secure = false;    // TLS here, or at a trusted proxy

    /// First value, ASCII case folded; empty if absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// Value of a query parameter, percent-decoded; `found` tells empty from absent.
    [[nodiscard]] std::string query_value(std::string_view name, bool* found = nullptr) const;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  // no Content-Length, no Connection
    bool close = false;
    /// A whole pre-formatted response (head and body), used instead of all of the above and held
    /// until it is written: the hot path answers every webhook with one of a few constants.
    std::shared_ptr<const std::string> fixed;
};

/// Serialises head and body once, for Response::fixed.
[[nodiscard]] std::string format_fixed(int status, std::string_view content_type,
                                       std::string_view body);

/// A long answer (SSE). I/O thread only. Bounded: write() refuses when the client is too slow.
class BodyStream {
  public:
    virtual ~BodyStream() = default;
    /// False if the client is gone or more than the bound is waiting (256 KiB): stop and close.
    [[nodiscard]] virtual bool write(std::string bytes) = 0;
    virtual void finish() = 0;
    [[nodiscard]] virtual std::size_t waiting_bytes() const = 0;
    /// Called once when the client goes or the server drains.
    virtual void on_close(std::function<void()> callback) = 0;
};

/// The one answer that a request gets. Movable. Call send() on the connection's own I/O thread (use
/// thread().post from elsewhere). Dropping it unanswered, on any thread, answers 500.
class Responder final {
  public:
    class Session {  // implemented by the HTTP session
      public:
        virtual ~Session() = default;
        virtual void respond(Response response) = 0;
        virtual std::shared_ptr<BodyStream> respond_stream(Response head) = 0;
        virtual IoThread& io_thread() = 0;
        /// Breaks the connection; a session without one answers 500.
        virtual void reset();
    };

    Responder() = default;
    explicit Responder(std::shared_ptr<Session> session) : session_(std::move(session)) {}
    Responder(Responder&&) noexcept = default;
    /// The request held before is answered 500 when `other` ends.
    Responder& operator=(Responder&& other) noexcept {
        std::swap(session_, other.session_);
        return *this;
    }
    ~Responder();

    void send(Response response);
    /// Starts a chunked answer with this head (its body is ignored).
    [[nodiscard]] std::shared_ptr<BodyStream> stream(Response head);
    /// Answers nothing and breaks the connection: for a simulator of bad networks.
    void reset();
    [[nodiscard]] IoThread& thread() const { return session_->io_thread(); }

  private:
    std::shared_ptr<Session> session_;
};

/// What may come, decided from the head alone, before a byte of the body is read.
struct Admission {
    bool accepted = true;
    std::size_t body_bytes_max = 0;
    Response refusal;  // sent when not accepted; the connection closes if a body was announced
};

class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    [[nodiscard]] virtual Admission admit(const Request& head) = 0;
    virtual void handle(const Request& request, Responder responder) = 0;
};

}  // namespace postern::net
