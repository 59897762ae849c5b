// Turns: accounts that changed or whose time has come; in each the lowest rank first, lanes of one
// rank one after the other.
#include "gateway/core/outbox.h"

#include <algorithm>

namespace postern::core {
namespace {

using std::chrono::microseconds;

ratelimit::SendClass class_of(std::uint64_t lane) {
    return rank_of(lane) % 2 == 0 ? ratelimit::SendClass::reply : ratelimit::SendClass::bulk;
}

}  // namespace

/// Of the lanes with a ready head, the lowest rank; among equals the one after that served last.
std::optional<std::uint64_t> Outbox::next_lane(const Account& box, bool expiries_only) {
    if (box.ready.empty()) return std::nullopt;
    if (expiries_only) {
        return box.ready.contains(expiry_lane) ? std::optional(expiry_lane) : std::nullopt;
    }
    const std::uint64_t lowest = *box.ready.begin();
    const auto next = box.ready.upper_bound(box.last_lane);
    const bool equal = next != box.ready.end() && rank_of(*next) == rank_of(lowest);
    return equal ? *next : lowest;
}

/// No more are attempted than there are tokens: one that went back without would have cost its lane
/// the turn.
bool Outbox::carries_one_more(const Account& box, const ratelimit::Ask& ask,
                              ratelimit::Now now) const {
    return box.attempting == 0 ||
           limits_.carries(ask, static_cast<std::int64_t>(box.attempting) + 1, now);
}

void Outbox::take_head(model::AccountNumber number, Account& box, std::uint64_t lane,
                       std::vector<AttemptMessage>& attempts) {
    Lane& l = box.lanes.at(lane);
    const auto [place, part] = *l.due.head();
    l.due.remove(place);
    file(box, lane, l);
    const AttemptMessage attempt{number, lane, place.first, place.second, part};
    if (lane != expiry_lane) {
        const auto [turn, first] = turns_.try_emplace({number, part});
        if (!first) return turn->second.push_back(attempt);
    }
    box.last_lane = lane;
    ++box.attempting;
    attempts.push_back(attempt);
}

void Outbox::run_account(model::AccountNumber number, Account& box, model::Now now,
                         std::vector<AttemptMessage>& attempts) {
    if (box.parked && box.parked_until != model::Instant{} && box.parked_until <= now.wall)
        box.parked = false;
    ripen(box);
    const ratelimit::Now moment{now.wall, now.steady};
    while (!box.retries_waiting.empty() && box.retries.take(now.steady)) {
        const AttemptMessage head = box.retries_waiting.front();
        box.retries_waiting.pop_front();
        retries_taken_.insert(head.message);
        insert(box, head);
    }
    std::optional<microseconds> tokens_at;
    bool limited = false;
    while (box.in_flight + box.attempting < box.in_flight_max) {
        const auto lane = next_lane(box, box.parked || limited);
        if (!lane) break;
        if (*lane != expiry_lane) {
            const ratelimit::Ask ask{number, 0, class_of(*lane), 1, {}, {}};
            const ratelimit::Grant grant = limits_.ask(ask, moment);
            if (!grant.granted) tokens_at = grant.earliest;
            if (!grant.granted) ++limited_[static_cast<std::size_t>(grant.scope)];
            limited = !grant.granted || !carries_one_more(box, ask, moment);
            if (limited) continue;  // what expires does not wait for a token
        }
        take_head(number, box, *lane, attempts);
    }
    set_wakes(number, box, tokens_at, now);
}

/// Reads for lanes that run low; lanes that hold nothing go.
void Outbox::tidy(model::AccountNumber number, Account& box, std::vector<LaneRead>& reads) const {
    for (const std::uint64_t lane : std::exchange(box.hungry, {})) {
        const auto it = box.lanes.find(lane);
        if (it == box.lanes.end() || !it->second.due.needs_rows()) continue;
        LaneRead read{number, lane, {}, 0};
        read.generation = it->second.due.begin_read(read.after);
        reads.push_back(read);
    }
    for (const std::uint64_t lane : std::exchange(box.spent, {})) {
        const auto it = box.lanes.find(lane);
        if (it == box.lanes.end() || !it->second.due.empty() ||
            it->second.parked != model::Instant{})
            continue;
        box.lanes.erase(it);
        box.ready.erase(lane);
        box.unread.erase(lane);
        (void)box.timers.remove(lane);
    }
}

void Outbox::set_wakes(model::AccountNumber number, const Account& box,
                       std::optional<microseconds> tokens_at, model::Now now) {
    std::optional<microseconds> wall;
    if (const auto next = box.timers.next()) wall = next->at;
    if (box.parked && box.parked_until != model::Instant{}) {
        const microseconds until = box.parked_until.time_since_epoch();
        wall = wall ? std::min(*wall, until) : until;
    }
    if (wall) {
        wall_wakes_.set(number, *wall);
    } else {
        (void)wall_wakes_.remove(number);
    }
    if (!box.retries_waiting.empty()) {
        const microseconds at = box.retries.earliest(now.steady);
        tokens_at = tokens_at ? std::min(*tokens_at, at) : at;
    }
    if (tokens_at) {
        steady_wakes_.set(number, *tokens_at);
    } else {
        (void)steady_wakes_.remove(number);
    }
}

void Outbox::end_delays(model::Now now) {
    while (!delayed_.empty() && delayed_.begin()->first <= now.wall) {
        const AttemptMessage head = delayed_.begin()->second;
        delayed_.erase(delayed_.begin());
        const auto person = delayed_persons_.find({head.account, head.part});
        person->second.erase(person->second.begin());
        if (person->second.empty()) delayed_persons_.erase(person);
        put_back(head);
    }
}

void Outbox::look_at_clock(model::Instant now, microseconds ahead) {
    wall_ = std::max(wall_, now);
    ahead_ = ahead;
}

void Outbox::run(model::Now now, std::vector<AttemptMessage>& attempts,
                 std::vector<LaneRead>& reads) {
    wall_ = std::max(wall_, now.wall);
    end_delays(now);
    for (const AttemptMessage& head : std::exchange(first_, {})) attempts.push_back(head);
    while (const auto wake = wall_wakes_.pop_due(wall_.time_since_epoch()))
        changed_.insert(static_cast<model::AccountNumber>(wake->id));
    while (const auto wake = steady_wakes_.pop_due(now.steady))
        changed_.insert(static_cast<model::AccountNumber>(wake->id));
    for (const model::AccountNumber number : std::exchange(changed_, {})) {
        Account& box = accounts_[number];
        run_account(number, box, now, attempts);
        tidy(number, box, reads);
    }
}

microseconds Outbox::next_wake(model::Now now) const {
    if (!changed_.empty() || !first_.empty()) return now.steady;
    microseconds wake = microseconds::max();
    if (!delayed_.empty()) wake = now.steady + (delayed_.begin()->first - now.wall);
    if (const auto next = wall_wakes_.next())
        wake = std::min(wake, now.steady + (next->at - now.wall.time_since_epoch()));
    if (const auto next = steady_wakes_.next()) wake = std::min(wake, next->at);
    return wake;
}

}  // namespace postern::core
