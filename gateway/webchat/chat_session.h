// One open window of a visitor, from its first frame to its end: says who it is, what was said
// before, takes what is said, and acknowledges it when it is durable.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/webchat/arrival.h"
#include "adapters/webchat/frame.h"
#include "adapters/webchat/token.h"
#include "gateway/net/websocket.h"
#include "gateway/webchat/ground.h"
#include "gateway/webchat/history.h"
#include "ratelimit/gcra.h"

namespace postern::webchat {

/// Life: made by the door for an upgrade, held by the socket, and by what it waits for. Thread: its
/// connection's.
class ChatSession final : public net::WebSocketHandler,
                          public Window,
                          public std::enable_shared_from_this<ChatSession> {
  public:
    /// `peer`, which the limits have let in and counted, is told to them when this ends.
    ChatSession(Ground& ground, std::shared_ptr<const Site> site, std::string peer,
                std::string agent);
    ~ChatSession() override;

    void on_open(std::shared_ptr<net::WebSocket> socket) override;
    void on_text(std::string_view text) override;
    void on_drain() override;
    void on_close() override;

    void push(const Push& push) override;

  private:
    using Frame = adapters::webchat::ClientFrame;
    using Arrived = adapters::webchat::Arrived;

    // chat_session.cc
    void hello(const Frame& frame);
    void pong();
    void load(const Frame& frame);
    void loaded(History history);
    void tell(std::string frame);
    void refuse(std::uint16_t code, std::string_view reason);
    [[nodiscard]] std::string fresh_token();

    // chat_frames.cc
    void take(const Frame& frame);
    void take_message(const Frame& frame);
    void take_file(const Frame& frame);
    void take_form(const Frame& frame);
    void take_choice(const Frame& frame);
    void take_receipts(const Frame& frame);
    void take_sign(const Frame& frame);
    [[nodiscard]] bool may_speak(const Frame& frame);
    [[nodiscard]] Arrived arrived(Arrived::Kind kind, const Frame& frame);
    void keep(Arrived arrived);
    void kept(const Arrived& arrived, const ingress::TakeResult& result);
    void show_to_others(const Arrived& arrived, std::string_view id, model::Instant at);
    void retry_later(std::string_view code, std::string_view c, std::chrono::milliseconds after);

    Ground& ground_;
    const std::shared_ptr<const Site> site_;
    const std::shared_ptr<AddressLimits> limits_;
    const std::string peer_;
    const std::string agent_;
    std::shared_ptr<net::WebSocket> socket_;  // null before it opened and after it closed
    std::function<void()> cancel_hello_;
    adapters::webchat::Visitor visitor_;  // after hello
    std::string locale_;
    std::string page_url_;
    std::string page_referrer_;
    bool greeted_ = false;
    bool joined_ = false;
    bool loaded_ = false;  // history was sent
    bool spoken_ = false;  // the visitor is known to the core
    std::size_t under_way_ = 0;
    std::vector<Push> held_;           // came while history was read
    std::set<model::Sequence> shown_;  // of ours, sent to this window: what it may acknowledge
    ratelimit::Gcra frames_;
    ratelimit::Gcra messages_;
    std::chrono::microseconds sign_at_{};  // steady: when the next typing sign counts
};

}  // namespace postern::webchat
