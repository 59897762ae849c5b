// The same text to the same person again: a campaign that was started twice, or one list that holds
// a person twice. It is refused, since waiting would only send the second copy later.
#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer duplicate_content(const Case& c) {
    const auto within = c.policy.duplicate_within[static_cast<std::size_t>(c.facts.category)];
    if (within == std::chrono::minutes{0} || c.facts.past == nullptr || c.facts.content_hash == 0) {
        return std::nullopt;
    }
    for (const PastSend& sent : *c.facts.past) {
        const bool itself = c.facts.message != 0 && sent.message == c.facts.message;
        if (itself || sent.content_hash != c.facts.content_hash ||
            sent.at + within <= c.counted()) {
            continue;
        }
        RuleResult result =
            refuse(Rule::duplicate_content,
                   fmt::format("The same text went to this person within {}.", format_span(within)),
                   "change the text");
        model::JsonWriter json(result.facts_json);
        json.begin_object().member("sent", sent.at).member("within_minutes", within.count());
        json.member_if("message", model::name_of(sent));
        json.end_object();
        return result;
    }
    return std::nullopt;
}

}  // namespace postern::policy::rules
