// Turns among lanes: the lowest rank first, lanes of one rank one after the other.
#include "gateway/core/outbox.h"

#include <algorithm>

namespace postern::core {
namespace {

constexpr std::chrono::microseconds never = std::chrono::microseconds::max();
constexpr model::Instant no_time = model::Instant::max();

ratelimit::Now to_limits(model::Now now) {
    return {now.wall, now.steady};
}

ratelimit::SendClass class_of(std::uint64_t lane) {
    return LaneName::of(lane).rank % 2 == 0 ? ratelimit::SendClass::reply
                                            : ratelimit::SendClass::bulk;
}

}  // namespace

std::uint64_t LaneName::number() const {
    return static_cast<std::uint64_t>(rank) << 56 | static_cast<std::uint64_t>(category) << 48 |
           static_cast<std::uint64_t>(zones) << 32 | caller;
}

LaneName LaneName::of(std::uint64_t number) {
    return {rank_of(number), static_cast<model::Category>(number >> 48 & 0xFF),
            static_cast<std::uint16_t>(number >> 32), static_cast<std::uint32_t>(number)};
}

Outbox::Outbox() : limits_(ratelimit::LimitsOptions{}) {}

Outbox::Account& Outbox::account(model::AccountNumber number) {
    return accounts_[number];
}

void Outbox::restart(model::Now now) {
    ratelimit::LimitsOptions options;
    options.restarted_at = now.steady;
    limits_ = ratelimit::Limits(options);
}

void Outbox::configure(const SendingSettings& settings, model::Now now) {
    for (const auto& [number, configured] : settings.accounts) {
        limits_.configure(number, limits_of(configured.policy));
        Account& box = account(number);
        box.in_flight_max = configured.in_flight_max;
        box.tokens_at = now.steady;
    }
    for (auto it = accounts_.begin(); it != accounts_.end(); ++it) {
        const bool gone = !settings.accounts.contains(it->first);
        if (gone) limits_.remove(it->first);
        it->second.parked = gone;
        it->second.parked_until = {};
        it->second.dirty = true;
        for (auto& [lane, l] : it->second.lanes) l.parked = {};
    }
}

void Outbox::found_lane(model::AccountNumber number, std::uint64_t lane) {
    account(number).lanes.try_emplace(lane, Lane{DueLane(false), {}});
}

void Outbox::add(model::AccountNumber number, std::uint64_t lane, DuePlace place,
                 model::Part part) {
    Account& box = account(number);
    const auto [it, made] = box.lanes.try_emplace(lane, Lane{DueLane(true), {}});
    it->second.due.add(place, part);
    box.dirty = true;
}

void Outbox::remove(model::AccountNumber number, std::uint64_t lane, DuePlace place) {
    Account& box = account(number);
    const auto it = box.lanes.find(lane);
    if (it != box.lanes.end()) it->second.due.remove(place);
}

void Outbox::loaded(const LaneRows& rows) {
    Account& box = account(rows.account);
    const auto it = box.lanes.find(rows.lane);
    if (it == box.lanes.end()) return;
    it->second.due.end_read(rows);
    box.dirty = true;
}

bool Outbox::others_first(model::AccountNumber number, std::uint64_t lane,
                          model::Instant now) const {
    const auto it = accounts_.find(number);
    if (it == accounts_.end()) return false;
    if (it->second.attempting > 0) return true;
    for (const auto& [other, l] : it->second.lanes) {
        if (rank_of(other) > rank_of(lane)) break;
        if (l.parked > now) continue;
        if (l.due.unread()) return true;
        const auto* head = l.due.head();
        if (head && head->first.first <= now) return true;
    }
    return false;
}

bool Outbox::has_room(model::AccountNumber number) const {
    const auto it = accounts_.find(number);
    return it != accounts_.end() && !it->second.parked &&
           it->second.in_flight + it->second.attempting < it->second.in_flight_max;
}

bool Outbox::busy(model::AccountNumber number, model::Part part) const {
    return busy_.contains({number, part});
}

std::uint32_t Outbox::begin(model::AccountNumber number, model::Part part,
                            model::Sequence message) {
    busy_[{number, part}] = message;
    ++account(number).in_flight;
    ++in_flight_;
    if (free_slots_.empty()) return slots_++;
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

void Outbox::end(model::AccountNumber number, model::Part part, std::uint32_t slot) {
    Account& box = account(number);
    if (box.in_flight > 0) --box.in_flight;
    if (in_flight_ > 0) --in_flight_;
    box.dirty = true;
    free_slots_.push_back(slot);
    busy_.erase({number, part});
    release(number, part);
}

void Outbox::hold(const AttemptMessage& head) {
    held_[{head.account, head.part}].push_back(head);
}

void Outbox::release(model::AccountNumber number, model::Part part) {
    const auto it = held_.find({number, part});
    if (it == held_.end()) return;
    const std::vector<AttemptMessage> heads = std::move(it->second);
    held_.erase(it);
    for (const AttemptMessage& head : heads) put_back(head);
}

void Outbox::put_back(const AttemptMessage& head) {
    add(head.account, head.lane, {head.not_before, head.message}, head.part);
}

bool Outbox::overtakes(const AttemptMessage& head) const {
    const auto box = accounts_.find(head.account);
    if (box == accounts_.end()) return false;
    const auto lane = box->second.lanes.find(head.lane);
    if (lane == box->second.lanes.end()) return false;
    const auto* first = lane->second.due.head();
    return first && first->first < DuePlace{head.not_before, head.message};
}

void Outbox::delay(const AttemptMessage& head, model::Instant until) {
    delayed_.emplace(until, head);
    ++delayed_persons_[{head.account, head.part}];
}

bool Outbox::delayed(model::AccountNumber number, model::Part part) const {
    return delayed_persons_.contains({number, part});
}

std::optional<model::Instant> Outbox::delayed_before(const AttemptMessage& head) const {
    if (!delayed(head.account, head.part)) return std::nullopt;
    const DuePlace place{head.not_before, head.message};
    for (const auto& [until, other] : delayed_) {
        if (other.account == head.account && other.part == head.part && other.lane == head.lane &&
            DuePlace{other.not_before, other.message} < place)
            return until;
    }
    return std::nullopt;
}

void Outbox::park_lane(model::AccountNumber number, std::uint64_t lane, model::Instant until) {
    Account& box = account(number);
    const auto it = box.lanes.find(lane);
    if (it != box.lanes.end()) it->second.parked = std::max(it->second.parked, until);
}

void Outbox::park_account(model::AccountNumber number, std::optional<model::Instant> until) {
    Account& box = account(number);
    box.parked = true;
    box.parked_until = until.value_or(model::Instant{});
}

void Outbox::unpark(model::AccountNumber number) {
    Account& box = account(number);
    box.parked = false;
    box.parked_until = {};
    box.dirty = true;
    for (auto& [lane, l] : box.lanes) l.parked = {};
}

void Outbox::unpark_all() {
    for (const auto& [number, box] : accounts_) unpark(number);
}

void Outbox::attempted(const AttemptMessage& head) {
    Account& box = account(head.account);
    if (box.attempting > 0) --box.attempting;
    box.dirty = true;
    if (head.lane == expiry_lane) return;
    const auto it = turns_.find({head.account, head.part});
    if (it == turns_.end()) return;
    const std::vector<AttemptMessage> behind = std::move(it->second);
    turns_.erase(it);
    for (const AttemptMessage& next : behind) put_back(next);
}

/// Of the lanes with a ready head, the lowest rank; among equals the one after that served last.
Outbox::Lane* Outbox::next_lane(Account& box, model::Now now, std::uint64_t& number,
                                bool expiries_only) {
    Lane* found = nullptr;
    for (auto& [lane, l] : box.lanes) {
        if (expiries_only && lane != expiry_lane) continue;
        if (found && rank_of(lane) > rank_of(number)) break;
        if (l.parked > now.wall) continue;
        const auto* head = l.due.head();
        if (!head || head->first.first > now.wall) continue;
        if (!found) {
            found = &l;
            number = lane;
        } else if (lane > box.last_lane && number <= box.last_lane) {
            found = &l;
            number = lane;
        }
    }
    return found;
}

void Outbox::run_account(model::AccountNumber number, Account& box, model::Now now,
                         std::vector<AttemptMessage>& attempts, std::vector<LaneRead>& reads) {
    if (box.parked && box.parked_until != model::Instant{} && box.parked_until <= now.wall) {
        box.parked = false;
    }
    for (auto it = box.lanes.begin(); it != box.lanes.end();) {
        Lane& lane = it->second;
        if (lane.parked != model::Instant{} && lane.parked <= now.wall) lane.parked = {};
        if (lane.due.needs_rows()) {
            LaneRead read{number, it->first, {}, 0};
            read.generation = lane.due.begin_read(read.after);
            reads.push_back(read);
        }
        it = lane.due.empty() && lane.parked == model::Instant{} ? box.lanes.erase(it)
                                                                 : std::next(it);
    }
    bool limited = false;
    while (box.in_flight + box.attempting < box.in_flight_max) {
        std::uint64_t lane = 0;
        Lane* l = next_lane(box, now, lane, box.parked || limited);
        if (!l) break;
        if (lane != expiry_lane) {
            const auto grant = limits_.ask({number, 0, class_of(lane), 1, {}}, to_limits(now));
            if (!grant.granted) {
                ++limited_[static_cast<std::size_t>(grant.scope)];
                box.tokens_at = grant.earliest;
                limited = true;  // what expires does not wait for a token
                continue;
            }
            // One token at a time: what is being attempted may take it.
            if (box.attempting >= 1 && grant.earliest > now.steady) break;
        }
        const auto [place, part] = *l->due.head();
        l->due.remove(place);
        const AttemptMessage attempt{number, lane, place.first, place.second, part};
        if (lane != expiry_lane) {
            const auto [turn, first] = turns_.try_emplace({number, part});
            if (!first) {
                turn->second.push_back(attempt);
                continue;
            }
        }
        box.last_lane = lane;
        ++box.attempting;
        attempts.push_back(attempt);
    }
}

void Outbox::run(model::Now now, std::vector<AttemptMessage>& attempts,
                 std::vector<LaneRead>& reads) {
    while (!delayed_.empty() && delayed_.begin()->first <= now.wall) {
        const AttemptMessage head = delayed_.begin()->second;
        delayed_.erase(delayed_.begin());
        const auto person = delayed_persons_.find({head.account, head.part});
        if (--person->second == 0) delayed_persons_.erase(person);
        put_back(head);
    }
    for (auto& [number, box] : accounts_) {
        const bool due = box.dirty || next_ready(box, false) <= now.wall;
        if (!due) continue;
        box.dirty = false;
        run_account(number, box, now, attempts, reads);
    }
}

model::Instant Outbox::next_ready(const Account& box, bool expiries_only) const {
    model::Instant first = no_time;
    if (box.parked && box.parked_until != model::Instant{})
        first = std::min(first, box.parked_until);
    for (const auto& [lane, l] : box.lanes) {
        if ((box.parked || expiries_only) && lane != expiry_lane) continue;
        const auto* head = l.due.head();
        if (!head) continue;
        first = std::min(first, std::max(head->first.first, l.parked));
    }
    return first;
}

std::chrono::microseconds Outbox::next_wake(model::Now now) const {
    std::chrono::microseconds wake = never;
    if (!delayed_.empty()) wake = now.steady + (delayed_.begin()->first - now.wall);
    for (const auto& [number, box] : accounts_) {
        if (box.dirty) return now.steady;
        // Full: the next answer is what there is to wait for.
        if (box.in_flight + box.attempting >= box.in_flight_max) continue;
        const model::Instant ready = next_ready(box, false);
        if (ready == no_time) continue;
        const auto at = now.steady + (ready - now.wall);
        wake = std::min(wake, std::max(at, box.parked ? at : box.tokens_at));
        const model::Instant expiry = next_ready(box, true);
        if (expiry != no_time) wake = std::min(wake, now.steady + (expiry - now.wall));
    }
    return wake;
}

std::size_t Outbox::waiting_in_memory() const {
    std::size_t n = 0;
    for (const auto& [number, box] : accounts_) {
        for (const auto& [lane, l] : box.lanes) n += l.due.size();
    }
    return n;
}

}  // namespace postern::core
