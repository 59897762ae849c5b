// Rows become runners and cease to; a tick a second; the end.
#include "gateway/subscriptions/deliverer.h"

#include <future>

#include "gateway/metrics/log.h"
#include "gateway/subscriptions/attempt.h"

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds tick_length = 1s;
constexpr std::chrono::milliseconds finish_step = 20ms;

}  // namespace

net::ClientOptions client_options() {
    net::ClientOptions options;
    options.idle_timeout = 4s;
    return options;
}

Deliverer::Deliverer(DelivererServices services, DelivererOptions options,
                     const core::SmallTables& tables)
    : client_(std::move(services.client)),
      refusal_(std::move(services.refusal)),
      shop_{services.core,
            services.queries,
            services.signal,
            services.thread,
            *client_,
            std::move(services.now),
            std::move(options.schedule),
            options.events_retention,
            std::make_shared<const events::AccountTable>(tables.accounts),
            options.seed},
      alive_(std::make_shared<bool>(true)) {
    for (const model::SubscriptionRow& row : tables.subscriptions) rows_.emplace(row.id, row);
}

Deliverer::~Deliverer() {
    stop(0ms);
}

void Deliverer::post(std::function<void()> task) {
    shop_.thread.post([alive = alive_, task = std::move(task)] {
        if (*alive) task();
    });
}

void Deliverer::start() {
    post([this] {
        for (const auto& [id, row] : rows_) {
            // One that changed before this runs already.
            const bool runs = runners_.contains(id);
            if (row.state == model::SubscriptionState::active && !runs) run(row);
        }
        cancel_tick_ = shop_.thread.after(tick_length, [this] { tick(); });
    });
}

void Deliverer::reload_trust() {
    std::string problem;
    if (!client_->reload_trust(problem)) log::error("ca_file_unreadable", {{"problem", problem}});
}

void Deliverer::tick() {
    for (const auto& [id, runner] : runners_) runner->note();
    cancel_tick_ = shop_.thread.after(tick_length, [this] { tick(); });
}

void Deliverer::publish(const model::RecordPtr& record) {
    if (record == nullptr) return;
    if (model::holds<model::AccountRow>(*record)) {
        post([this, record] {
            shop_.accounts = shop_.accounts->with(model::get<model::AccountRow>(*record));
        });
    } else if (model::holds<model::SubscriptionRow>(*record)) {
        post([this, record] { take(model::get<model::SubscriptionRow>(*record)); });
    }
}

void Deliverer::take(const model::SubscriptionRow& row) {
    if (closed_) return;
    if (row.state == model::SubscriptionState::deleted)
        rows_.erase(row.id);
    else
        rows_.insert_or_assign(row.id, row);
    const auto runner = runners_.find(row.id);
    const bool runs = runner != runners_.end() && runner->second->run() == row.run;
    if (row.state != model::SubscriptionState::active) return end(row.id);
    if (runs) return runner->second->update(row);
    end(row.id);
    run(row);
}

void Deliverer::run(const model::SubscriptionRow& row) {
    auto box = std::make_shared<HealthBox>();
    const auto runner = std::make_shared<Runner>(shop_, row, box);
    runners_[row.id] = runner;
    {
        const std::lock_guard lock(mutex_);
        boxes_[row.id] = std::move(box);
    }
    runner->start();
}

void Deliverer::end(model::Sequence id) {
    const auto runner = runners_.find(id);
    if (runner == runners_.end()) return;
    runner->second->stop();
    runners_.erase(runner);
    const std::lock_guard lock(mutex_);
    boxes_.erase(id);
}

std::string Deliverer::refusal(std::string_view url) const {
    return refusal_(url);
}

std::optional<events::DeliveryHealth> Deliverer::health(model::Sequence id) const {
    std::shared_ptr<HealthBox> box;
    {
        const std::lock_guard lock(mutex_);
        const auto it = boxes_.find(id);
        if (it == boxes_.end()) return std::nullopt;
        box = it->second;
    }
    return box->read();
}

void Deliverer::ping(model::Sequence id, net::IoThread& thread,
                     std::function<void(events::PingResult)> done) {
    post([this, id, &thread, done = std::move(done)] { send_ping(id, thread, done); });
}

void Deliverer::send_ping(model::Sequence id, net::IoThread& thread,
                          const std::function<void(events::PingResult)>& done) {
    const auto row = rows_.find(id);
    if (row == rows_.end() || closed_) {
        return thread.post([done] { done({.error = "the subscription is not there any more"}); });
    }
    const model::Now begun = shop_.now();
    const auto answered = [now = shop_.now, begun, &thread, done](const net::ClientResponse& r) {
        Outcome outcome = outcome_of(r);
        const auto took =
            std::chrono::floor<std::chrono::milliseconds>(now().steady - begun.steady);
        events::PingResult result{outcome.delivered, outcome.status, std::move(outcome.error),
                                  took};
        thread.post([done, result] { done(result); });
    };
    client_->send(make_ping(row->second, begun.wall, ++pings_), answered);
}

std::size_t Deliverer::in_flight() const {
    std::size_t n = 0;
    for (const auto& [id, runner] : runners_) n += runner->in_flight();
    return n;
}

void Deliverer::close() {
    if (cancel_tick_) std::exchange(cancel_tick_, nullptr)();
    for (const auto& [id, runner] : runners_) {
        runner->stop();
        runner->note();
    }
    runners_.clear();
    closed_ = true;
    *alive_ = false;
}

void Deliverer::finish(std::chrono::milliseconds left, std::function<void()> finished) {
    for (const auto& [id, runner] : runners_) runner->stop();
    if (left > 0ms && in_flight() > 0) {
        (void)shop_.thread.after(finish_step, [this, left, finished = std::move(finished)] {
            finish(left - finish_step, finished);
        });
        return;
    }
    close();
    finished();
}

void Deliverer::stop(std::chrono::milliseconds grace) {
    if (stopped_.exchange(true)) return;
    if (shop_.thread.is_current()) return close();
    std::promise<void> ended;
    shop_.thread.post([this, grace, &ended] {
        closed_ = true;
        if (cancel_tick_) std::exchange(cancel_tick_, nullptr)();
        finish(grace, [&ended] { ended.set_value(); });
    });
    ended.get_future().wait();
}

}  // namespace postern::subscriptions
