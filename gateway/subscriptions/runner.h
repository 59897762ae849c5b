// One active subscription at work: reads events from its cursor, hands them to the endpoint with
// at most so many under way, tries again what fails, and tells the core how far it came. On the
// deliverer's I/O thread; its reads run on query threads and come back.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/events/account_table.h"
#include "gateway/events/deliveries.h"
#include "gateway/events/page.h"
#include "gateway/model/subscription.h"
#include "gateway/net/client.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"
#include "gateway/subscriptions/schedule.h"
#include "gateway/subscriptions/window.h"

namespace postern::subscriptions {

/// Deliveries of one subscription that are under way at once.
inline constexpr std::size_t in_flight_max = 16;

/// What all runners share; outlives them. On the deliverer's thread.
struct Workshop {
    runtime::CoreInbox& core;
    runtime::QueryPool& queries;
    runtime::EventSignal& signal;
    net::IoThread& thread;
    net::HttpClient& client;
    std::function<model::Now()> now;
    Schedule schedule;
    std::chrono::hours retention;  // of events: where reading goes on when a cursor is lost
    events::AccountTablePtr accounts;
    std::uint64_t chance = 0;  // of the jitter
};

/// Written by the runner, read by the API. Any thread.
class HealthBox final {
  public:
    [[nodiscard]] events::DeliveryHealth read() const {
        const std::lock_guard lock(mutex_);
        return health_;
    }
    void write(const events::DeliveryHealth& health) {
        const std::lock_guard lock(mutex_);
        health_ = health;
    }

  private:
    mutable std::mutex mutex_;
    events::DeliveryHealth health_;
};

class Runner final : public std::enable_shared_from_this<Runner> {
  public:
    Runner(Workshop& shop, model::SubscriptionRow row, std::shared_ptr<HealthBox> health);

    void start();
    /// The row as it is now, of the same run.
    void update(const model::SubscriptionRow& row);
    /// Tells the core what is new; once a second.
    void note();
    /// Nothing new is begun; answers under way still count.
    void stop();
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    [[nodiscard]] std::uint32_t run() const { return row_.run; }

  private:
    void read();
    [[nodiscard]] events::PageRequest next_page() const;
    void on_page(events::Page page);
    void on_lost_cursor();
    void take_over(const events::Cursor& read_to);
    void sleep(model::Sequence applied);
    void pause();
    void pump();
    void arm();
    void deliver(const Window::Item& item);
    void on_answer(std::uint64_t place, const net::ClientResponse& response);
    void on_failure(std::uint64_t place, std::string error, std::chrono::milliseconds at_least);
    void on_success(std::uint64_t place);
    [[nodiscard]] model::DeliveryProgress progress() const;
    [[nodiscard]] bool is_due_for_judgement(const model::DeliveryProgress& progress) const;
    void show();
    [[nodiscard]] std::chrono::microseconds steady() const { return shop_.now().steady; }

    Workshop& shop_;
    model::SubscriptionRow row_;
    Window window_;
    model::DeliveryProgress noted_;  // as the core has it
    /// What had failed before this start, until the window holds it or it is passed.
    model::DeliveryProgress inherited_;
    std::shared_ptr<HealthBox> health_box_;
    events::DeliveryHealth health_;
    std::size_t in_flight_ = 0;
    unsigned failures_in_row_ = 0;
    std::chrono::microseconds hurried_{};  // when what waited was last brought forward; 0: never
    std::chrono::microseconds armed_for_{};
    bool reading_ = false;  // a query, a sleep or a pause is under way
    bool from_oldest_ = false;
    bool pumping_ = false;
    bool stopped_ = false;
    std::function<void()> cancel_signal_;
    std::function<void()> cancel_pause_;
    std::function<void()> cancel_timer_;
};

}  // namespace postern::subscriptions
