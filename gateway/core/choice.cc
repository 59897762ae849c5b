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

}  // namespace

bool choose_route(SubmitMessage& c, const Sending& sending, const Writer& writer,
                  model::Instant at) {
    const std::size_t candidates = candidates_of(c);
    std::vector<policy::Verdict> verdicts;
    verdicts.reserve(candidates);
    for (std::size_t i = 0; i < candidates; ++i) {
        const model::HotRow* hot = hot_of(c, c.row.routes[i], writer);
        verdicts.push_back(sending.judge(c.row, i, hot, 0, at).verdict);
    }
    const auto chosen = policy::choose(verdicts, at);
    c.row.choice_json = policy::choice_json(*c.choice, verdicts, chosen);
    if (!chosen) {
        if (!verdicts.empty()) c.row.verdict = std::move(verdicts.front());
        return false;
    }
    c.row.routes = in_order(c, candidates, *chosen, verdicts);
    return true;
}

std::string fallback_json(const model::OutboundRow& row,
                          const std::map<model::AccountNumber, model::AccountRow>& accounts,
                          const std::vector<policy::Verdict>& verdicts) {
    policy::Choice told;
    told.rule = "fallback";
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        policy::Considered& one = told.considered.emplace_back();
        one.account = row.routes[i].account;
        one.source = i == 0 ? "asked_for" : "fallback";
        const auto account = accounts.find(one.account);
        if (account != accounts.end()) one.name = account->second.name;
    }
    return policy::choice_json(told, verdicts, verdicts.size() - 1);
}

}  // namespace postern::core
