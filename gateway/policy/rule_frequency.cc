// Caps on how often one person is written to, over rolling times. Answers and codes never count;
// sends that failed are not among the facts. A cap of one other account is «one channel at a time»
// (Colombia, Ley 2300).
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

using Scope = FrequencyCap::Scope;

bool counts(const FrequencyCap& cap, const PastSend& sent, const Facts& facts) {
    if ((cap.categories & only(sent.category)) == 0) return false;
    if (facts.message != 0 && sent.message == facts.message) return false;
    if (cap.scope == Scope::account) return sent.account == facts.account;
    if (cap.scope == Scope::other_accounts) return sent.account != facts.account;
    return true;
}

/// When the cap lets the next one go; `counted`: how many it sees at `c.at`.
model::Instant free_at(const FrequencyCap& cap, const Case& c, std::uint32_t& counted) {
    std::vector<model::Instant> times;
    for (const PastSend& sent : *c.facts.past) {
        if (counts(cap, sent, c.facts) && sent.at > c.at - cap.period) times.push_back(sent.at);
    }
    counted = static_cast<std::uint32_t>(times.size());
    if (counted < cap.count) return c.at;
    std::ranges::sort(times);
    return times[counted - cap.count] + cap.period;
}

std::string cap_facts(const FrequencyCap& cap, std::uint32_t counted) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("cap", cap.count).member("count", counted);
    json.member("period_hours", cap.period.count());
    if (cap.scope == Scope::account) json.member("counted", "this account");
    if (cap.scope == Scope::other_accounts) json.member("counted", "other accounts");
    if (!cap.source.empty()) json.member("source", cap.source).member("note", preset_note);
    json.end_object();
    return out;
}

std::string words(const FrequencyCap& cap, Category category) {
    const std::string span = format_span(cap.period);
    if (cap.scope == Scope::other_accounts) {
        return fmt::format("The person was written to from another account within {}.", span);
    }
    return fmt::format("At most {} {} message{} in {}, and the person had {}.", cap.count,
                       to_string(category), cap.count == 1 ? "" : "s", span,
                       cap.count == 1 ? "it" : "them");
}

}  // namespace

Answer frequency_cap(const Case& c) {
    if (c.facts.past == nullptr) return std::nullopt;
    Answer longest;
    for (const FrequencyCap& cap : c.policy.caps) {
        if ((cap.categories & only(c.facts.category)) == 0) continue;
        if (!cap.region.empty() &&
            (c.facts.recipient == nullptr || c.facts.recipient->region != cap.region)) {
            continue;
        }
        std::uint32_t counted = 0;
        const model::Instant until = free_at(cap, c, counted);
        if (until <= c.at || (longest && longest->until >= until)) continue;
        longest = wait(Rule::frequency_cap, until, words(cap, c.facts.category));
        longest->facts_json = cap_facts(cap, counted);
    }
    return longest;
}

}  // namespace postern::policy::rules
