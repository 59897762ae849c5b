// One bind of an account: a connection, its session, and the way back after it is lost. Lives on
// the account's home thread; everything happens there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/smpp/options.h"
#include "adapters/smpp/session.h"
#include "gateway/model/time.h"
#include "gateway/net/io_thread.h"
#include "gateway/net/stream_link.h"

namespace postern::smpp {

/// What a bind was when it ended.
struct LinkGone {
    std::vector<std::uint64_t> unanswered;  // submissions that may have left
    std::vector<std::uint64_t> unsent;      // submissions that certainly did not
    std::string problem;                    // for people; empty: it ended as it should
    bool was_bound = false;
    bool refused = false;  // the centre refuses who we are: tried again seldom
};

struct LinkEvents {
    std::function<void()> on_bound;
    std::function<void(const adapters::smpp::Submitted&)> on_submitted;
    std::function<void(adapters::smpp::Delivered)> on_delivered;
    std::function<void()> on_room;  // after the two above: there may be room
    std::function<void(std::size_t)> on_malformed;
    std::function<void(LinkGone)> on_gone;
};

class Link final {
  public:
    struct Settings {
        net::LinkOptions connection;
        adapters::smpp::SessionOptions session;
        std::function<model::Now()> clock;
        std::function<std::uint64_t()> random;
    };

    /// Events may come from within every call but the constructor.
    Link(net::IoThread& home, Settings settings, LinkEvents events);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// Connects, and again after every end, until unbind() or close().
    void open();
    /// Now instead of in a quarter of an hour, if the last refusal is a minute old.
    void retry_refused();

    [[nodiscard]] std::size_t room() const;
    void submit(std::uint64_t token, const adapters::smpp::ShortMessage& message);
    /// Of what came while the connection was `epoch()`; false: that one is gone.
    [[nodiscard]] bool answer(std::uint64_t epoch, std::uint32_t command, std::uint32_t sequence,
                              std::uint32_t status);
    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

    /// Submits nothing more and says goodbye once all is answered; on_gone tells the end.
    void unbind();
    void close();

    [[nodiscard]] bool bound() const;
    [[nodiscard]] bool refused() const { return refused_at_ != std::chrono::microseconds{}; }
    [[nodiscard]] bool ended() const { return !link_ && !reopens_; }

  private:
    void connect();
    void on_closed(const net::LinkEnd& end);
    void carry_out(adapters::smpp::Actions actions);
    void write(std::string bytes);
    void gone(std::string problem, std::uint32_t status);
    void reopen_after(std::chrono::milliseconds delay);
    [[nodiscard]] std::chrono::milliseconds delay_after(std::uint32_t status);
    void arm();
    [[nodiscard]] std::chrono::microseconds now() const { return settings_.clock().steady; }

    net::IoThread& home_;
    const Settings settings_;
    const LinkEvents events_;
    std::unique_ptr<net::StreamLink> link_;
    std::unique_ptr<net::StreamLink> leaving_;  // says its last words
    std::unique_ptr<adapters::smpp::Session> session_;
    std::map<std::uint64_t, std::uint64_t> written_at_;  // token: where its bytes begin
    std::uint64_t epoch_ = 0;                            // of the connection
    bool reopens_ = false;
    bool bound_told_ = false;
    std::chrono::microseconds bound_at_{};
    std::chrono::microseconds refused_at_{};
    unsigned failures_ = 0;  // in a row
    std::function<void()> cancel_timer_;
    std::function<void()> cancel_reopen_;
    const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // of what was posted
};

}  // namespace postern::smpp
