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

class BodySink;
class BodySource;
struct Upgrade;  // gateway/net/websocket.h

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
    std::shared_ptr<BodySink> sink;  // took the body, if admit() gave one; `body` is empty then

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
    /// A body that is read while it is sent: exactly `source_bytes`, instead of `body`.
    std::shared_ptr<BodySource> source = nullptr;
    std::uint64_t source_bytes = 0;
};

/// Takes a request's body while it comes, so that no large one is ever in memory as a whole. The
/// next piece is read when the last one was taken: a slow disk slows the client down. Dropped
/// without handle() having been called: the client went, or sent nonsense.
class BodySink {
  public:
    virtual ~BodySink() = default;
    /// `done` comes once, on `thread`, which is the connection's; false: no more is wanted.
    virtual void write(std::string bytes, IoThread& thread, std::function<void(bool)> done) = 0;
    /// Why write() said no: the answer, after which the connection closes.
    [[nodiscard]] virtual Response refusal() = 0;
};

/// Gives an answer's body piece by piece, at the pace at which the client takes it.
class BodySource {
  public:
    virtual ~BodySource() = default;
    /// `done` comes once, on `thread`, with the next piece; an empty one: it cannot go on, and the
    /// connection breaks so that the client notices.
    virtual void read(IoThread& thread, std::function<void(std::string)> done) = 0;
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
        /// A session that cannot answers 500.
        virtual void respond_upgrade(Upgrade upgrade);
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
    /// Answers 101: the connection becomes a WebSocket (gateway/net/websocket.h), which has seen
    /// nothing wrong with the request.
    void upgrade(Upgrade upgrade);
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
    std::shared_ptr<BodySink> sink = nullptr;  // takes the body instead of Request::body
};

class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    [[nodiscard]] virtual Admission admit(const Request& head) = 0;
    virtual void handle(const Request& request, Responder responder) = 0;
};

}  // namespace postern::net
