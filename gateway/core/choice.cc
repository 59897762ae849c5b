#include "gateway/core/choice.h"

#include <algorithm>

#include "gateway/policy/choice.h"

namespace postern::core {
namespace {

/// As many as the API lets a caller name.
constexpr std::size_t fallback_max = 4;

/// Who is written to on this route, as far as anybody knows.
const model::HotRow* hot_of(const SubmitMessage& c, const model::Route& route,
                            const Writer& writer) {
    if (c.contact != 0) {
        if (const auto* hot = writer.find<model::HotRow>(storage::keys::hot(c.contact))) return hot;
    }
    const auto* identity =
        writer.find<model::IdentityRow>(storage::keys::identity(route.scope, route.blind));
    return identity ? writer.find<model::HotRow>(storage::keys::hot(identity->part)) : nullptr;
}

std::size_t candidates_of(const SubmitMessage& c) {
    const auto count = std::ranges::count_if(c.choice->considered,
                                             [](const auto& one) { return one.code.empty(); });
    return std::min(static_cast<std::size_t>(count), c.row.routes.size());
}

/// The chosen one, then those that stand behind it.
std::vector<model::Route> in_order(const SubmitMessage& c, std::size_t candidates,
                                   std::size_t chosen,
                                   const std::vector<policy::Verdict>& verdicts) {
    const std::vector<model::Route>& given = c.row.routes;
    std::vector<model::Route> out{given[chosen]};
    const bool own = c.choice->fallback_given;
    for (std::size_t i = own ? candidates : 0; i < (own ? given.size() : candidates); ++i) {
        const bool refused = !own && verdicts[i].decision == policy::Decision::refuse;
        const bool twice = given[i].account == given[chosen].account;
        if (!refused && !twice && out.size() <= fallback_max) out.push_back(given[i]);
    }
    return out;
}

policy::Considered considered(model::AccountNumber number, std::string_view source,
                              const Accounts& accounts) {
    policy::Considered one;
    one.account = number;
    one.source = source;
    const auto account = accounts.find(number);
    if (account != accounts.end()) one.name = account->second.name;
    return one;
}

/// No candidate may go: of the caller's own fallback the first that may, or `routes.size()`. Those
/// that were judged are told behind the candidates.
std::size_t judge_fallback(const SubmitMessage& c, std::size_t candidates, const Sending& sending,
                           const Writer& writer, const Accounts& accounts, model::Instant at,
                           std::vector<policy::Verdict>& verdicts, policy::Choice& told) {
    const std::vector<model::Route>& routes = c.row.routes;
    if (!c.choice->fallback_given) return routes.size();
    for (std::size_t i = candidates; i < routes.size(); ++i) {
        const bool twice = std::any_of(
            routes.begin(), routes.begin() + static_cast<std::ptrdiff_t>(i),
            [&](const model::Route& before) { return before.account == routes[i].account; });
        if (twice) continue;
        const model::HotRow* hot = hot_of(c, routes[i], writer);
        verdicts.push_back(sending.judge(c.row, i, hot, 0, at).verdict);
        told.considered.push_back(considered(routes[i].account, "fallback", accounts));
        if (verdicts.back().decision != policy::Decision::refuse) return i;
    }
    return routes.size();
}

}  // namespace

bool choose_route(SubmitMessage& c, const Sending& sending, const Writer& writer,
                  const Accounts& accounts, model::Instant at) {
    const std::size_t candidates = candidates_of(c);
    std::vector<policy::Verdict> verdicts;
    verdicts.reserve(candidates);
    for (std::size_t i = 0; i < candidates; ++i) {
        const model::HotRow* hot = hot_of(c, c.row.routes[i], writer);
        verdicts.push_back(sending.judge(c.row, i, hot, 0, at).verdict);
    }
    if (const auto chosen = policy::choose(verdicts, at)) {
        c.row.choice_json = policy::choice_json(*c.choice, verdicts, chosen);
        c.row.routes = in_order(c, candidates, *chosen, verdicts);
        return true;
    }
    policy::Choice told = *c.choice;
    const std::size_t own =
        judge_fallback(c, candidates, sending, writer, accounts, at, verdicts, told);
    const bool found = own < c.row.routes.size();
    const auto chosen = found ? std::optional(verdicts.size() - 1) : std::nullopt;
    c.row.choice_json = policy::choice_json(told, verdicts, chosen);
    if (!found) {
        if (!verdicts.empty()) c.row.verdict = std::move(verdicts.front());
        return false;
    }
    auto& routes = c.row.routes;
    routes.erase(routes.begin(), routes.begin() + static_cast<std::ptrdiff_t>(own));
    // What it answers is on an account of the candidates, where another's ids mean nothing.
    c.row.reply_to.clear();
    return true;
}

std::string fallback_json(const model::OutboundRow& row, const Accounts& accounts,
                          const std::vector<policy::Verdict>& verdicts) {
    policy::Choice told;
    told.rule = "fallback";
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        told.considered.push_back(
            considered(row.routes[i].account, i == 0 ? "asked_for" : "fallback", accounts));
    }
    return policy::choice_json(told, verdicts, verdicts.size() - 1);
}

}  // namespace postern::core
