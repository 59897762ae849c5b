// What asking all limits and taking from them costs with a million recipients in memory. Budget:
// 200 ns a message, of which two are misses of the cache. No threads, no clock.
#include <benchmark/benchmark.h>

#include "ratelimit/limit_stack.h"

namespace postern::micro {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::uint64_t recipients = 1'000'000;

std::uint64_t next(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/// Every recipient stays live: a bucket of two that takes an hour to fill.
void ask_and_take(benchmark::State& state) {
    ratelimit::Limits limits({.pairs_max = recipients + 1});
    limits.configure(1, {.rate = ratelimit::Pace::of(1'000'000, seconds{1}, 1'000'000),
                         .per_recipient = ratelimit::Pace::of(1, std::chrono::hours{1}, 1'000),
                         .per_day = 1'000'000'000'000,
                         .group = "app"});
    ratelimit::Now now{ratelimit::Instant{std::chrono::days{20'000}}, seconds{1'000}};
    for (std::uint64_t pair = 1; pair <= recipients; ++pair) {
        now.steady += microseconds{1};
        (void)limits.take({.account = 1, .pair = pair}, now);
    }
    std::uint64_t random = 42;
    std::uint64_t granted = 0;
    for (auto _ : state) {
        now.steady += microseconds{1};
        const ratelimit::Ask ask{.account = 1, .pair = next(random) % recipients + 1};
        if (limits.ask(ask, now).granted) granted += limits.take(ask, now).granted;
    }
    state.counters["granted"] =
        static_cast<double>(granted) / static_cast<double>(state.iterations());
    state.counters["pairs"] = static_cast<double>(limits.pairs());
}
BENCHMARK(ask_and_take)->Name("ratelimit/ask_and_take/1M_pairs");

}  // namespace
}  // namespace postern::micro

BENCHMARK_MAIN();
