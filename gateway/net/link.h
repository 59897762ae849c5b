// A link behind its handle (private header of stream_link). Two coroutines: one connects and reads,
// one writes what waits. They share a stream, which only changes (to TLS) while neither is in the
// middle of an operation. One thread.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "gateway/net/loop.h"
#include "gateway/net/stream.h"
#include "gateway/net/stream_link.h"
#include "gateway/net/task.h"

namespace postern::net {

class LinkTrust final {
  public:
    explicit LinkTrust(std::shared_ptr<asio::ssl::context> made) : context(std::move(made)) {}
    const std::shared_ptr<asio::ssl::context> context;
};

/// Life: from open_link() until its owner's handle and both coroutines have ended.
class Link final : public std::enable_shared_from_this<Link> {
  public:
    Link(Loop& loop, LinkOptions options, LinkEvents events)
        : loop_(loop),
          options_(std::move(options)),
          events_(std::move(events)),
          stream_(TcpSocket(loop.executor())),
          deadline_(SteadyClock::now() + options_.connect_timeout) {}
    /// Of a connection that was accepted: open from the beginning.
    Link(Loop& loop, LinkOptions options, LinkEvents events, TcpSocket accepted)
        : loop_(loop),
          options_(std::move(options)),
          events_(std::move(events)),
          stream_(std::move(accepted)),
          accepted_(true),
          deadline_(never_) {}

    void begin();

    bool write(std::string bytes);
    bool start_tls();
    void pause() { paused_ = true; }
    void resume();
    void set_silence_max(std::chrono::milliseconds silence);
    void finish(std::chrono::milliseconds grace);
    void close();

    [[nodiscard]] Loop& loop() { return loop_; }
    [[nodiscard]] bool is_open() const { return stage_ >= Stage::open && !ended_; }
    [[nodiscard]] bool is_secure() const { return is_open() && secure_; }
    [[nodiscard]] std::uint64_t written() const { return written_; }
    [[nodiscard]] std::uint64_t may_have_left() const { return may_have_left_; }

  private:
    enum class Stage : unsigned char { dialling, implicit_tls, open, later_tls };

    [[nodiscard]] static Task<> run(std::shared_ptr<Link> self);
    [[nodiscard]] static Task<> run_writer(std::shared_ptr<Link> self);
    [[nodiscard]] Task<bool> come_up();
    [[nodiscard]] Task<bool> reach_peer();
    [[nodiscard]] Task<bool> handshake();
    [[nodiscard]] Task<> read_all();
    [[nodiscard]] Task<bool> secure_later();
    [[nodiscard]] Task<> write_all();
    [[nodiscard]] Task<bool> write_front();
    void ready();
    void drained();
    void shut_sending();
    void check(SteadyClock::time_point now);
    void heard() { silent_from_ = SteadyClock::now(); }
    [[nodiscard]] LinkReach reach() const;
    void end(error_code error, const std::string& problem);
    void shut();

    template <class Event, class... Args>
    void tell(Event& event, Args&&... args) {
        if (ended_ || !event) return;
        ++telling_;
        event(std::forward<Args>(args)...);
        --telling_;
        forget_events();
    }
    /// Events hold their owner; a link that has ended must not. Not under one that is running.
    void forget_events() {
        if (ended_ && telling_ == 0) events_ = {};
    }

    static constexpr auto never_ = SteadyClock::time_point::max();
    static constexpr std::size_t read_bytes_ = 16 * 1024;

    Loop& loop_;
    LinkOptions options_;
    LinkEvents events_;
    int telling_ = 0;
    Stream stream_;
    Parking reader_;
    Parking writer_;
    bool accepted_ = false;  // there is nobody to dial
    Stage stage_ = Stage::dialling;
    bool ended_ = false;
    bool secure_ = false;
    bool in_bytes_ = false;  // on_bytes is running
    bool paused_ = false;
    bool finishing_ = false;
    bool writing_ = false;         // out_ is not empty, or an operation is under way
    std::deque<std::string> out_;  // the first one from out_begin_ on
    std::size_t out_begin_ = 0;
    std::deque<std::string> later_;  // waits for start_tls()
    std::uint64_t written_ = 0;
    std::uint64_t may_have_left_ = 0;
    std::array<char, read_bytes_> in_{};
    SteadyClock::time_point deadline_;            // of coming up, of TLS
    SteadyClock::time_point finish_by_ = never_;  // of finish()
    SteadyClock::time_point write_by_ = never_;   // for the next byte to be taken
    SteadyClock::time_point silent_from_{};
};

/// The handle of a connection that was accepted.
[[nodiscard]] std::unique_ptr<StreamLink> make_link(Loop& loop, TcpSocket accepted,
                                                    LinkEvents events);

}  // namespace postern::net
