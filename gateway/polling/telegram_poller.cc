#include "gateway/polling/telegram_poller.h"

#include <algorithm>

#include "adapters/telegram/callback.h"
#include "gateway/lines/account_news.h"
#include "gateway/lines/backoff.h"
#include "gateway/metrics/log.h"

namespace postern::polling {
namespace {

using namespace std::chrono_literals;
using adapters::telegram::Polled;
using adapters::telegram::PolledUpdate;

constexpr std::chrono::seconds poll_wait = 50s;  // the longest that the Bot API waits
constexpr std::chrono::milliseconds poll_patience = 65s;
constexpr std::chrono::milliseconds call_patience = 15s;
constexpr std::chrono::milliseconds backoff_min = 1s;
constexpr std::chrono::milliseconds backoff_max = 60s;
/// A token that is refused wants a person, and a reload then makes another poller.
constexpr std::chrono::milliseconds refused_max = 300s;
constexpr std::size_t answer_bytes_max = 16u << 20;  // 100 updates
/// Beyond it nobody's spinner waits for an answer that would come too late anyway.
constexpr std::size_t taps_waiting_max = 50;
constexpr std::size_t padding_bytes = 64;  // what a JSON parser may read behind a body

}  // namespace

struct TelegramPoller::Round {
    std::vector<std::int64_t> ids;
    std::vector<std::string> taps;  // callback queries of the updates; empty: another kind
    std::vector<ingress::Taken> taken;
    std::size_t open = 0;
    bool full =
        false;  // one of them was refused: what stands behind it waits, or it would overtake
    std::chrono::milliseconds retry_after{0};
};

TelegramPoller::TelegramPoller(const lines::Ground& ground, const lines::Settings& settings,
                               net::IoThread& thread)
    : ground_(ground), config_(settings.config), health_(settings.health), thread_(thread) {
    net::ClientOptions options;
    options.connections_per_origin_max = 1;
    options.ca_file = settings.ca_file;
    options.proxy = settings.proxy;
    client_ = net::make_client(thread, options);
    tap_client_ = net::make_client(thread, std::move(options));
}

void TelegramPoller::end() {
    over_ = true;
    if (up_) health_->receiving.down({}, ground_.clock().wall);
    if (cancel_wait_) cancel_wait_();
    client_.reset();
    tap_client_.reset();
}

void TelegramPoller::poll() {
    call(adapters::telegram::get_updates(config_, offset_, poll_wait), poll_patience,
         &TelegramPoller::on_updates);
}

void TelegramPoller::remove_webhook() {
    call(adapters::telegram::delete_webhook(config_), call_patience,
         &TelegramPoller::on_webhook_removed);
}

void TelegramPoller::call(adapters::ProviderCall call, std::chrono::milliseconds patience,
                          Answered answered) {
    if (over_) return;
    net::ClientRequest out;
    out.method = std::move(call.method);
    out.url = std::move(call.url);
    out.headers = std::move(call.headers);
    out.body = std::move(call.body);
    out.total_timeout = patience;
    out.body_bytes_max = answer_bytes_max;
    client_->send(std::move(out),
                  [self = shared_from_this(), answered](const net::ClientResponse& response) {
                      self->on_answer(response, answered);
                  });
}

void TelegramPoller::on_answer(const net::ClientResponse& response, Answered answered) {
    if (over_) return;
    // The problem names host and port; the URL, with the token, is in no message of the client's.
    if (response.error) return trouble(response.problem, backoff_max);
    std::string padded;
    padded.reserve(response.body.size() + padding_bytes);
    padded.append(response.body).append(padding_bytes, '\0');
    adapters::ProviderAnswer answer;
    answer.status = response.status;
    answer.body = std::string_view(padded).substr(0, response.body.size());
    (this->*answered)(answer);
}

void TelegramPoller::on_updates(const adapters::ProviderAnswer& answer) {
    Polled polled = adapters::telegram::read_updates(config_, answer);
    switch (polled.kind) {
        case Polled::Kind::updates:
            well();
            return take(std::move(polled.updates));
        case Polled::Kind::webhook_set:
            // At once for the first time; who sets it again and again is not fought for ever.
            if (failures_ > 0) return trouble(polled.problem, backoff_max);
            log::warn("telegram_webhook_removed",
                      {{"account", config_.account},
                       {"detail", "inbound = \"poll\", and a webhook was set for this bot"}});
            ++failures_;
            return remove_webhook();
        case Polled::Kind::refused:
            return refused(polled.problem);
        case Polled::Kind::limited:
            health_->receiving.failed(polled.problem, ground_.clock().wall);
            return wait(polled.retry_after);
        case Polled::Kind::other_poller:
        case Polled::Kind::trouble:
            break;
    }
    trouble(polled.problem, backoff_max);
}

void TelegramPoller::on_webhook_removed(const adapters::ProviderAnswer& answer) {
    if (answer.status / 100 != 2) {
        return trouble("deleteWebhook: status " + std::to_string(answer.status), backoff_max);
    }
    poll();
}

void TelegramPoller::take(std::vector<PolledUpdate> updates) {
    if (updates.empty()) return poll();
    auto round = std::make_shared<Round>();
    round->open = updates.size();
    round->taken.resize(updates.size());
    for (PolledUpdate& update : updates) {
        round->ids.push_back(update.id);
        update.body.reserve(update.body.size() + padding_bytes);
        round->taps.push_back(adapters::telegram::callback_id(update.body));
    }
    for (std::size_t i = 0; i < updates.size(); ++i) {
        if (round->full) {
            round->taken[i] = ingress::Taken::overloaded;
            if (--round->open == 0) on_taken(round);
            continue;
        }
        ingress::Arrival arrival;
        arrival.account = config_.account;
        arrival.raw = std::make_shared<const std::string>(std::move(updates[i].body));
        arrival.target = "getUpdates";
        ground_.intake.take(std::move(arrival), thread_,
                            [self = shared_from_this(), round, i](ingress::TakeResult result) {
                                round->taken[i] = result.taken;
                                round->full |= result.taken != ingress::Taken::durable;
                                round->retry_after =
                                    std::max(round->retry_after, result.retry_after);
                                if (--round->open == 0) self->on_taken(round);
                            });
    }
}

/// Confirms what is durable without a gap: the next poll says from where on it wants more.
void TelegramPoller::on_taken(const std::shared_ptr<Round>& round) {
    bool all = true;
    for (std::size_t i = 0; i < round->ids.size() && all; ++i) {
        all = round->taken[i] == ingress::Taken::durable;
        if (all) offset_ = round->ids[i] + 1;
    }
    if (over_) return;
    for (std::size_t i = 0; i < round->ids.size(); ++i) {
        if (round->taken[i] == ingress::Taken::durable) answer_tap(round->taps[i]);
    }
    if (all) return poll();
    // No room, or the account goes with a reload: the rest comes again.
    wait(std::max<std::chrono::milliseconds>(round->retry_after, backoff_min));
}

/// Beside the polling: whether it came to be is of no consequence.
void TelegramPoller::answer_tap(const std::string& callback) {
    if (callback.empty() || taps_waiting_ == taps_waiting_max) return;
    adapters::ProviderCall call = adapters::telegram::answer_callback(config_, callback);
    net::ClientRequest out;
    out.method = std::move(call.method);
    out.url = std::move(call.url);
    out.headers = std::move(call.headers);
    out.body = std::move(call.body);
    out.total_timeout = call_patience;
    ++taps_waiting_;
    tap_client_->send(std::move(out), [weak = weak_from_this()](const net::ClientResponse&) {
        if (const auto self = weak.lock()) --self->taps_waiting_;
    });
}

void TelegramPoller::well() {
    failures_ = 0;
    if (!std::exchange(up_, true)) health_->receiving.up(ground_.clock().wall);
    if (!std::exchange(refused_, false)) return;
    tell("ok", "the token is accepted again");
}

void TelegramPoller::trouble(const std::string& problem, std::chrono::milliseconds wait_max) {
    const model::Instant now = ground_.clock().wall;
    if (std::exchange(up_, false)) {
        health_->receiving.down(problem, now);
    } else {
        health_->receiving.failed(problem, now);
    }
    const auto table = ground_.accounts.load();
    if (const ingress::Account* account = table->find(config_.account))
        account->health->error("getUpdates: " + problem, now);
    if (failures_ <= 1) {
        log::warn("telegram_poll_failed", {{"account", config_.account}, {"problem", problem}});
    }
    wait(lines::backoff(failures_++, backoff_min, wait_max, ground_.random()));
}

void TelegramPoller::refused(const std::string& problem) {
    if (!std::exchange(refused_, true)) {
        log::error("telegram_token_refused", {{"account", config_.account}, {"problem", problem}});
        tell("token_refused", problem);
    }
    trouble(problem, refused_max);
}

void TelegramPoller::tell(const std::string& state, const std::string& problem) {
    lines::tell_account_news(ground_, thread_, config_.account,
                             {"getUpdates", "POST", "getUpdates"}, state, problem);
}

void TelegramPoller::wait(std::chrono::milliseconds time) {
    if (over_) return;
    cancel_wait_ = thread_.after(time, [self = shared_from_this()] { self->poll(); });
}

}  // namespace postern::polling
