// What one inbound message costs in each pure stage: verify, decode, plan and apply, encode and
// seal. No threads and no disk, so these numbers compare from one machine state to the next;
// bench/run says what they add up to. `allocs` is allocations a message, `rows` what apply wrote.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "bench/micro/allocations.h"
#include "bench/micro/webhook_sample.h"
#include "gateway/codec/codec.h"
#include "gateway/core/core.h"

namespace postern::micro {
namespace {

constexpr std::size_t messages = 50'000;
constexpr std::uint64_t known_senders = 10'000;  // few messages each: no id leaves a sender's ring
constexpr std::uint64_t group = 16;              // messages whose effects are gathered

model::Now now() {
    using std::chrono::microseconds;
    const auto wall = std::chrono::system_clock::now();
    return {std::chrono::time_point_cast<microseconds>(wall), microseconds{1}};
}

core::Core make_core() {
    core::SmallTables tables;
    tables.accounts.push_back({.number = 1, .name = "wa-bench", .channel = "whatsapp"});
    return core::Core(core::CoreOptions{}, std::move(tables));
}

/// As the core thread does it, with a store that holds nothing.
void plan_and_apply(core::Core& core, core::Command& command, model::Now at,
                    std::vector<storage::RowKey>& missing, core::Effects& effects) {
    for (;;) {
        missing.clear();
        core.plan(command, at, missing);
        if (missing.empty()) break;
        for (const storage::RowKey& key : missing) core.rows().load(key, nullptr);
    }
    core.apply(std::move(command), at, effects);
}

std::vector<core::Command> commands(std::uint64_t senders, std::uint64_t run, std::size_t count) {
    WebhookSample sample(count, senders, run);
    std::vector<core::Command> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        sample.use(i);
        out.push_back(sample.command());
    }
    return out;
}

void per_message(benchmark::State& state, std::uint64_t allocated, std::uint64_t rows) {
    const auto count = static_cast<double>(state.iterations());
    state.counters["allocs"] = static_cast<double>(allocated) / count;
    if (rows > 0) state.counters["rows"] = static_cast<double>(rows) / count;
}

void apply_bench(benchmark::State& state, bool known) {
    core::Core core = make_core();
    core::Effects effects;
    std::vector<storage::RowKey> missing;
    const model::Now at = now();
    const std::uint64_t senders = known ? known_senders : 0;
    if (known) {
        auto first = commands(known_senders, 1, known_senders);
        for (auto& c : first) plan_and_apply(core, c, at, missing, effects);
    }
    auto stream = commands(senders, 2, messages);
    effects.clear();
    std::uint64_t rows = 0;
    std::size_t next = 0;
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        plan_and_apply(core, stream[next++], at, missing, effects);
        if (next % group == 0) {
            rows += effects.writes.size();
            effects.clear();
        }
    }
    per_message(state, allocations() - before, rows);
}

void known_sender(benchmark::State& state) {
    apply_bench(state, true);
}
void new_sender(benchmark::State& state) {
    apply_bench(state, false);
}
BENCHMARK(known_sender)->Name("core/apply/known_sender")->Iterations(messages);
BENCHMARK(new_sender)->Name("core/apply/new_sender")->Iterations(messages);

/// The longest single stop of the core while its memory of rows grows: what a mean hides.
void new_sender_worst(benchmark::State& state) {
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t many = 500'000;
    core::Core core = make_core();
    core::Effects effects;
    std::vector<storage::RowKey> missing;
    WebhookSample sample(many, 0, 3);
    Clock::duration worst{};
    for (auto _ : state) {
        for (std::size_t i = 0; i < many; ++i) {
            sample.use(i);
            core::Command command = sample.command();
            const Clock::time_point begin = Clock::now();
            plan_and_apply(core, command, now(), missing, effects);
            worst = std::max(worst, Clock::now() - begin);
            effects.clear();
        }
    }
    state.counters["worst_ms"] = std::chrono::duration<double, std::milli>(worst).count();
    state.counters["rows_kept"] = static_cast<double>(core.rows().size());
}
BENCHMARK(new_sender_worst)->Name("core/apply/new_sender_worst")->Iterations(1);

/// All rows of a message: encoded and sealed. A sender's second message: a row and the hot row.
void encode_message(benchmark::State& state) {
    core::Core core = make_core();
    core::Effects effects;
    std::vector<storage::RowKey> missing;
    auto stream = commands(1, 1, 2);
    for (auto& c : stream) {
        effects.clear();
        plan_and_apply(core, c, now(), missing, effects);
    }
    codec::Encoder encoder(storage::KeyBytes{}, 1);
    std::string value;
    std::uint64_t rows = 0;
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        for (const core::RowWrite& w : effects.writes) {
            if (!w.record) continue;
            encoder.encode(w.key, *w.record, static_cast<storage::SealKind>(w.seal), w.part,
                           w.part_key, value);
            benchmark::DoNotOptimize(value.data());
            ++rows;
        }
    }
    per_message(state, allocations() - before, rows);
}
static_assert(static_cast<int>(core::Seal::part) == static_cast<int>(storage::SealKind::part));
BENCHMARK(encode_message)->Name("codec/encode/message");

void decode(benchmark::State& state) {
    WebhookSample sample(1, 1, 1);
    sample.use(0);
    const adapters::WebhookRequest request = sample.request();
    const model::Instant at = now().wall;
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        auto batch = sample.adapter().decode(request, at);
        benchmark::DoNotOptimize(batch);
    }
    per_message(state, allocations() - before, 0);
}
BENCHMARK(decode)->Name("adapters/whatsapp/decode_700B");

void verify(benchmark::State& state) {
    WebhookSample sample(1, 1, 1);
    sample.use(0);
    const adapters::WebhookRequest request = sample.request();
    const model::Instant at = now().wall;
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        const adapters::Verification answer = sample.adapter().verify(request, at);
        if (answer.kind != adapters::Verification::Kind::valid) {
            state.SkipWithError("the sample's signature is refused");
            break;
        }
    }
    per_message(state, allocations() - before, 0);
}
BENCHMARK(verify)->Name("adapters/whatsapp/verify_700B");

}  // namespace
}  // namespace postern::micro

BENCHMARK_MAIN();
