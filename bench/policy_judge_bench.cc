// What a verdict costs the core. The question: may every message be judged twice (at the door and
// when it leaves) without the core noticing? Budget: 3 us with every rule at work and one zone.
// Marketing under the preset us in Florida: two rules of hours, holidays, caps, notes, 32 sends.
#include <benchmark/benchmark.h>

#include "bench/micro/allocations.h"
#include "gateway/policy/calendars_load.h"
#include "gateway/policy/judge.h"
#include "gateway/policy/settings.h"

namespace postern::micro {
namespace {

using policy::AddressNote;
using policy::Category;

const policy::Calendars& calendars() {
    static const policy::Calendars loaded = [] {
        policy::Calendars out;
        const bool good =
            policy::load_zones(out.zones).empty() &&
            policy::load_holiday_folder(POSTERN_SOURCE_DIR "/conf/holidays", out.holidays).empty();
        return good ? out : policy::Calendars{};
    }();
    return loaded;
}

model::Instant at(std::string_view text) {
    model::Instant out{};
    return model::parse_time(text, out) ? out : model::Instant{};
}

struct Sample {
    policy::Facts facts;
    policy::Recipient person;
    std::vector<AddressNote> notes;
    std::vector<policy::PastSend> past;
    policy::AccountPolicy rules;

    Sample(std::vector<std::string> zones, const std::string& quiet_hours) {
        rules = policy::parse_settings({{"quiet_hours", quiet_hours}}).policy;
        person.country = "us";
        person.region = "fl";
        person.zones = std::move(zones);
        notes.push_back({AddressNote::Kind::consent, policy::only(Category::marketing), 0,
                         at("2026-01-01T00:00:00Z"), "api", ""});
        for (std::uint64_t i = 0; i < 32; ++i) {
            past.push_back({at("2026-03-01T00:00:00Z"), Category::transactional, 1, i + 1, i + 1});
        }
        facts.category = Category::marketing;
        facts.channel = "twilio";
        facts.account = 1;
        facts.message = 1'000;
        facts.content_hash = 77;
        facts.expires = at("2030-01-01T00:00:00Z");
        facts.recipient = &person;
        facts.notes = &notes;
        facts.past = &past;
    }
    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;
};

void judge(benchmark::State& state, const Sample& sample, std::string_view when,
           policy::Decision expected) {
    const model::Instant moment = at(when);
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        const policy::Verdict said = policy::judge(sample.facts, sample.rules, calendars(), moment);
        if (said.decision != expected) state.SkipWithError("another decision than the sample's");
        benchmark::DoNotOptimize(said);
    }
    state.counters["allocs"] =
        static_cast<double>(allocations() - before) / static_cast<double>(state.iterations());
}

constexpr std::string_view preset = R"({"preset":"us","holidays":["us"]})";

void all_rules_send(benchmark::State& state) {
    const Sample sample({"America/New_York"}, std::string(preset));
    judge(state, sample, "2026-05-05T16:00:00Z", policy::Decision::send);
}
void all_rules_wait(benchmark::State& state) {
    const Sample sample({"America/New_York"}, std::string(preset));
    judge(state, sample, "2026-05-05T06:00:00Z", policy::Decision::wait);
}
void five_zones_send(benchmark::State& state) {
    const Sample sample({"America/Chicago", "America/Denver", "America/Los_Angeles",
                         "America/New_York", "America/Phoenix"},
                        std::string(preset));
    judge(state, sample, "2026-05-05T18:00:00Z", policy::Decision::send);
}
void no_quiet_hours(benchmark::State& state) {
    Sample sample({"America/New_York"}, std::string(preset));
    sample.rules = {};
    judge(state, sample, "2026-05-05T16:00:00Z", policy::Decision::send);
}
/// The worst that a configuration can ask for: a year searched in vain.
void no_common_hour(benchmark::State& state) {
    const Sample sample({"America/New_York", "Asia/Tokyo"}, R"({"allow":"08:00-12:00"})");
    judge(state, sample, "2026-05-05T16:00:00Z", policy::Decision::wait);
}

BENCHMARK(all_rules_send)->Name("policy/verdict/all_rules");
BENCHMARK(all_rules_wait)->Name("policy/verdict/all_rules_wait");
BENCHMARK(five_zones_send)->Name("policy/verdict/five_zones");
BENCHMARK(no_quiet_hours)->Name("policy/verdict/no_quiet_hours");
BENCHMARK(no_common_hour)->Name("policy/verdict/no_common_hour");

}  // namespace
}  // namespace postern::micro

BENCHMARK_MAIN();
