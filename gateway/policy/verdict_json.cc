#include "gateway/policy/verdict_json.h"

#include <algorithm>

namespace postern::policy {
namespace {

void write_rule(Rule rule, const RuleResult* result, model::JsonWriter& out) {
    out.begin_object().member("rule", to_string(rule));
    out.member("outcome", to_string(result == nullptr ? Outcome::pass : result->outcome));
    if (result != nullptr) {
        if (result->outcome == Outcome::wait) out.member("until", result->until);
        out.member_if("detail", result->detail);
        out.member_object("facts", result->facts_json);
        out.member_if("cure", result->cure);
    }
    out.end_object();
}

/// All rules of a verdict that none of them has spoken to, as most verdicts are.
const std::string& all_passed() {
    static const std::string rules = [] {
        std::string text;
        model::JsonWriter out(text);
        out.begin_array();
        for (std::size_t i = 0; i < rule_count; ++i) write_rule(static_cast<Rule>(i), nullptr, out);
        out.end_array();
        return text;
    }();
    return rules;
}

}  // namespace

void write_verdict(const Verdict& verdict, model::JsonWriter& out) {
    out.begin_object().member("decision", to_string(verdict.decision));
    out.member("until", verdict.until);
    out.key("rules");
    if (verdict.results.empty()) {
        out.raw(all_passed()).end_object();
        return;
    }
    out.begin_array();
    for (std::size_t i = 0; i < rule_count; ++i) {
        const auto rule = static_cast<Rule>(i);
        const auto found = std::ranges::find(verdict.results, rule, &RuleResult::rule);
        write_rule(rule, found == verdict.results.end() ? nullptr : &*found, out);
    }
    out.end_array().end_object();
}

std::string verdict_json(const Verdict& verdict) {
    std::string out;
    model::JsonWriter json(out);
    write_verdict(verdict, json);
    return out;
}

}  // namespace postern::policy
