// What waits, what is in flight, and what attempts found; whose turn it is: outbox_turns.cc.
#include "gateway/core/outbox.h"

#include <algorithm>

#include "gateway/core/core_time.h"

namespace postern::core {
namespace {

/// Recipients whose limit takes longer than this to recover are kept with the person; the others
/// begin empty after a restart.
constexpr std::chrono::seconds pairs_kept_from{60};

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

Outbox::Account& Outbox::changed(model::AccountNumber number) {
    changed_.insert(number);
    return accounts_[number];
}

void Outbox::restart(model::Now now) {
    ratelimit::LimitsOptions options;
    options.restarted_at = now.steady;
    options.pairs_kept_from = pairs_kept_from;
    limits_ = ratelimit::Limits(options);
}

void Outbox::configure(const SendingSettings& settings, model::Now) {
    for (const auto& [number, configured] : settings.accounts) {
        const bool known = limits_.knows(number);
        limits_.configure(number, limits_of(configured.policy));
        if (!known) kept_limits_.restore(number, limits_);
        accounts_[number].in_flight_max = configured.in_flight_max;
    }
    for (auto& [number, box] : accounts_) {
        const bool gone = !settings.accounts.contains(number);
        if (gone) limits_.remove(number);
        box.parked = gone;
        box.parked_until = {};
        for (auto& [lane, l] : box.lanes) l.parked = {};
        file_all(box);
        changed_.insert(number);
    }
}

void Outbox::found_lane(model::AccountNumber number, std::uint64_t lane) {
    Account& box = changed(number);
    file(box, lane, box.lanes.try_emplace(lane, Lane{DueLane(false), {}}).first->second);
}

void Outbox::add(model::AccountNumber number, std::uint64_t lane, DuePlace place,
                 model::Part part) {
    insert(changed(number), {number, lane, place.first, place.second, part});
}

void Outbox::insert(Account& box, const AttemptMessage& head) const {
    const auto [it, made] = box.lanes.try_emplace(head.lane, Lane{DueLane(true), {}});
    it->second.due.add({head.not_before, head.message}, head.part);
    file(box, head.lane, it->second);
}

void Outbox::remove(model::AccountNumber number, std::uint64_t lane, DuePlace place) {
    Account& box = changed(number);
    const auto it = box.lanes.find(lane);
    if (it == box.lanes.end()) return;
    it->second.due.remove(place);
    file(box, lane, it->second);
}

void Outbox::loaded(const LaneRows& rows) {
    Account& box = changed(rows.account);
    const auto it = box.lanes.find(rows.lane);
    if (it == box.lanes.end()) return;
    it->second.due.end_read(rows);
    file(box, rows.lane, it->second);
}

/// What expires does so by the wall clock (core/core_time.h); the rest counts by the core's time.
model::Instant Outbox::due_at(std::uint64_t lane, model::Instant not_before) const {
    if (lane != expiry_lane) return not_before;
    return CoreTime::counted(not_before, wall_ - ahead_, ahead_);
}

/// A lane whose head may go is ready; one whose head may go later has a timer; the others wait for
/// a row, or are spent.
void Outbox::file(Account& box, std::uint64_t number, Lane& lane) const {
    if (lane.parked <= wall_) lane.parked = {};
    const auto* head = lane.due.head();
    const model::Instant when =
        std::max(head ? due_at(number, head->first.first) : model::Instant{}, lane.parked);
    if (head && when <= wall_) {
        box.ready.insert(number);
        (void)box.timers.remove(number);
    } else {
        box.ready.erase(number);
        if (when == model::Instant{}) {
            (void)box.timers.remove(number);
        } else {
            box.timers.set(number, when.time_since_epoch());
        }
    }
    if (lane.due.unread()) {
        box.unread.insert(number);
    } else {
        box.unread.erase(number);
    }
    if (lane.due.needs_rows()) box.hungry.insert(number);
    if (lane.due.empty() && lane.parked == model::Instant{}) box.spent.insert(number);
}

void Outbox::file_all(Account& box) const {
    for (auto& [lane, l] : box.lanes) file(box, lane, l);
}

/// Lanes whose time has come are ready.
void Outbox::ripen(Account& box) const {
    while (const auto wake = box.timers.pop_due(wall_.time_since_epoch())) {
        const auto it = box.lanes.find(wake->id);
        if (it != box.lanes.end()) file(box, wake->id, it->second);
    }
}

bool Outbox::others_first(model::AccountNumber number, std::uint64_t lane, model::Instant now) {
    const auto it = accounts_.find(number);
    if (it == accounts_.end()) return false;
    Account& box = it->second;
    if (box.attempting > 0) return true;
    wall_ = std::max(wall_, now);
    if (const auto next = box.timers.next(); next && next->at <= wall_.time_since_epoch()) {
        changed_.insert(number);
        ripen(box);
    }
    if (!box.ready.empty() && rank_of(*box.ready.begin()) <= rank_of(lane)) return true;
    for (const std::uint64_t other : box.unread) {
        if (rank_of(other) > rank_of(lane)) break;
        if (box.lanes.at(other).parked <= wall_) return true;
    }
    return false;
}

bool Outbox::may_leave(model::AccountNumber number, model::Part part, std::uint64_t lane,
                       model::Instant now) {
    return has_room(number) && !busy(number, part) && !delayed(number, part) &&
           !others_first(number, lane, now);
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
    ++accounts_[number].in_flight;
    ++in_flight_;
    if (free_slots_.empty()) return slots_++;
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

void Outbox::end(model::AccountNumber number, model::Part part, std::uint32_t slot) {
    Account& box = changed(number);
    if (box.in_flight > 0) --box.in_flight;
    if (in_flight_ > 0) --in_flight_;
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
    insert(changed(head.account), head);
}

void Outbox::yield(const AttemptMessage& head, const AttemptMessage& first) {
    remove(first.account, first.lane, {first.not_before, first.message});
    turns_[{head.account, head.part}].push_back(head);
    ++changed(first.account).attempting;
    first_.push_back(first);
}

void Outbox::delay(const AttemptMessage& head, model::Instant until,
                   std::optional<std::uint64_t> lane) {
    delayed_.emplace(until, head);
    delayed_persons_[{head.account, head.part}].emplace(until, Delayed{head, lane});
}

bool Outbox::delayed(model::AccountNumber number, model::Part part) const {
    return delayed_persons_.contains({number, part});
}

void Outbox::end_delays_of(model::AccountNumber number, model::Part part) {
    const auto person = delayed_persons_.find({number, part});
    if (person == delayed_persons_.end()) return;
    std::vector<AttemptMessage> ended;
    std::erase_if(person->second, [&](const auto& one) {
        if (one.second.lane) return false;
        ended.push_back(one.second.head);
        return true;
    });
    if (person->second.empty()) delayed_persons_.erase(person);
    std::erase_if(delayed_, [&](const auto& one) {
        return one.second.account == number && one.second.part == part &&
               std::ranges::any_of(ended, [&](const AttemptMessage& head) {
                   return head.message == one.second.message;
               });
    });
    for (const AttemptMessage& head : ended) put_back(head);
}

std::optional<Outbox::DelayedUntil> Outbox::delayed_before(const AttemptMessage& head,
                                                           std::uint64_t own) const {
    const auto person = delayed_persons_.find({head.account, head.part});
    if (person == delayed_persons_.end()) return std::nullopt;
    const DuePlace place{head.not_before, head.message};
    for (const auto& [until, delayed] : person->second) {
        const AttemptMessage& other = delayed.head;
        if (rank_of(other.lane) == rank_of(head.lane) && !delayed.is_apart(own) &&
            DuePlace{other.not_before, other.message} < place)
            return DelayedUntil{until, delayed.lane};
    }
    return std::nullopt;
}

bool Outbox::delayed_apart(model::AccountNumber number, model::Part part, model::Sequence message,
                           std::uint64_t own) const {
    const auto person = delayed_persons_.find({number, part});
    return person != delayed_persons_.end() &&
           std::ranges::any_of(person->second, [&](const auto& one) {
               return one.second.head.message == message && one.second.is_apart(own);
           });
}

void Outbox::park_lane(model::AccountNumber number, std::uint64_t lane, model::Instant until) {
    Account& box = changed(number);
    const auto it = box.lanes.find(lane);
    if (it == box.lanes.end()) return;
    it->second.parked = std::max(it->second.parked, until);
    file(box, lane, it->second);
}

bool Outbox::lane_parked(model::AccountNumber number, std::uint64_t lane,
                         model::Instant now) const {
    const auto box = accounts_.find(number);
    if (box == accounts_.end()) return false;
    const auto it = box->second.lanes.find(lane);
    return it != box->second.lanes.end() && it->second.parked > now;
}

void Outbox::park_account(model::AccountNumber number, std::optional<model::Instant> until) {
    Account& box = changed(number);
    box.parked = true;
    box.parked_until = until.value_or(model::Instant{});
}

void Outbox::unpark(model::AccountNumber number) {
    Account& box = changed(number);
    box.parked = false;
    box.parked_until = {};
    for (auto& [lane, l] : box.lanes) l.parked = {};
    file_all(box);
}

void Outbox::unpark_all() {
    for (const auto& [number, box] : accounts_) unpark(number);
}

void Outbox::attempted(const AttemptMessage& head) {
    Account& box = changed(head.account);
    if (box.attempting > 0) --box.attempting;
    if (head.lane == expiry_lane) return;
    const auto it = turns_.find({head.account, head.part});
    if (it == turns_.end()) return;
    const std::vector<AttemptMessage> behind = std::move(it->second);
    turns_.erase(it);
    for (const AttemptMessage& next : behind) put_back(next);
}

std::chrono::microseconds Outbox::retry_at(model::AccountNumber number, model::Sequence message,
                                           std::chrono::microseconds now) const {
    const auto it = accounts_.find(number);
    if (it == accounts_.end() || retries_taken_.contains(message)) return now;
    return it->second.retries.earliest(now);
}

bool Outbox::take_retry(const AttemptMessage& head, std::chrono::microseconds now) {
    if (retries_taken_.contains(head.message)) return true;
    if (!accounts_[head.account].retries.take(now)) return false;
    retries_taken_.insert(head.message);
    return true;
}

void Outbox::wait_for_retry(const AttemptMessage& head) {
    changed(head.account).retries_waiting.push_back(head);
}

void Outbox::sent(model::AccountNumber account) {
    accounts_[account].retries.sent();
}

}  // namespace postern::core
