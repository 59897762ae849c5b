// What waits to be sent, as far as memory needs to know: lanes and their heads, what is in flight,
// whom the next message of a person has to wait for, and the limits. It decides who is next and
// when to look again; whether a message may go is for the rules. Deterministic; the core's thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/due_lane.h"
#include "gateway/core/lane_name.h"
#include "gateway/core/sending_settings.h"
#include "gateway/core/tally.h"
#include "gateway/model/time.h"
#include "ratelimit/limit_stack.h"

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
                                    model::Instant now) const;

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
    /// One before it in its lane was put back meanwhile, and goes first.
    [[nodiscard]] bool overtakes(const AttemptMessage& head) const;
    void delay(const AttemptMessage& head, model::Instant until);  // put back then
    [[nodiscard]] bool delayed(model::AccountNumber account, model::Part part) const;
    /// One of its person that stands before it in its lane is delayed: then until the same moment,
    /// behind that one.
    [[nodiscard]] std::optional<model::Instant> delayed_before(const AttemptMessage& head) const;
    void park_lane(model::AccountNumber account, std::uint64_t lane, model::Instant until);
    void park_account(model::AccountNumber account, std::optional<model::Instant> until);
    void unpark(model::AccountNumber account);
    void unpark_all();
    void attempted(const AttemptMessage& head);  // it was applied, or never will be

    [[nodiscard]] ratelimit::Limits& limits() { return limits_; }

    /// Heads whose time has come, as many as limits and room allow; reads that lanes need.
    void run(model::Now now, std::vector<AttemptMessage>& attempts, std::vector<LaneRead>& reads);
    /// Steady time at which run() has something to do without anything else happening; max: never.
    [[nodiscard]] std::chrono::microseconds next_wake(model::Now now) const;

    [[nodiscard]] std::size_t waiting_in_memory() const;
    void look(model::Instant now, struct Figures& figures) const;  // core/figures.cc

  private:
    struct Lane {
        DueLane due;
        model::Instant parked{};  // not before; the epoch: not parked
    };
    struct Account {
        std::map<std::uint64_t, Lane> lanes;
        std::size_t in_flight = 0;
        std::size_t attempting = 0;
        std::size_t in_flight_max = 64;
        bool parked = false;
        model::Instant parked_until{};  // the epoch: until somebody unparks
        std::chrono::microseconds tokens_at{};
        std::uint64_t last_lane = 0;  // served last, for turns among equals
        bool dirty = true;            // something may be ready
    };
    using Person = std::pair<model::AccountNumber, model::Part>;

    [[nodiscard]] Account& account(model::AccountNumber number);
    void run_account(model::AccountNumber number, Account& box, model::Now now,
                     std::vector<AttemptMessage>& attempts, std::vector<LaneRead>& reads);
    [[nodiscard]] Lane* next_lane(Account& box, model::Now now, std::uint64_t& number,
                                  bool expiries_only);
    [[nodiscard]] model::Instant next_ready(const Account& box, bool expiries_only) const;

    std::map<model::AccountNumber, Account> accounts_;
    std::map<Person, model::Sequence> busy_;
    std::map<Person, std::vector<AttemptMessage>> held_;
    /// Whose turn it is just now, and their next ones: two turns of one person could change places
    /// while rows are fetched.
    std::map<Person, std::vector<AttemptMessage>> turns_;
    std::multimap<model::Instant, AttemptMessage> delayed_;
    std::map<Person, std::size_t> delayed_persons_;  // how many of each are in delayed_
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t slots_ = 0;
    std::size_t in_flight_ = 0;
    ratelimit::Limits limits_;
    /// How often an account's turn ended for want of a grant; by ratelimit::Scope.
    std::array<std::uint64_t, limit_scopes> limited_{};
};

}  // namespace postern::core
