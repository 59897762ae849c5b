// The steps of the schedule; arithmetic on whole milliseconds.
#include "gateway/subscriptions/schedule.h"

#include <algorithm>

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;

Milliseconds step(const Schedule& schedule, unsigned failures) {
    return schedule[std::min<std::size_t>(failures, schedule.size()) - 1];
}

}  // namespace

Schedule standard_schedule() {
    return {5s, 5min, 30min, 2h, 5h, 10h};
}

Milliseconds delay_after(const Schedule& schedule, unsigned failures, std::uint64_t chance) {
    const Milliseconds base = step(schedule, std::max(failures, 1u));
    const auto spread = static_cast<std::uint64_t>(base.count() / 5);
    return base - base / 10 + Milliseconds{static_cast<std::int64_t>(chance % (spread + 1))};
}

unsigned failures_within(const Schedule& schedule, Milliseconds elapsed) {
    // Five days of failure end a subscription; a schedule of milliseconds must not count for ever.
    constexpr unsigned counted_max = 1000;
    unsigned failures = 1;
    for (Milliseconds at = step(schedule, 1); at <= elapsed && failures < counted_max;) {
        ++failures;
        at += std::max(step(schedule, failures), Milliseconds{1});
    }
    return failures;
}

}  // namespace postern::subscriptions
