// The decision and its story. What cannot differ between two runs decides alone: the rules' order,
// times of rows, names.
#include "gateway/policy/choice.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "gateway/model/json.h"

namespace postern::policy {
namespace {

using model::Instant;

const RouteRule* rule_for(const std::vector<RouteRule>& rules, Category category) {
    const RouteRule* open = nullptr;
    for (const RouteRule& rule : rules) {
        if (rule.category == category) return &rule;
        if (!rule.category) open = &rule;
    }
    return open;
}

const RouteRule& default_rule(Category category) {
    static const RouteRule reply{{}, {std::string(last_inbound_word), std::string(recent_word)}};
    static const RouteRule other{{}, {std::string(recent_word)}};
    return category == Category::reply ? reply : other;
}

/// The latest first; those that never were stand out.
std::vector<const AccountUse*> latest_first(const std::vector<AccountUse>& uses,
                                            Instant AccountUse::*when) {
    std::vector<const AccountUse*> out;
    for (const AccountUse& use : uses) {
        if (use.*when != Instant{}) out.push_back(&use);
    }
    std::ranges::sort(out, [when](const AccountUse* a, const AccountUse* b) {
        return a->*when != b->*when ? a->*when > b->*when : a->name < b->name;
    });
    return out;
}

void add(Choice& choice, const AccountUse& use, std::string_view source) {
    const bool known = std::ranges::any_of(
        choice.considered, [&](const Considered& other) { return other.account == use.account; });
    if (known || choice.considered.size() == considered_max) return;
    choice.considered.push_back({use.account, use.name, std::string(source), {}, {}});
}

std::string_view source_words(std::string_view source) {
    if (source == last_inbound_word) return "the person wrote there last";
    if (source == recent_word) return "it was used with the person lately";
    if (source == "channel") return "it is an account of the channel asked for";
    if (source == "fallback") return "it is the fallback";
    return "the rule names it";
}

/// Why not this one, in a clause.
std::string passed_words(const Considered& one, const Verdict* verdict) {
    if (verdict == nullptr) return fmt::format("{}: {}", one.name, one.detail);
    const Rule rule = verdict->decisive();
    std::string words =
        fmt::format("{}: {} {}", one.name, to_string(rule),
                    verdict->decision == Decision::refuse ? "refuses it" : "would make it wait");
    if (verdict->until != Instant{}) words += " until " + model::format_time(verdict->until);
    return words;
}

std::string_view outcome_of(const Verdict& verdict) {
    return to_string(verdict.decision);
}

void write_verdict_of(model::JsonWriter& json, const Verdict& verdict) {
    if (verdict.decision == Decision::send) {
        json.key("rule").null().key("until").null().key("detail").null();
        return;
    }
    const Rule rule = verdict.decisive();
    const auto result = std::ranges::find(verdict.results, rule, &RuleResult::rule);
    json.member("rule", to_string(rule)).member("until", verdict.until);
    json.member_or_null("detail", result != verdict.results.end() ? std::string_view(result->detail)
                                                                  : std::string_view{});
}

/// The verdict on each of those considered; null: it is no candidate.
std::vector<const Verdict*> verdicts_of(const Choice& choice, std::span<const Verdict> verdicts) {
    std::vector<const Verdict*> out;
    std::size_t next = 0;
    for (const Considered& one : choice.considered) {
        const bool judged = one.code.empty() && next < verdicts.size();
        out.push_back(judged ? &verdicts[next++] : nullptr);
    }
    return out;
}

std::string story(const Choice& choice, const std::vector<const Verdict*>& verdicts,
                  const Verdict* chosen) {
    std::string words;
    std::string passed;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const Considered& one = choice.considered[i];
        if (chosen != nullptr && verdicts[i] == chosen) {
            words = fmt::format("{} was chosen ({}): {}", one.name, choice.rule,
                                source_words(one.source));
            if (chosen->decision == Decision::wait)
                words += fmt::format("; it waits there ({})", to_string(chosen->decisive()));
            words += ".";
            break;
        }
        passed += passed.empty() ? "" : "; ";
        passed += passed_words(one, verdicts[i]);
    }
    if (chosen == nullptr) words = fmt::format("No account can be chosen ({}).", choice.rule);
    if (passed.empty()) return words;
    return words + (chosen != nullptr ? " Not before it: " : " ") + passed + ".";
}

}  // namespace

Choice consider(const std::vector<RouteRule>& rules, Category category, Named named,
                const std::vector<AccountUse>& uses) {
    Choice choice;
    const RouteRule* configured = rule_for(rules, category);
    const RouteRule& rule = configured != nullptr ? *configured : default_rule(category);
    choice.rule = configured == nullptr ? "default" : "route:*";
    if (rule.category) choice.rule = fmt::format("route:{}", to_string(*rule.category));
    for (const std::string& name : rule.accounts) {
        if (name == last_inbound_word) {
            const auto wrote = latest_first(uses, &AccountUse::last_inbound);
            if (!wrote.empty()) add(choice, *wrote.front(), last_inbound_word);
        } else if (name == recent_word) {
            for (const AccountUse* use : latest_first(uses, &AccountUse::last_used))
                add(choice, *use, recent_word);
        } else {
            const auto use = std::ranges::find(uses, name, &AccountUse::name);
            if (use != uses.end()) add(choice, *use, "listed");
        }
    }
    if (named == Named::contact || !choice.considered.empty()) return choice;
    std::vector<AccountUse> all = uses;
    std::ranges::sort(all, {}, &AccountUse::name);
    std::ranges::stable_sort(all, std::greater{}, &AccountUse::last_used);
    for (const AccountUse& use : all) add(choice, use, "channel");
    return choice;
}

std::optional<std::size_t> choose(std::span<const Verdict> verdicts, Instant at) {
    std::optional<std::size_t> waits;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const Verdict& verdict = verdicts[i];
        if (verdict.decision == Decision::refuse) continue;
        const bool soon = verdict.until != Instant{} && verdict.until <= at + pace_max;
        if (verdict.decision == Decision::send || soon) return i;
        if (!waits) waits = i;
    }
    return waits;
}

std::string choice_json(const Choice& choice, std::span<const Verdict> verdicts,
                        std::optional<std::size_t> chosen) {
    const std::vector<const Verdict*> judged = verdicts_of(choice, verdicts);
    const Verdict* winner = chosen ? &verdicts[*chosen] : nullptr;
    std::string out;
    model::JsonWriter json(out);
    std::string_view name;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        if (winner != nullptr && judged[i] == winner) name = choice.considered[i].name;
    }
    json.begin_object().member_or_null("account", name).member("rule", choice.rule);
    json.member("text", story(choice, judged, winner)).key("considered").begin_array();
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const Considered& one = choice.considered[i];
        json.begin_object().member("account", one.name).member("source", one.source);
        if (judged[i] == nullptr) {
            json.member("outcome", "not_possible").member("rule", one.code).key("until").null();
            json.member("detail", one.detail);
        } else {
            const bool is_winner = judged[i] == winner;
            json.member("outcome", is_winner ? "chosen" : outcome_of(*judged[i]));
            write_verdict_of(json, *judged[i]);
        }
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

}  // namespace postern::policy
