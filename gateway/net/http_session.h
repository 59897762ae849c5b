// One server connection: PROXY header, TLS, then requests one after the other until either side
// ends it (private header). A coroutine per connection; it suspends while a handler takes its time
// and goes on in the call that answers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/net/http.h"
#include "gateway/net/input_buffer.h"
#include "gateway/net/server_state.h"
#include "gateway/net/stream.h"
#include "gateway/net/stream_body.h"
#include "gateway/net/task.h"
#include "gateway/net/task_group.h"
#include "gateway/net/websocket.h"

namespace postern::net {

class Listener;
class WsSession;

/// Life: made by Listener on accept, held by the listener's task group while it runs and by an
/// outstanding Responder or BodyStream after that. Thread: the listener's loop.
class HttpSession final : public Responder::Session,
                          public Tracked,
                          public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(std::shared_ptr<Listener> listener, TcpSocket socket, IpAddress peer);

    /// The whole conversation. The parameter keeps the session alive.
    [[nodiscard]] static Task<> run(std::shared_ptr<HttpSession> self);

    void respond(Response response) override;
    std::shared_ptr<BodyStream> respond_stream(Response head) override;
    void respond_upgrade(Upgrade upgrade) override;
    IoThread& io_thread() override;
    void reset() override;

    void finish() override;
    void abort() override;
    [[nodiscard]] SteadyClock::time_point deadline() const override { return deadline_; }
    void on_overdue() override;

    /// The connection's own peer, not that of a PROXY header: what the per-address cap counted.
    [[nodiscard]] const IpAddress& counted_address() const { return counted_address_; }

  private:
    enum class Phase : unsigned char {
        opening,
        idle,
        head,
        body,
        handling,
        writing,
        streaming,
        closing
    };
    enum class Answer : unsigned char { none, awaited, given, stream, upgrade };
    enum class BodyResult : unsigned char { ok, gone, malformed, too_large, unwanted };

    // http_session.cc: the conversation
    Task<> converse();
    Task<bool> serve_one();
    Task<bool> serve_admitted(std::size_t body_bytes_max);
    Task<bool> take_body(std::size_t bytes_max);
    void describe_request();
    void take_off_served();

    // session_open.cc
    Task<bool> open();
    Task<bool> read_proxy_header();
    Task<bool> handshake();

    // session_body.cc
    Task<BodyResult> read_body(std::size_t bytes_max);
    Task<BodyResult> read_length_body();
    Task<BodyResult> read_chunked_body(std::size_t bytes_max);
    Task<BodyResult> pass_length_body();
    Task<BodyResult> pass_on(std::string bytes);
    [[nodiscard]] SteadyClock::time_point body_deadline(std::size_t received) const;

    // session_write.cc
    Task<bool> refuse(int status, std::string_view code, std::string_view detail);
    Task<bool> send_response();
    Task<bool> send_source(bool keep);
    Task<bool> write(std::string_view bytes);
    Task<> close_gently();

    // session_stream.cc
    Task<> run_stream();
    [[nodiscard]] static Task<> watch_client(std::shared_ptr<HttpSession> self);

    // session_upgrade.cc
    Task<> run_websocket();

    [[nodiscard]] bool received(const error_code& error, std::size_t bytes);
    [[nodiscard]] bool may_keep_alive() const;
    void enter(Phase phase, SteadyClock::time_point deadline);
    /// Overdue is a WebSocket that is to be looked at; false: it is over.
    [[nodiscard]] bool websocket_goes_on();
    void drain_websocket();
    void abort_websocket();
    void close_stream();
    void release_stream();

    const std::shared_ptr<Listener> listener_;
    ServerState& state_;
    // Gone when the conversation is: a Responder kept for longer holds no socket.
    std::optional<Stream> stream_;
    const IpAddress counted_address_;
    IpAddress peer_;
    std::string peer_text_;

    Phase phase_ = Phase::opening;
    Answer answer_ = Answer::none;
    bool draining_ = false;
    bool watching_ = false;  // watch_client uses the stream
    bool ended_ = false;
    bool aborted_ = false;
    bool must_close_ = false;    // after the current answer
    bool close_gently_ = false;  // we end it: tell the peer, let it read the answer
    SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
    SteadyClock::time_point body_started_;
    std::size_t served_ = 0;

    InputBuffer in_;
    std::string body_;     // a body that did not come whole with its head
    std::string surplus_;  // behind a chunked body: the next request
    std::string out_;
    Head head_;
    Request request_;
    Response response_;
    Parking parking_;
    std::shared_ptr<BodySink> sink_;  // of the request being read
    std::shared_ptr<StreamBody> stream_body_;
    std::optional<Upgrade> upgrade_;
    std::shared_ptr<WsSession> websocket_;
};

}  // namespace postern::net
