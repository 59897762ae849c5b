// A message that came too late is worse than none. Waits are not cut short here: the core bounds
// them by the expiry and asks again.
#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer expiry(const Case& c) {
    if (c.facts.expires == model::Instant{} || c.at < c.facts.expires) return std::nullopt;
    RuleResult result = refuse(Rule::expiry, "The message expired.", "send it again");
    model::JsonWriter json(result.facts_json);
    json.begin_object().member("expires_at", c.facts.expires).end_object();
    return result;
}

}  // namespace postern::policy::rules
