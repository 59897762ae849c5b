// Caps on how often one person is written to, over rolling times. Answers and codes never count;
// sends that failed are not among the facts. A cap of one other account is «one channel at a time»
// (Colombia, Ley 2300).
#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

using Scope = FrequencyCap::Scope;

/// Messages that the facts name, the one that goes first first: verdicts are kept with messages.
constexpr std::size_t named_max = 8;

bool counts(const FrequencyCap& cap, const PastSend& sent, const Facts& facts) {
    if ((cap.categories & only(sent.category)) == 0) return false;
    if (facts.message != 0 && sent.message == facts.message) return false;
    if (cap.scope == Scope::account) return sent.account == facts.account;
    if (cap.scope == Scope::other_accounts) return sent.account != facts.account;
    return true;
}

/// What a cap sees at `c.at`; earliest first, where they fill it.
std::vector<const PastSend*> counted_by(const FrequencyCap& cap, const Case& c) {
    std::vector<const PastSend*> seen;
    for (const PastSend& sent : *c.facts.past) {
        if (counts(cap, sent, c.facts) && sent.at > c.counted() - cap.period) seen.push_back(&sent);
    }
    if (seen.size() >= cap.count) std::ranges::stable_sort(seen, {}, &PastSend::at);
    return seen;
}

/// Those of `seen` that hold the next one back: the first of them has to grow old.
using Holding = std::span<const PastSend* const>;
Holding holding(const FrequencyCap& cap, const std::vector<const PastSend*>& seen) {
    return seen.size() < cap.count ? Holding{} : Holding(seen).last(cap.count);
}

std::string cap_facts(const FrequencyCap& cap, std::size_t counted, Holding held_by) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("cap", cap.count).member("count", counted);
    json.key("messages").begin_array();
    for (const PastSend* sent : held_by.first(std::min(held_by.size(), named_max))) {
        const std::string name = model::name_of(*sent);
        if (!name.empty()) json.value(name);
    }
    json.end_array();
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
        const auto seen = counted_by(cap, c);
        const Holding held_by = holding(cap, seen);
        if (held_by.empty()) continue;
        const model::Instant until = held_by.front()->at + cap.period - c.facts.ahead;
        if (until <= c.at || (longest && longest->until >= until)) continue;
        longest = wait(Rule::frequency_cap, until, words(cap, c.facts.category));
        longest->facts_json = cap_facts(cap, seen.size(), held_by);
    }
    return longest;
}

}  // namespace postern::policy::rules
