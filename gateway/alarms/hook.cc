// A queue, one request at a time, a pause after a failure.
#include "gateway/alarms/hook.h"

#include <algorithm>
#include <array>
#include <future>

#include <fmt/format.h>

#include "gateway/metrics/log.h"
#include "gateway/model/ids.h"
#include "gateway/model/json.h"
#include "gateway/subscriptions/signature.h"

namespace postern::alarms {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 5> pauses{5s, 30s, 2min, 10min, 30min};
constexpr std::size_t answer_bytes_max = 16 * 1024;

std::string words_of(const Notice& notice, std::string_view host) {
    switch (notice.turn) {
        case Turn::began:
            return fmt::format("Postern on {}: {}", host, notice.condition.detail);
        case Turn::lasts:
            return fmt::format("Postern on {}, still: {}", host, notice.condition.detail);
        case Turn::ended:
            return fmt::format("Postern on {}, over: {}", host, notice.condition.detail);
    }
    return {};
}

}  // namespace

net::ClientRequest make_notice_request(const HookTarget& target, const Notice& notice,
                                       const std::string& id, std::string_view host,
                                       model::Instant now) {
    net::ClientRequest request;
    request.method = "POST";
    request.url = target.url;
    request.body_bytes_max = answer_bytes_max;
    model::JsonWriter json(request.body);
    json.begin_object().member("id", id).member("type", to_string(notice.turn));
    json.member("time", notice.at).member("text", words_of(notice, host));
    json.key("data").begin_object().member("host", host);
    json.member("condition", to_string(notice.condition.kind));
    json.member_or_null("subject", notice.condition.subject);
    json.member("detail", notice.condition.detail).member("since", notice.since);
    json.end_object().end_object();
    const std::int64_t timestamp =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    request.headers = {{"Content-Type", "application/json"},
                       {"User-Agent", "Postern"},
                       {"webhook-id", id},
                       {"webhook-timestamp", std::to_string(timestamp)}};
    if (!target.secret.empty()) {
        request.headers.emplace_back(
            "webhook-signature", subscriptions::sign(target.secret, id, timestamp, request.body));
    }
    return request;
}

std::chrono::milliseconds retry_pause(unsigned failures) {
    return pauses[std::min<std::size_t>(std::max(failures, 1u) - 1, pauses.size() - 1)];
}

Hook::Hook(net::IoThread& thread, std::function<model::Instant()> now, std::string host)
    : thread_(thread), now_(std::move(now)), host_(std::move(host)) {}

Hook::~Hook() {
    stop();
}

void Hook::post(std::function<void()> task) {
    thread_.post([alive = alive_, task = std::move(task)] {
        if (*alive) task();
    });
}

void Hook::configure(HookTarget target) {
    post([this, target = std::move(target)] {
        target_ = target;
        // Perhaps it was mended: what waits is tried at once.
        if (cancel_pause_) {
            std::exchange(cancel_pause_, nullptr)();
            busy_ = false;
            failures_ = 0;
        }
        if (target_.url.empty()) {
            counters_.dropped.fetch_add(waiting_.size());
            waiting_.clear();
            counters_.waiting.store(0);
        }
        next();
    });
}

void Hook::tell(Notice notice) {
    post([this, notice = std::move(notice)] {
        if (target_.url.empty()) return;
        if (waiting_.size() >= waiting_max) {
            counters_.dropped.fetch_add(1);
            return;
        }
        std::string id = "alm_";
        model::append_ulid(model::make_ulid(notice.at, 0, ++number_), id);
        waiting_.push_back({notice, std::move(id)});
        counters_.waiting.store(waiting_.size());
        next();
    });
}

void Hook::pop() {
    waiting_.pop_front();
    counters_.waiting.store(waiting_.size());
    failures_ = 0;
}

void Hook::next() {
    while (!busy_ && !waiting_.empty() && now_() - waiting_.front().notice.at > age_max) {
        counters_.dropped.fetch_add(1);
        pop();
    }
    if (busy_ || waiting_.empty() || target_.url.empty()) return;
    busy_ = true;
    const Waiting& first = waiting_.front();
    under_way_ = first.id;
    // The one before may be calling us just now: it goes later.
    if (client_ != target_.client)
        thread_.post([before = std::exchange(client_, target_.client)] {});
    client_->send(make_notice_request(target_, first.notice, first.id, host_, now_()),
                  [this, alive = alive_](const net::ClientResponse& response) {
                      if (*alive) on_answer(response);
                  });
}

void Hook::on_answer(const net::ClientResponse& response) {
    busy_ = false;
    if (response.status >= 200 && response.status < 300) {
        counters_.delivered.fetch_add(1);
        if (!waiting_.empty() && waiting_.front().id == under_way_) pop();
        return next();
    }
    counters_.failed.fetch_add(1);
    ++failures_;
    // The URL may hold a token: it is named by its answer alone.
    log::warn("alarm_not_delivered",
              {{"problem", response.status != 0 ? fmt::format("status {}", response.status)
                                                : response.error.message()}});
    busy_ = true;
    cancel_pause_ = thread_.after(retry_pause(failures_), [this] {
        cancel_pause_ = nullptr;
        busy_ = false;
        next();
    });
}

void Hook::stop() {
    if (std::exchange(stopped_, true)) return;
    std::promise<void> ended;
    thread_.post([this, &ended] {
        if (cancel_pause_) cancel_pause_();
        *alive_ = false;
        target_ = {};
        client_.reset();
        ended.set_value();
    });
    ended.get_future().wait();
}

}  // namespace postern::alarms
