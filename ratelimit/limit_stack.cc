// Asking and taking. The moment at which all limits allow a message is the latest of their own
// moments, each of which only moves when something else is taken.
#include "ratelimit/limit_stack.h"

#include <algorithm>
#include <iterator>

namespace postern::ratelimit {

using std::chrono::microseconds;

/// Collects the limit that ends last. Of two that end together the first asked is told.
struct Limits::Wait {
    microseconds earliest;
    Scope scope = Scope::none;
    const Shared* shared = nullptr;  // whose bucket it is, for account and group

    void raise(Scope by, microseconds until, const Shared* bucket = nullptr) {
        if (until <= earliest) return;
        earliest = until;
        scope = by;
        shared = bucket;
    }
};

namespace {

std::int64_t day_of(Instant t) {
    return std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
}

struct DayCount {
    std::int64_t day = 0;  // since 1970-01-01, UTC
    std::int64_t sent = 0;
};

/// Where a count of `sent` on `day` stands today. A wall clock that steps back over midnight goes
/// on counting in the later day; one that was days ahead takes its count along to the true day.
DayCount count_now(std::int64_t day, std::int64_t sent, Instant wall) {
    const std::int64_t today = day_of(wall);
    if (today > day) return {.day = today, .sent = 0};
    if (today < day - 1) return {.day = today, .sent = sent};
    return {.day = day, .sent = sent};
}

/// Far enough for any provider, near enough to add a steady time to.
Instant bounded(Instant until) {
    return std::min<Instant>(until, std::chrono::sys_days{std::chrono::days{100'000}});
}

std::int64_t units_of(const Ask& ask) {
    return std::clamp<std::int64_t>(ask.units, 1, Pace::burst_max);
}

}  // namespace

Limits::Limits(const LimitsOptions& options)
    : options_(options),
      pairs_(std::max<std::size_t>(options.pairs_max, 1)),
      pair_back_offs_(std::max<std::size_t>(options.pairs_max / 4, 1)) {}

Grant Limits::ask(const Ask& ask, Now now) const {
    const auto at = accounts_.find(ask.account);
    Wait wait{now.steady};
    if (at == accounts_.end()) {
        wait.raise(Scope::account, now.steady + std::chrono::seconds{1});
    } else {
        const bool paired = at->second.limits.per_recipient && ask.pair != 0;
        const PairBucket* known = paired ? pairs_.find(ask.pair) : nullptr;
        wait = wait_of(at->second, ask, now, known);
        if (wait.scope == Scope::none && paired && known == nullptr && pairs_.full()) {
            wait.raise(Scope::recipient, pairs_.oldest().bucket.full_at());
        }
    }
    return {.granted = wait.scope == Scope::none,
            .scope = wait.scope,
            .earliest = wait.earliest,
            .until = now.to_wall(wait.earliest)};
}

Grant Limits::take(const Ask& ask, Now now) {
    const auto at = accounts_.find(ask.account);
    if (at == accounts_.end()) return this->ask(ask, now);
    Account& account = at->second;
    const bool paired = account.limits.per_recipient && ask.pair != 0;
    PairBucket* known = paired ? pairs_.find(ask.pair) : nullptr;
    Wait wait = wait_of(account, ask, now, known);
    if (wait.scope == Scope::none && paired && known == nullptr) {
        const auto idle = [&](const PairBucket& p) { return p.bucket.full_at() <= now.steady; };
        if (!pairs_.make_room(idle)) {
            wait.raise(Scope::recipient,
                       std::max(pairs_.oldest().bucket.full_at(), now.steady + microseconds{1}));
        }
    }
    Grant grant{.granted = wait.scope == Scope::none,
                .scope = wait.scope,
                .earliest = wait.earliest,
                .until = now.to_wall(wait.earliest)};
    if (!grant.granted) {
        note_reply(account, ask, wait);
        return grant;
    }
    for (Shared* shared : {&account.own, group_of(account)}) {
        if (shared == nullptr) continue;
        shared->bucket.take(shared->pace, now.steady, units_of(ask));
        if (ask.send_class == SendClass::reply) shared->reply_due.reset();
    }
    if (paired) grant.pair_full_at = take_pair(account, ask, now, known);
    const DayCount count = count_now(account.day, account.sent, now.wall);
    account.day = grant.day = count.day;
    account.sent = count.sent + 1;
    return grant;
}

bool Limits::carries(const Shared& shared, const Ask& ask, std::int64_t messages, Now now) const {
    const std::int64_t units = units_of(ask) * messages;
    const std::int64_t leave = ask.send_class == SendClass::bulk ? left(shared.pace) : 0;
    return units + leave <= shared.pace.burst() &&
           shared.bucket.earliest(shared.pace, units, leave) <= now.steady;
}

bool Limits::carries(const Ask& ask, std::int64_t messages, Now now) const {
    const auto at = accounts_.find(ask.account);
    if (at == accounts_.end()) return false;
    const Account& account = at->second;
    const Shared* group = group_of(account);
    const bool today = account.limits.per_day <= 0 ||
                       sent_today(ask.account, now) + messages <= account.limits.per_day;
    return today && carries(account.own, ask, messages, now) &&
           (group == nullptr || carries(*group, ask, messages, now));
}

void Limits::give_back(const Ask& ask, const Grant& grant) {
    const auto at = accounts_.find(ask.account);
    if (at == accounts_.end() || !grant.granted) return;
    Account& account = at->second;
    for (Shared* shared : {&account.own, group_of(account)}) {
        if (shared != nullptr) {
            shared->bucket.give_back(shared->pace, grant.earliest, units_of(ask));
        }
    }
    PairBucket* pair = ask.pair == 0 ? nullptr : pairs_.find(ask.pair);
    if (pair != nullptr) pair->bucket.give_back(paces_[pair->pace], grant.earliest);
    if (account.day == grant.day && account.sent > 0) --account.sent;
}

void Limits::inbound(std::uint32_t account, std::int64_t count, Now now) {
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return;
    Shared& own = at->second.own;
    own.bucket.debit(own.pace, now.steady, count, options_.inbound_debt_max);
}

void Limits::further(std::uint32_t account, std::int64_t count, Now now) {
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return;
    for (Shared* shared : {&at->second.own, group_of(at->second)}) {
        if (shared != nullptr)
            shared->bucket.debit(shared->pace, now.steady, count, options_.further_debt_max);
    }
}

std::int64_t Limits::sent_today(std::uint32_t account, Now now) const {
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return 0;
    return count_now(at->second.day, at->second.sent, now.wall).sent;
}

Limits::Wait Limits::wait_of(const Account& account, const Ask& ask, Now now,
                             const PairBucket* known) const {
    Wait wait{now.steady};
    wait_for_pair(account, ask, now, known, wait);
    wait_for_shared(account.own, ask, now, wait);
    if (const Shared* group = group_of(account)) wait_for_shared(*group, ask, now, wait);
    wait_for_day(account, now, wait);
    wait_for_back_off(account, ask, now, wait);
    return wait;
}

void Limits::wait_for_shared(const Shared& shared, const Ask& ask, Now now, Wait& wait) const {
    const Scope scope = shared.of_group ? Scope::group : Scope::account;
    const bool bulk = ask.send_class == SendClass::bulk;
    const std::int64_t leave = bulk ? left(shared.pace) : 0;
    wait.raise(scope, shared.bucket.earliest(shared.pace, units_of(ask), leave), &shared);
    if (!bulk || !shared.reply_due) return;
    const microseconds turn_ends = *shared.reply_due + options_.reply_turn;
    if (now.steady >= turn_ends) return;
    const microseconds after = std::max(*shared.reply_due, now.steady) + shared.pace.time_of(1);
    wait.raise(scope, std::min(after, turn_ends), &shared);
}

void Limits::wait_for_pair(const Account& account, const Ask& ask, Now now, const PairBucket* known,
                           Wait& wait) const {
    if (!account.limits.per_recipient || ask.pair == 0) return;
    const PairBucket pair = pair_bucket(account, ask, now, known);
    wait.raise(Scope::recipient, pair.bucket.earliest(*account.limits.per_recipient));
}

void Limits::wait_for_day(const Account& account, Now now, Wait& wait) const {
    if (account.limits.per_day <= 0) return;
    const DayCount count = count_now(account.day, account.sent, now.wall);
    if (count.sent < account.limits.per_day) return;
    const Instant midnight = std::chrono::sys_days{std::chrono::days{count.day + 1}};
    wait.raise(Scope::day, now.to_steady(midnight));
}

void Limits::wait_for_back_off(const Account& account, const Ask& ask, Now now, Wait& wait) const {
    Instant until = std::max(account.own.back_off, ask.pair_back_off);
    if (const Shared* group = group_of(account)) until = std::max(until, group->back_off);
    if (ask.pair != 0 && pair_back_offs_.size() > 0) {
        const PairWait* pair = pair_back_offs_.find(ask.pair);
        if (pair != nullptr) until = std::max(until, pair->until);
    }
    if (until > now.wall) wait.raise(Scope::back_off, now.to_steady(until));
}

/// Where the burst leaves nothing to replies, bulk that asks in time would take each unit as it
/// comes. So a refused reply has the next one.
void Limits::note_reply(Account& account, const Ask& ask, const Wait& wait) {
    if (ask.send_class != SendClass::reply || wait.shared == nullptr) return;
    Shared& shared = wait.shared->of_group ? *group_of(account) : account.own;
    if (!shared.reply_due || *shared.reply_due < wait.earliest) shared.reply_due = wait.earliest;
}

/// The pair's bucket as its account paces it now.
Limits::PairBucket Limits::pair_bucket(const Account& account, const Ask& ask, Now now,
                                       const PairBucket* known) const {
    const Pace& pace = paces_[account.pair_pace];
    if (known != nullptr) {
        PairBucket pair = *known;
        pair.bucket.rescale(paces_[pair.pace], pace);
        pair.pace = account.pair_pace;
        return pair;
    }
    if (ask.pair_full_at != Instant{}) {
        // Never longer than from empty, whatever the wall clock did in between.
        const microseconds latest = now.steady + pace.time_of(pace.burst());
        const microseconds full = std::min(now.to_steady(bounded(ask.pair_full_at)), latest);
        return {Gcra::full_from(full), account.pair_pace};
    }
    if (options_.restarted_at && pace.time_of(pace.burst()) < options_.pairs_kept_from) {
        return {Gcra::empty(pace, *options_.restarted_at), account.pair_pace};
    }
    return {Gcra{}, account.pair_pace};
}

Instant Limits::take_pair(const Account& account, const Ask& ask, Now now, PairBucket* known) {
    PairBucket pair = pair_bucket(account, ask, now, known);
    pair.bucket.take(paces_[pair.pace], now.steady);
    const Pace& pace = paces_[pair.pace];
    const bool kept = pace.time_of(pace.burst()) >= options_.pairs_kept_from;
    const Instant full_at = kept ? now.to_wall(pair.bucket.full_at()) : Instant{};
    if (known != nullptr) {
        *known = pair;
    } else {
        pairs_.insert(ask.pair, pair);
    }
    return full_at;
}

std::int64_t Limits::left(const Pace& pace) const {
    const std::int64_t percent = std::clamp<std::int64_t>(options_.reply_percent, 0, 90);
    return std::min((pace.burst() * percent + 99) / 100, pace.burst() - 1);
}

const Limits::Shared* Limits::group_of(const Account& account) const {
    return account.group == no_group ? nullptr : &groups_[account.group].shared;
}

Limits::Shared* Limits::group_of(const Account& account) {
    return account.group == no_group ? nullptr : &groups_[account.group].shared;
}

void Limits::back_off_pair(std::uint32_t account, std::uint64_t pair, Instant until, Now now) {
    if (pair == 0) return back_off_account(account, until);
    if (PairWait* known = pair_back_offs_.find(pair)) {
        known->until = std::max(known->until, bounded(until));
        return;
    }
    const auto over = [&](const PairWait& pair_wait) { return pair_wait.until <= now.wall; };
    if (!pair_back_offs_.make_room(over)) return back_off_account(account, until);
    pair_back_offs_.insert(pair, {account, bounded(until)});
}

void Limits::back_off_account(std::uint32_t account, Instant until) {
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return;
    Instant& own = at->second.own.back_off;
    own = std::max(own, bounded(until));
}

void Limits::back_off_group(std::uint32_t account, Instant until) {
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return;
    Shared* group = group_of(at->second);
    if (group == nullptr) return back_off_account(account, until);
    group->back_off = std::max(group->back_off, bounded(until));
}

void Limits::clear_back_off(std::uint32_t account, std::uint64_t pair) {
    if (pair != 0) {
        if (PairWait* known = pair_back_offs_.find(pair)) known->until = Instant{};
        return;
    }
    const auto at = accounts_.find(account);
    if (at == accounts_.end()) return;
    at->second.own.back_off = Instant{};
    if (Shared* group = group_of(at->second)) group->back_off = Instant{};
}

}  // namespace postern::ratelimit
