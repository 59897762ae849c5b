// One bot's long poll, from answer to answer. On one I/O thread from begin to end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/telegram/updates.h"
#include "gateway/lines/line.h"
#include "gateway/net/client.h"

namespace postern::polling {

/// Life: made on the main thread, kept by its receiver and by what is under way until end().
class TelegramPoller final : public std::enable_shared_from_this<TelegramPoller> {
  public:
    TelegramPoller(const lines::Ground& ground, const lines::Settings& settings,
                   net::IoThread& thread);

    void begin() { poll(); }
    /// Nothing is asked or taken any more; what was handed to the intake may still become durable,
    /// and comes again to who polls next.
    void end();

  private:
    struct Round;  // the updates of one answer, until all are durable

    using Answered = void (TelegramPoller::*)(const adapters::ProviderAnswer&);
    void poll();
    void remove_webhook();
    void call(adapters::ProviderCall call, std::chrono::milliseconds patience, Answered answered);
    void on_answer(const net::ClientResponse& response, Answered answered);
    void on_updates(const adapters::ProviderAnswer& answer);
    void on_webhook_removed(const adapters::ProviderAnswer& answer);
    void take(std::vector<adapters::telegram::PolledUpdate> updates);
    void on_taken(const std::shared_ptr<Round>& round);
    void answer_tap(const std::string& callback);
    void well();
    void trouble(const std::string& problem, std::chrono::milliseconds wait_max);
    void refused(const std::string& problem);
    /// Tells the workspace (an `account.health` event) what the provider thinks of the token.
    void tell(const std::string& state, const std::string& problem);
    void wait(std::chrono::milliseconds time);

    const lines::Ground ground_;
    const adapters::AdapterConfig config_;
    const std::shared_ptr<egress::Health> health_;
    net::IoThread& thread_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<net::HttpClient> tap_client_;  // of its own: a tap delays no update
    std::size_t taps_waiting_ = 0;
    std::function<void()> cancel_wait_;
    std::int64_t offset_ = 0;
    unsigned failures_ = 0;  // in a row
    bool up_ = false;
    bool refused_ = false;  // the token, when it was last asked with
    bool over_ = false;
};

}  // namespace postern::polling
