// CG-40: whatever is asked in whatever order, no limit is broken.
#include "ratelimit/limit_stack.h"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/ratelimit/windows.h"

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Instant noon = std::chrono::sys_days{std::chrono::days{20'000}} + std::chrono::hours{12};
constexpr microseconds boot = seconds{1'000};

Now at(microseconds after) {
    return {noon + after, boot + after};
}

Pace some_pace() {
    return Pace::of(*rc::gen::inRange(1, 100), seconds{*rc::gen::inRange(1, 7)},
                    *rc::gen::inRange(1, 10));
}

/// Accounts 1 and 2 share a group, 3 stands alone. Pair = account * 10 + recipient.
struct World {
    std::map<std::uint32_t, AccountLimits> limits;
    std::map<std::uint32_t, std::vector<Taken>> by_account;
    std::map<std::uint64_t, std::vector<Taken>> by_pair;
    std::map<std::uint32_t, std::map<std::int64_t, std::int64_t>> by_day;
    std::vector<Taken> by_group;
    std::map<std::uint32_t, Instant> account_until;
    std::map<std::uint64_t, Instant> pair_until;
    Instant group_until{};

    void choose(Limits& out) {
        for (const std::uint32_t number : {1u, 2u, 3u}) {
            AccountLimits one{.rate = some_pace()};
            if (*rc::gen::arbitrary<bool>()) one.per_recipient = some_pace();
            if (*rc::gen::arbitrary<bool>()) one.per_day = *rc::gen::inRange(1, 60);
            if (number < 3) one.group = "app";
            limits[number] = one;
            out.configure(number, one);
        }
    }

    [[nodiscard]] Instant until(const Ask& ask) {
        Instant t = std::max(account_until[ask.account], pair_until[ask.pair]);
        return ask.account < 3 ? std::max(t, group_until) : t;
    }

    void back_off(Limits& out, const Ask& ask, Now now) {
        const Instant t = now.wall + microseconds{*rc::gen::inRange(1, 3'000'000)};
        switch (*rc::gen::inRange(0, 3)) {
            case 0:
                out.back_off_pair(ask.account, ask.pair, t, now);
                pair_until[ask.pair] = std::max(pair_until[ask.pair], t);
                break;
            case 1:
                out.back_off_account(ask.account, t);
                account_until[ask.account] = std::max(account_until[ask.account], t);
                break;
            default:
                out.back_off_group(ask.account, t);
                Instant& whose = ask.account < 3 ? group_until : account_until[ask.account];
                whose = std::max(whose, t);
        }
    }

    void took(const Ask& ask, Now now) {
        by_account[ask.account].push_back({now.steady, ask.units});
        by_pair[ask.pair].push_back({now.steady, 1});
        if (ask.account < 3) by_group.push_back({now.steady, ask.units});
        const auto day = std::chrono::floor<std::chrono::days>(now.wall);
        ++by_day[ask.account][day.time_since_epoch().count()];
    }

    [[nodiscard]] bool obeyed() const {
        const Pace& a = limits.at(1).rate;
        const Pace& b = limits.at(2).rate;
        const Pace& slower =
            b.slower_than(a) || (!a.slower_than(b) && b.burst() < a.burst()) ? b : a;
        bool ok = obeys(by_group, slower);
        for (const auto& [number, taken] : by_account) {
            const AccountLimits& own = limits.at(number);
            ok = ok && obeys(taken, own.rate);
            if (own.per_day == 0) continue;
            for (const auto& [day, sent] : by_day.at(number)) ok = ok && sent <= own.per_day;
        }
        for (const auto& [pair, taken] : by_pair) {
            const auto& pace = limits.at(static_cast<std::uint32_t>(pair / 10)).per_recipient;
            ok = ok && (!pace || obeys(taken, *pace));
        }
        return ok;
    }
};

Ask some_ask() {
    Ask ask;
    ask.account = *rc::gen::inRange(1u, 4u);
    ask.pair = ask.account * 10 + *rc::gen::inRange(0u, 4u);
    ask.send_class = *rc::gen::arbitrary<bool>() ? SendClass::bulk : SendClass::reply;
    return ask;
}

microseconds some_gap() {
    if (*rc::gen::inRange(0, 60) == 0) return std::chrono::hours{7};
    return microseconds{*rc::gen::inRange(0, 300'000)};
}

RC_GTEST_PROP(Limits, NoneIsBrokenByAnyOrderOfAsks, ()) {
    Limits limits({.pairs_max = 6});  // fewer than there are
    World world;
    world.choose(limits);
    microseconds after{};
    for (int i = 0; i < 150; ++i) {
        after += some_gap();
        const Now now = at(after);
        Ask ask = some_ask();
        ask.units = *rc::gen::inRange<std::int64_t>(
            1, std::min(world.limits[1].rate.burst(), world.limits[2].rate.burst()) + 1);
        if (ask.account == 3) ask.units = 1;
        if (*rc::gen::inRange(0, 12) == 0) world.back_off(limits, ask, now);
        if (*rc::gen::inRange(0, 20) == 0) limits.inbound(ask.account, 2, now);
        const Grant grant = limits.take(ask, now);
        if (grant.granted) {
            RC_ASSERT(world.until(ask) <= now.wall);
            if (*rc::gen::inRange(0, 5) == 0) {
                limits.give_back(ask, grant);
            } else {
                world.took(ask, now);
            }
        } else {
            RC_ASSERT(grant.earliest > now.steady);
            RC_ASSERT(grant.scope != Scope::none);
        }
        RC_ASSERT(limits.pairs() <= 6u);
    }
    RC_ASSERT(world.obeyed());
}

RC_GTEST_PROP(Limits, GrantFromTheMomentThatTheyNameAndNotBefore, ()) {
    Limits limits({});
    World world;
    world.choose(limits);
    microseconds after{};
    for (int i = 0; i < 80; ++i) {
        after += some_gap();
        Ask ask = some_ask();
        ask.send_class = SendClass::reply;
        if (*rc::gen::inRange(0, 12) == 0) world.back_off(limits, ask, at(after));
        const Grant asked = limits.ask(ask, at(after));
        const Grant taken = limits.take(ask, at(after));
        RC_ASSERT(asked.granted == taken.granted);
        RC_ASSERT(asked.earliest == taken.earliest);
        if (taken.granted) continue;
        RC_ASSERT(!limits.ask(ask, at(taken.earliest - boot - microseconds{1})).granted);
        RC_ASSERT(limits.ask(ask, at(taken.earliest - boot)).granted);
    }
}

RC_GTEST_PROP(Limits, OfABacklogUseTheWholeRateThoughWokenLate, ()) {
    const Pace pace = Pace::of(*rc::gen::inRange(1, 200), seconds{1}, *rc::gen::inRange(4, 40));
    Limits limits({});
    limits.configure(3, {.rate = pace});
    // What bulk may use of the burst covers being late by all but one step of it.
    const std::int64_t slack = pace.burst() - (pace.burst() + 4) / 5 - 1;
    const microseconds late_max = pace.time_of(slack) * 9 / 10;
    const microseconds end = pace.time_of(2'000);
    std::int64_t granted = 0;
    for (microseconds after{}; after <= end;) {
        const Grant grant = limits.take({.account = 3}, at(after));
        granted += grant.granted;
        if (grant.granted) continue;
        after = grant.earliest - boot +
                microseconds{*rc::gen::inRange<std::int64_t>(0, late_max.count() + 1)};
    }
    RC_ASSERT(granted >= 1'960);  // 98 % of 2,000 steps
    RC_ASSERT(granted <= 2'000 + pace.burst() + slack + 1);
}

RC_GTEST_PROP(Limits, AreObeyedAcrossARestartWithKeptPairs, ()) {
    const Pace per_recipient = some_pace();
    std::vector<Taken> taken;
    Instant kept{};
    microseconds after{};
    for (int life = 0; life < 4; ++life) {
        LimitsOptions options{.restarted_at = boot + after, .pairs_kept_from = microseconds{0}};
        Limits limits(options);
        limits.configure(3,
                         {.rate = Pace::of(1000, seconds{1}, 500), .per_recipient = per_recipient});
        for (int i = 0; i < 30; ++i) {
            after += microseconds{*rc::gen::inRange(0, 400'000)};
            const Grant grant =
                limits.take({.account = 3, .pair = 31, .pair_full_at = kept}, at(after));
            if (!grant.granted) continue;
            kept = grant.pair_full_at;
            taken.push_back({boot + after, 1});
        }
    }
    RC_ASSERT(obeys(taken, per_recipient));
}

}  // namespace
}  // namespace postern::ratelimit
