// What waits to be sent, as far as memory needs to know: lanes and their heads, what is in flight,
// whom the next message of a person has to wait for, and the limits. It decides who is next and
// when to look again; whether a message may go is for the rules. A turn costs what changed or is
// due, however many accounts and lanes there are. Deterministic; the core's thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/due_lane.h"
#include "gateway/core/kept_limits.h"
#include "gateway/core/lane_name.h"
#include "gateway/core/sending_settings.h"
#include "gateway/core/tally.h"
#include "gateway/model/time.h"
#include "ratelimit/limit_stack.h"
#include "ratelimit/retry_pace.h"
#include "ratelimit/wake_queue.h"

namespace postern::core {

class Outbox final {
  public:
    Outbox();

    // The ground.
    void configure(const SendingSettings& settings, model::Now now);
    void restart(model::Now now);  // buckets start empty
    /// A lane of the store, found at start.
    void found_lane(model::AccountNumber account, std::uint64_t lane);

    // Waiting rows.
    void add(model::AccountNumber account, std::uint64_t lane, DuePlace place, model::Part part);
    void remove(model::AccountNumber account, std::uint64_t lane, DuePlace place);
    void loaded(const LaneRows& rows);
    /// Something of at least this rank is ready before a new message of that lane, or has its turn
    /// just now.
    [[nodiscard]] bool others_first(model::AccountNumber account, std::uint64_t lane,
                                    model::Instant now);

    /// A new message of that lane may leave at once: there is room, nobody waits before it, and
    /// nothing of its person is under way or delayed.
    [[nodiscard]] bool may_leave(model::AccountNumber account, model::Part part, std::uint64_t lane,
                                 model::Instant now);

    // In flight. `part` busy: its next message on the account waits.
    [[nodiscard]] bool has_room(model::AccountNumber account) const;
    [[nodiscard]] bool busy(model::AccountNumber account, model::Part part) const;
    [[nodiscard]] std::uint32_t begin(model::AccountNumber account, model::Part part,
                                      model::Sequence message);  // its slot
    void end(model::AccountNumber account, model::Part part, std::uint32_t slot);
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

    // What an attempt found.
    void hold(const AttemptMessage& head);  // until its person's earlier message has ended
    void release(model::AccountNumber account, model::Part part);
    void put_back(const AttemptMessage& head);
    /// `first` is the person's too and goes before `head`: it is attempted in its place, from
    /// wherever it stands in its lane, and `head` after it.
    void yield(const AttemptMessage& head, const AttemptMessage& first);
    /// Put back then. `lane`: the message's own one, where what it waits for (a pause, quiet hours)
    /// is about the messages of that lane and not about the person.
    void delay(const AttemptMessage& head, model::Instant until,
               std::optional<std::uint64_t> lane = std::nullopt);
    [[nodiscard]] bool delayed(model::AccountNumber account, model::Part part) const;
    /// What the person's messages were delayed for is over, but for what is about a lane.
    void end_delays_of(model::AccountNumber account, model::Part part);
    /// One of its person and rank whose place is before its own is delayed: then until the same
    /// moment, behind that one. `own`: its own lane, wherever it stands: delays that are about
    /// another one are not its.
    struct DelayedUntil {
        model::Instant at;
        std::optional<std::uint64_t> lane;  // as in delay()
    };
    [[nodiscard]] std::optional<DelayedUntil> delayed_before(const AttemptMessage& head,
                                                             std::uint64_t own) const;
    /// That one is delayed for what is about another lane than `own`.
    [[nodiscard]] bool delayed_apart(model::AccountNumber account, model::Part part,
                                     model::Sequence message, std::uint64_t own) const;
    void park_lane(model::AccountNumber account, std::uint64_t lane, model::Instant until);
    [[nodiscard]] bool lane_parked(model::AccountNumber account, std::uint64_t lane,
                                   model::Instant now) const;
    void park_account(model::AccountNumber account, std::optional<model::Instant> until);
    void unpark(model::AccountNumber account);
    void unpark_all();
    void attempted(const AttemptMessage& head);  // it was applied, or never will be

    // Retries: at most a share of what an account sends (ratelimit/retry_pace.h).
    /// When the message may be tried again; <= now: now.
    [[nodiscard]] std::chrono::microseconds retry_at(model::AccountNumber account,
                                                     model::Sequence message,
                                                     std::chrono::microseconds now) const;
    /// False: there is none left for it. What was taken is its own until it leaves or ends.
    [[nodiscard]] bool take_retry(const AttemptMessage& head, std::chrono::microseconds now);
    void wait_for_retry(const AttemptMessage& head);  // in order; put back when there is one
    void forget_retry(model::Sequence message) { retries_taken_.erase(message); }
    void sent(model::AccountNumber account);  // not a retry

