// One tick a second; each watcher is a few comparisons.
#include "gateway/guards.h"

#include <cstdlib>

#include <fmt/format.h>
#include <pthread.h>

#include "gateway/metrics/log.h"
#include "gateway/retention.h"
#include "gateway/runtime/clock.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t canary_every_s = 5;
constexpr std::uint64_t retention_every_s = 3600;
constexpr std::uint64_t retention_first_s = 60;
constexpr std::chrono::hours absence_max{30 * 24};
constexpr std::uint64_t confirmed_after_s = 24 * 3600;
constexpr std::chrono::microseconds silence_max = 10s;  // RELIABILITY 4.8, watchdog
constexpr std::chrono::microseconds step_min = 2s;      // RELIABILITY 2.13

}  // namespace

Guards::Guards(runtime::Pipeline& pipeline, net::IoPool& io, ingress::IntakeGate& gate,
               const Service& service, std::string storage_path, conf::Retention retention,
               model::Instant last_written, std::function<void()> every_minute)
    : pipeline_(pipeline),
      io_(io),
      gate_(gate),
      service_(service),
      storage_path_(std::move(storage_path)),
      retention_(retention),
      last_written_(last_written),
      every_minute_(std::move(every_minute)),
      last_ticks_(io.size(), 0) {}

Guards::~Guards() {
    stop();
}

void Guards::start() {
    last_ = runtime::read_clocks();
    loops_seen_ = last_.steady;
    watch_disk();
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "guards");
}

void Guards::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Guards::run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, 1s, [this] { return stopping_; })) {
        lock.unlock();
        tick();
        lock.lock();
    }
}

void Guards::tick() {
    ++seconds_;
    const model::Now now = runtime::read_clocks();
    watch_disk();
    watch_clock(now);
    watch_loops(now);
    if (seconds_ % canary_every_s == 0) (void)pipeline_.post(core::Command{core::Canary{}, {}});
    if (seconds_ % 60 == 0) every_minute_();
    keep_house(now);
    last_ = now;
}

void Guards::keep_house(model::Now now) {
    if (seconds_ % 60 != 0 || !clock_is_plausible(now)) return;
    if (seconds_ % retention_every_s == retention_first_s) {
        (void)pipeline_.queries().post([this, wall = now.wall](runtime::Reader& reader) {
            run_retention(reader, pipeline_, retention_, wall);
        });
        Round ended = Round::ended;
        (void)round_.compare_exchange_strong(ended, Round::open);
    }
    if (round_.load() == Round::open) go_through_parked(now.wall);
}

/// A bounded pass a minute until the round has ended; the next round begins with the hour.
void Guards::go_through_parked(model::Instant wall) {
    round_.store(Round::running);
    const bool posted = pipeline_.queries().post([this, wall](runtime::Reader& reader) {
        parked_next_ = erase_parked(reader, pipeline_, parked_next_, wall);
        round_.store(parked_next_.size == 0 ? Round::ended : Round::open);
    });
    if (!posted) round_.store(Round::open);
}

/// A box that wakes up in another year must not take all it holds for old (RELIABILITY 2.13).
bool Guards::clock_is_plausible(model::Now now) const {
    if (clock_stepped_.load()) return false;
    const bool known = last_written_ != model::Instant{};
    return !known || now.wall - last_written_ < absence_max || seconds_ > confirmed_after_s;
}

void Guards::watch_disk() {
    const auto space = storage::probe_disk(storage_path_);
    if (space.has_error()) {
        log::error("disk_probe_failed", {{"detail", space.error().message()}});
        return;
    }
    const storage::DiskTier tier =
        storage::tier(space->free_bytes, space->total_bytes, space->free_inodes);
    free_bytes_.store(space->free_bytes);
    gate_.api_writes.store(tier < storage::DiskTier::no_sends);
    gate_.webhooks.store(tier < storage::DiskTier::outcomes_only);
    const storage::DiskTier before = tier_.exchange(tier);
    if (tier == before) return;
    const auto say = tier > before ? log::error : log::info;
    say("disk_tier_changed", {{"tier", storage::to_string(tier)},
                              {"before", storage::to_string(before)},
                              {"free_bytes", space->free_bytes}});
}

void Guards::watch_clock(model::Now now) {
    const auto wall = now.wall - last_.wall;
    const auto steady = now.steady - last_.steady;
    const std::chrono::microseconds drift = wall - steady;
    if (drift > step_min || drift < -step_min) {
        stepped_at_ = now.steady;
        clock_stepped_.store(true);
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(drift).count();
        log::warn("clock_stepped", {{"milliseconds", ms}});
        (void)pipeline_.post(core::Command{
            core::Announce{0, "clock.stepped", fmt::format(R"({{"milliseconds":{}}})", ms)}, {}});
    } else if (clock_stepped_.load() && now.steady - stepped_at_ > 60s) {
        clock_stepped_.store(false);
    }
}

void Guards::watch_loops(model::Now now) {
    bool all_turned = true;
    std::vector<std::uint64_t> ticks;
    for (std::size_t i = 0; i < io_.size(); ++i) {
        ticks.push_back(io_.at(i).ticks());
        all_turned &= ticks.back() != last_ticks_[i];
    }
    if (all_turned) {
        loops_seen_ = now.steady;
        last_ticks_ = ticks;
    }
    loops_turn_.store(now.steady - loops_seen_ < silence_max);
    const std::chrono::microseconds committed{pipeline_.log().last_commit_us()};
    const bool started = committed.count() != 0;
    disk_answers_.store(!started || now.steady - committed < silence_max);
    // Silence is the message: a hung disk or loop gets the process restarted.
    if (loops_turn_.load() && disk_answers_.load()) service_.tell("WATCHDOG=1");
}

}  // namespace postern
