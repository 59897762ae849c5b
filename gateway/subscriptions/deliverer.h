// Signed deliveries of events to the company's apps (Standard Webhooks): one object for all
// subscriptions, on one I/O thread. At least once, in the order of each contact.
//
// What the daemon does with it: makes it after the pipeline and before the API, start() before the
// first request, publish() with every changed row, stop() after the servers have drained and
// before the pipeline stops.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/core/core.h"
#include "gateway/events/deliveries.h"
#include "gateway/subscriptions/runner.h"

namespace postern::subscriptions {

/// References outlive the deliverer. `now` is called on `thread`.
struct DelivererServices {
    runtime::CoreInbox& core;
    runtime::QueryPool& queries;
    runtime::EventSignal& signal;
    net::IoThread& thread;
    std::unique_ptr<net::HttpClient> client;  // of the same thread; see client_options()
    std::function<model::Now()> now;
    /// Why a URL may not be called, empty if it may. Any thread.
    std::function<std::string(std::string_view url)> refusal;
};

struct DelivererOptions {
    std::chrono::hours events_retention{7 * 24};
    Schedule schedule = standard_schedule();
    std::uint64_t seed = 0;  // of the jitter
};

/// How the client should be made: connections are let go before endpoints do so (five seconds are
/// usual), which a delivery would otherwise run into. `allow_address` is the caller's to set.
[[nodiscard]] net::ClientOptions client_options();

class Deliverer final : public events::Deliveries {
  public:
    Deliverer(DelivererServices services, DelivererOptions options,
              const core::SmallTables& tables);
    ~Deliverer() override;
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

    /// Begins. Once.
    void start();

    /// Reads the file of authorities again. Main thread.
    void reload_trust();

    /// A changed subscription or account, once durable. Any thread, in order.
    void publish(const model::RecordPtr& record);

    /// Begins nothing new, waits up to `grace` for answers under way, tells the core how far all
    /// came. Not on an I/O thread (but on `thread` itself it does not wait). Once or more.
    void stop(std::chrono::milliseconds grace);

    [[nodiscard]] std::string refusal(std::string_view url) const override;
    [[nodiscard]] std::optional<events::DeliveryHealth> health(model::Sequence id) const override;
    void ping(model::Sequence id, net::IoThread& thread,
              std::function<void(events::PingResult)> done) override;

  private:
    void tick();
    void take(const model::SubscriptionRow& row);
    void run(const model::SubscriptionRow& row);
    void end(model::Sequence id);
    void send_ping(model::Sequence id, net::IoThread& thread,
                   const std::function<void(events::PingResult)>& done);
    void close();
    void finish(std::chrono::milliseconds left, std::function<void()> finished);
    [[nodiscard]] std::size_t in_flight() const;
    /// Runs `task` on the deliverer's thread, unless it is gone by then.
    void post(std::function<void()> task);

    std::unique_ptr<net::HttpClient> client_;
    std::function<std::string(std::string_view)> refusal_;
    Workshop shop_;
    std::map<model::Sequence, model::SubscriptionRow> rows_;
    std::map<model::Sequence, std::shared_ptr<Runner>> runners_;
    std::function<void()> cancel_tick_;
    std::uint64_t pings_ = 0;
    bool closed_ = false;
    std::atomic<bool> stopped_{false};
    const std::shared_ptr<bool> alive_;  // its value belongs to the thread: false, nothing runs

    mutable std::mutex mutex_;  // of boxes_
    std::map<model::Sequence, std::shared_ptr<HealthBox>> boxes_;
};

}  // namespace postern::subscriptions
