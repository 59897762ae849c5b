// Whether the account may and can send: paused by a person (or only some of its messages are), or
// cut off by the provider.
#include <fmt/format.h>

#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer account_active(const Case& c) {
    if (!c.facts.account_paused && !c.facts.held.empty()) {
        RuleResult result =
            wait(Rule::account_active, {}, fmt::format("An operator holds back {}.", c.facts.held),
                 "resume them");
        result.facts_json = c.facts.held_json;
        return result;
    }
    if (!c.facts.account_paused) return std::nullopt;
    std::string detail = "The account is paused";
    if (!c.facts.paused_reason.empty()) detail += fmt::format(": {}", c.facts.paused_reason);
    return wait(Rule::account_active, {}, detail + ".", "resume the account");
}

Answer account_connected(const Case& c) {
    if (c.facts.account_connected) return std::nullopt;
    const model::Instant again = c.facts.reconnect;
    if (again == model::Instant{}) {
        return wait(Rule::account_connected, {}, "The provider refuses the account's credentials.",
                    "replace the credentials");
    }
    // From then on this message may be the one that tries.
    if (c.at >= again) return std::nullopt;
    return wait(Rule::account_connected, again,
                "The account is not connected; it is tried again later.",
                "check the account's credentials");
}

}  // namespace postern::policy::rules
