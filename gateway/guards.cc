// One tick a second; each watcher is a few comparisons.
#include "gateway/guards.h"

#include <cstdlib>
#include <utility>

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
    loops_seen_ = runtime::read_clocks().steady;
    watch_disk();
    watch_memory();
    set_gate();
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
    watch_memory();
    set_gate();
    watch_clock();
    watch_loops(now);
    if (!read_only_) {
        if (seconds_ % canary_every_s == 0) (void)pipeline_.post(core::Command{core::Canary{}, {}});
        if (seconds_ % 60 == 0) every_minute_();
        keep_house(now);
    }
    if (every_second_) every_second_(now);
}

void Guards::keep_house(model::Now now) {
    if (!clock_is_plausible(now)) return;
    if (seconds_ % retention_every_s == retention_first_s) {
        (void)pipeline_.queries().post([this, wall = now.wall](runtime::Reader& reader) {
            run_retention(reader, pipeline_, retention_, wall);
        });
        Round ended = Round::ended;
        (void)round_.compare_exchange_strong(ended, Round::open);
    }
    if (round_.load() == Round::open) go_through_aged(now.wall);
}

/// A bounded pass a second until the round has ended, never two at once; the next round begins with
/// the hour.
void Guards::go_through_aged(model::Instant wall) {
    round_.store(Round::running);
    const bool posted = pipeline_.queries().post([this, wall](runtime::Reader& reader) {
        aged_next_ = erase_aged(reader, pipeline_, aged_next_, wall);
        round_.store(aged_next_.size == 0 ? Round::ended : Round::open);
    });
    if (!posted) round_.store(Round::open);
}

/// A box that wakes up in another year must not take all it holds for old (RELIABILITY 2.13).
bool Guards::clock_is_plausible(model::Now now) const {
    if (runtime::trusted_clock().in_doubt()) return false;
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
    const storage::DiskTier before = tier_.exchange(tier);
    if (tier == before) return;
    const auto say = tier > before ? log::error : log::info;
    say("disk_tier_changed", {{"tier", storage::to_string(tier)},
                              {"before", storage::to_string(before)},
                              {"free_bytes", space->free_bytes}});
}

void Guards::watch_memory() {
    const MemoryReading reading = read_memory(memory_source_);
    memory_used_.store(reading.used_bytes);
    memory_limit_.store(reading.limit_bytes);
    const bool before = memory_short_.load();
    const bool is_short = memory_is_short(reading, before);
    memory_short_.store(is_short);
    if (is_short == before) return;
    const auto say = is_short ? log::error : log::info;
    say(is_short ? "memory_short" : "memory_enough",
        {{"used_bytes", reading.used_bytes}, {"limit_bytes", reading.limit_bytes}});
}

/// What may come in, decided here once a second and looked at by every request.
void Guards::set_gate() {
    const storage::DiskTier tier = tier_.load();
    const bool open = !read_only_ && !memory_short_.load();
    gate_.api_writes.store(open && tier < storage::DiskTier::no_sends);
    gate_.webhooks.store(open && tier < storage::DiskTier::outcomes_only);
}

void Guards::watch_clock() {
    const auto change = runtime::trusted_clock().watch();
    if (!change) return;
    using Kind = runtime::ClockChange::Kind;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(change->by).count();
    if (change->kind == Kind::returned) return log::info("clock_returned");
    if (change->kind == Kind::confirmed) log::warn("clock_confirmed", {{"milliseconds", ms}});
    // A step that is believed at once is one all the same.
    if (change->kind == Kind::confirmed && std::exchange(step_announced_, false)) return;
    step_announced_ = change->kind == Kind::stepped;
    clock_steps_.fetch_add(1);
    log::warn("clock_stepped", {{"milliseconds", ms}});
    (void)pipeline_.post(core::Command{
        core::Announce{0, "clock.stepped", fmt::format(R"({{"milliseconds":{}}})", ms)}, {}});
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