    [[nodiscard]] ratelimit::Limits& limits() { return limits_; }
    [[nodiscard]] KeptLimits& kept_limits() { return kept_limits_; }

    /// The core's time and how far it is ahead of the wall clock, which messages expire by; before
    /// run(), and before all lanes are looked at again.
    void look_at_clock(model::Instant now, std::chrono::microseconds ahead);
    /// Heads whose time has come, as many as limits and room allow; reads that lanes need.
    void run(model::Now now, std::vector<AttemptMessage>& attempts, std::vector<LaneRead>& reads);
    /// Steady time at which run() has something to do without anything else happening; max: never.
    [[nodiscard]] std::chrono::microseconds next_wake(model::Now now) const;

    void look(model::Instant now, struct Figures& figures) const;  // core/figures.cc

  private:
    struct Lane {
        DueLane due;
        model::Instant parked{};  // not before; the epoch: not parked
    };
    struct Account {
        std::map<std::uint64_t, Lane> lanes;
        // Where each lane stands; file() keeps them true.
        std::set<std::uint64_t> ready;   // its head may go now
        ratelimit::WakeQueue timers;     // the others: when (wall) that is so
        std::set<std::uint64_t> unread;  // only the store knows its head
        std::set<std::uint64_t> hungry;  // a read is due
        std::set<std::uint64_t> spent;   // to be forgotten
        std::size_t in_flight = 0;
        std::size_t attempting = 0;
        std::size_t in_flight_max = 64;
        bool parked = false;
        model::Instant parked_until{};  // the epoch: until somebody unparks
        std::uint64_t last_lane = 0;    // served last, for turns among equals
        ratelimit::RetryBudget retries;
        std::deque<AttemptMessage> retries_waiting;
    };
    using Person = std::pair<model::AccountNumber, model::Part>;

    /// Marks it: its next turn looks at it again.
    [[nodiscard]] Account& changed(model::AccountNumber number);
    [[nodiscard]] model::Instant due_at(std::uint64_t lane, model::Instant not_before) const;
    void file(Account& box, std::uint64_t number, Lane& lane) const;
    void file_all(Account& box) const;
    void insert(Account& box, const AttemptMessage& head) const;
    void ripen(Account& box) const;
    void end_delays(model::Now now);
    void run_account(model::AccountNumber number, Account& box, model::Now now,
                     std::vector<AttemptMessage>& attempts);
    [[nodiscard]] static std::optional<std::uint64_t> next_lane(const Account& box,
                                                                bool expiries_only);
    [[nodiscard]] bool carries_one_more(const Account& box, const ratelimit::Ask& ask,
                                        ratelimit::Now now) const;
    void take_head(model::AccountNumber number, Account& box, std::uint64_t lane,
                   std::vector<AttemptMessage>& attempts);
    void tidy(model::AccountNumber number, Account& box, std::vector<LaneRead>& reads) const;
    void set_wakes(model::AccountNumber number, const Account& box,
                   std::optional<std::chrono::microseconds> tokens_at, model::Now now);

    std::map<model::AccountNumber, Account> accounts_;
    std::set<model::AccountNumber> changed_;
    ratelimit::WakeQueue wall_wakes_;    // accounts, by microseconds since 1970
    ratelimit::WakeQueue steady_wakes_;  // accounts that wait for the limiter
    model::Instant wall_{};              // the core's time of the last turn
    std::chrono::microseconds ahead_{};  // … and so far ahead of the wall clock
    std::map<Person, model::Sequence> busy_;
    std::map<Person, std::vector<AttemptMessage>> held_;
    /// Whose turn it is just now, and their next ones: two turns of one person could change places
    /// while rows are fetched.
    std::map<Person, std::vector<AttemptMessage>> turns_;
    std::vector<AttemptMessage> first_;  // attempted before all others; counted as `attempting`
    struct Delayed {
        AttemptMessage head;
        std::optional<std::uint64_t> lane;
        [[nodiscard]] bool is_apart(std::uint64_t own) const { return lane && *lane != own; }
    };
    std::multimap<model::Instant, AttemptMessage> delayed_;
    std::map<Person, std::multimap<model::Instant, Delayed>> delayed_persons_;  // the same
    std::set<model::Sequence> retries_taken_;
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t slots_ = 0;
    std::size_t in_flight_ = 0;
    ratelimit::Limits limits_;
    KeptLimits kept_limits_;
    /// How often an account's turn ended for want of a grant; by ratelimit::Scope.
    std::array<std::uint64_t, limit_scopes> limited_{};
};

}  // namespace postern::core
