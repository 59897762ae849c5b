// A queue, one telling at a time, a pause after a failure.
#include "gateway/alarms/hook.h"

#include <algorithm>
#include <array>
#include <future>

#include "gateway/metrics/log.h"
#include "gateway/model/ids.h"

namespace postern::alarms {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 5> pauses{5s, 30s, 2min, 10min, 30min};

}  // namespace

std::chrono::milliseconds retry_pause(unsigned failures) {
    return pauses[std::min<std::size_t>(std::max(failures, 1u) - 1, pauses.size() - 1)];
}

Hook::Hook(net::IoThread& thread, std::function<model::Instant()> now, std::string_view name)
    : thread_(thread), now_(std::move(now)), name_(name) {}

Hook::~Hook() {
    stop();
}

void Hook::post(std::function<void()> task) {
    thread_.post([alive = alive_, task = std::move(task)] {
        if (*alive) task();
    });
}

void Hook::configure(std::shared_ptr<Way> way) {
    post([this, way = std::move(way)] {
        way_ = way;
        // Perhaps it was mended: what waits is tried at once.
        if (cancel_pause_) {
            std::exchange(cancel_pause_, nullptr)();
            busy_ = false;
            failures_ = 0;
        }
        if (!way_) {
            counters_.dropped.fetch_add(waiting_.size());
            waiting_.clear();
            counters_.waiting.store(0);
        }
        next();
    });
}

void Hook::tell(std::vector<Notice> notices) {
    post([this, notices = std::move(notices)] {
        for (const Notice& notice : notices) {
            ++number_;  // of whoever is told, so that hooks which are told the same name it so
            if (!way_) continue;
            if (waiting_.size() >= waiting_max) {
                counters_.dropped.fetch_add(1);
                continue;
            }
            std::string id = "alm_";
            model::append_ulid(model::make_ulid(notice.at, 0, number_), id);
            waiting_.push_back({notice, std::move(id)});
        }
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
    if (busy_ || waiting_.empty() || !way_) return;
    busy_ = true;
    // What was not taken is tried as it was: some of those who are told may have it.
    const bool again = failures_ > 0 && !under_way_.empty() && speaking_ == way_ &&
                       under_way_.front() == waiting_.front().id;
    const std::size_t most = again ? under_way_.size() : way_->at_once_max();
    const std::vector<Telling> what(
        waiting_.begin(),
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size())));
    under_way_.clear();
    for (const Telling& one : what) under_way_.push_back(one.id);
    // The one before may be calling us just now: it goes later.
    if (speaking_ != way_) thread_.post([before = std::exchange(speaking_, way_)] {});
    speaking_->tell(what, [this, alive = alive_](const std::string& problem) {
        if (*alive) ended(problem);
    });
}

void Hook::ended(const std::string& problem) {
    busy_ = false;
    if (problem.empty()) {
        failures_ = 0;
        for (const std::string& id : under_way_) {
            counters_.delivered.fetch_add(1);
            if (!waiting_.empty() && waiting_.front().id == id) pop();
        }
        if (speaking_->rest() > 0ms) return pause(speaking_->rest());
        return next();
    }
    counters_.failed.fetch_add(1);
    ++failures_;
    log::warn("alarm_not_delivered", {{"way", name_}, {"problem", problem}});
    pause(retry_pause(failures_));
}

void Hook::pause(std::chrono::milliseconds time) {
    busy_ = true;
    cancel_pause_ = thread_.after(time, [this] {
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
        way_.reset();
        speaking_.reset();
        ended.set_value();
    });
    ended.get_future().wait();
}

}  // namespace postern::alarms
