// The limits' configuration, and what of them is kept over a restart. Not the hot path.
#include <algorithm>

#include "ratelimit/limit_stack.h"

namespace postern::ratelimit {

void Limits::configure(std::uint32_t number, const AccountLimits& limits) {
    const auto [at, added] = accounts_.try_emplace(number);
    Account& account = at->second;
    if (added) {
        account.own = fresh(limits.rate);
    } else {
        repace(account.own, limits.rate);
    }
    account.limits = limits;
    if (limits.per_recipient) account.pair_pace = intern(*limits.per_recipient);
    join(account, limits.group);
}

void Limits::remove(std::uint32_t number) {
    const auto at = accounts_.find(number);
    if (at == accounts_.end()) return;
    at->second.limits.group.clear();
    join(at->second, {});
    accounts_.erase(at);
}

void Limits::join(Account& account, const std::string& name) {
    const std::uint32_t before = account.group;
    account.group = no_group;
    if (!name.empty()) {
        auto at = std::find_if(groups_.begin(), groups_.end(),
                               [&](const Group& group) { return group.name == name; });
        if (at == groups_.end()) {
            at = std::find_if(groups_.begin(), groups_.end(),
                              [](const Group& group) { return group.name.empty(); });
            if (at == groups_.end()) at = groups_.insert(at, Group{});
            at->name = name;
            at->shared = fresh(account.limits.rate);
            at->shared.of_group = true;
        }
        account.group = static_cast<std::uint32_t>(at - groups_.begin());
    }
    if (before != no_group) set_group_pace(before);
    if (account.group != no_group) set_group_pace(account.group);
}

/// The slowest of the members'; of equally slow ones the one with the smallest burst.
void Limits::set_group_pace(std::uint32_t group) {
    const Pace* slowest = nullptr;
    for (const auto& [number, account] : accounts_) {
        if (account.group != group) continue;
        const Pace& pace = account.limits.rate;
        const bool equal =
            slowest != nullptr && !pace.slower_than(*slowest) && !slowest->slower_than(pace);
        if (slowest == nullptr || pace.slower_than(*slowest) ||
            (equal && pace.burst() < slowest->burst())) {
            slowest = &pace;
        }
    }
    if (slowest == nullptr) {
        groups_[group] = Group{};
    } else {
        repace(groups_[group].shared, *slowest);
    }
}

Limits::Shared Limits::fresh(const Pace& pace) const {
    Shared shared{.pace = pace};
    if (options_.restarted_at) shared.bucket = Gcra::empty(pace, *options_.restarted_at);
    return shared;
}

void Limits::repace(Shared& shared, const Pace& pace) const {
    shared.bucket.rescale(shared.pace, pace);
    shared.pace = pace;
}

std::uint32_t Limits::intern(const Pace& pace) {
    const auto at = std::find(paces_.begin(), paces_.end(), pace);
    const auto index = static_cast<std::uint32_t>(at - paces_.begin());
    if (at == paces_.end()) paces_.push_back(pace);
    return index;
}

void Limits::restore(std::uint32_t number, std::int64_t day, std::int64_t sent) {
    const auto at = accounts_.find(number);
    if (at == accounts_.end()) return;
    at->second.day = day;
    at->second.sent = sent;
}

std::string_view to_string(Scope scope) {
    switch (scope) {
        case Scope::none:
            return "none";
        case Scope::recipient:
            return "recipient";
        case Scope::account:
            return "account";
        case Scope::group:
            return "group";
        case Scope::day:
            return "day";
        case Scope::retries:
            return "retries";
        case Scope::back_off:
            return "back_off";
    }
    return "none";
}

}  // namespace postern::ratelimit
