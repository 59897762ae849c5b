// An account's way to its message centre: its binds, what waits to be submitted over them, and what
// they bring. All of it on one thread, the account's home; whoever asks from another posts.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/smpp/options.h"
#include "adapters/smpp/outbox.h"
#include "adapters/smpp/receipt_ids.h"
#include "gateway/egress/courier.h"
#include "gateway/lines/line.h"
#include "gateway/smpp/arrivals.h"
#include "gateway/smpp/link.h"

namespace postern::smpp {

/// Life: shared by the courier and by what is posted to the home thread; ends after stop().
class Exchange final : public std::enable_shared_from_this<Exchange> {
  public:
    using Done = std::function<void(egress::Handed)>;

    /// `trust` where the account speaks TLS.
    Exchange(const lines::Ground& ground, const lines::Settings& settings,
             adapters::smpp::Options options, std::shared_ptr<const net::LinkTrust> trust);

    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] net::IoThread& home() { return home_; }

    // On the home thread.
    void begin();
    /// `done` is called on `asked`.
    void send(egress::Parcel parcel, net::IoThread& asked, Done done);
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

  private:
    struct Letter {
        std::string to;
        std::string echo;
        net::IoThread* asked = nullptr;
        Done done;
    };
    /// A submission, for an answer that comes after its message was given up.
    struct Sent {
        std::string echo;
        std::string to;
        std::size_t number = 0;
        std::size_t parts = 1;
    };

    [[nodiscard]] Link::Settings link_settings(std::size_t index,
                                               const std::shared_ptr<const net::LinkTrust>& trust);
    [[nodiscard]] LinkEvents link_events(std::size_t index);
    void on_bound();
    void on_gone(std::size_t index, const LinkGone& gone);
    void on_submitted(const adapters::smpp::Submitted& submitted);
    void on_late(const adapters::smpp::Submitted& submitted);

    void pump();
    void arm();
    void finish(std::vector<adapters::smpp::Ended> ended);
    void answer(Letter letter, egress::Handed handed);
    void refuse(const std::string& problem);
    [[nodiscard]] bool any_bound() const;
    [[nodiscard]] bool all_refused() const;
    void check_stopped();

    const lines::Ground ground_;
    const std::string account_;
    const adapters::smpp::Options options_;
    const std::shared_ptr<egress::Health> health_;
    net::IoThread& home_;
    adapters::smpp::Outbox outbox_;
    adapters::smpp::ReceiptIds ids_;
    std::shared_ptr<Arrivals> arrivals_;
    std::vector<std::unique_ptr<Link>> links_;
    std::map<std::uint64_t, Letter> letters_;
    std::map<std::uint64_t, Sent> sent_;  // by token
    std::deque<std::uint64_t> given_up_;  // tokens whose answer may still come, oldest first
    std::uint64_t letters_taken_ = 0;
    std::uint16_t reference_ = 0;  // of the last message of several parts
    std::string problem_ = "it has not been reached yet";
    std::function<void()> cancel_timer_;
    bool stopping_ = false;
    bool drained_ = false;  // what came in is durable
    std::function<void()> stopped_;
    std::shared_ptr<Exchange> itself_;  // from stop() to its last word
};

}  // namespace postern::smpp
