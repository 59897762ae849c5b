// What the limiter answered: the earliest moment at which account, group and recipient allow it.
#include <fmt/format.h>

#include "gateway/model/json.h"
#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer rate(const Case& c) {
    if (c.facts.rate_until <= c.at) return std::nullopt;
    const std::string_view scope = c.facts.rate_scope.empty() ? "account" : c.facts.rate_scope;
    const bool asked = scope == "back_off";
    RuleResult result = wait(Rule::rate, c.facts.rate_until,
                             asked ? "The provider asked for a pause."
                                   : fmt::format("The rate limit ({}) lets it go later.", scope));
    model::JsonWriter json(result.facts_json);
    json.begin_object().member("limit", scope).end_object();
    return result;
}

}  // namespace postern::policy::rules
