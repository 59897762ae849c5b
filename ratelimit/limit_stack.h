// Every limit of sending, asked as one: back-off, recipient, account, group, day. A message goes
// when all of them allow it, and then takes from all of them. Made by the core and changed on
// reload; lives on the core thread. It never reads a clock, never waits, never looks at messages:
// the caller keeps a timer for `Grant::earliest` and asks again.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ratelimit/gcra.h"
#include "ratelimit/idle_table.h"
#include "ratelimit/moment.h"

namespace postern::ratelimit {

/// What a refusal is about. Told by name in verdicts. `retries` is not the stack's: RetryBudget.
enum class Scope : std::uint8_t { none, recipient, account, group, day, retries, back_off };
[[nodiscard]] std::string_view to_string(Scope scope);

/// Replies and one-time codes may use what bulk must leave.
enum class SendClass : std::uint8_t { reply, bulk };

struct AccountLimits {
    Pace rate;
    std::optional<Pace> per_recipient;
    std::int64_t per_day = 0;  // UTC days; 0: no limit
    /// Accounts of one group share one bucket besides their own; it has the slowest of their paces.
    std::string group;
    bool operator==(const AccountLimits&) const = default;
};

struct Ask {
    std::uint32_t account = 0;
    std::uint64_t pair = 0;  // one recipient on one account, among all accounts; 0: no pair limit
    SendClass send_class = SendClass::bulk;
    std::int64_t units = 1;  // what account and group count: segments, where the provider does
    /// `Grant::pair_full_at` of the pair's last grant, if it is kept; used when the pair is not in
    /// memory (any more).
    Instant pair_full_at{};
    /// The provider's own word for the pair, if the caller keeps it: nothing before.
    Instant pair_back_off{};
};

struct Grant {
    bool granted = false;
    Scope scope = Scope::none;             // refused: the limit that ends last
    std::chrono::microseconds earliest{};  // refused: when to ask again; granted: now. Steady
    Instant until{};                       // the same, wall
    Instant pair_full_at{};  // taken: to be kept with the pair; the epoch: need not be
    std::int64_t day = 0;    // taken: the day it counts in, since the epoch
};

struct LimitsOptions {
    /// Of 100 units of burst, how many bulk leaves to replies.
    std::int64_t reply_percent = 20;
    /// Where the burst is too small to keep one back: how long after its time a reply that was
    /// refused still goes first.
    std::chrono::microseconds reply_turn = std::chrono::milliseconds{200};
    /// Providers that count what comes in look at the last second.
    std::chrono::microseconds inbound_debt_max = std::chrono::seconds{1};
    std::chrono::microseconds further_debt_max = std::chrono::seconds{60};
    std::size_t pairs_max = 262'144;  // about 10 MB, reserved at once
    /// Given: buckets start empty at that steady time, as nobody knows what was sent before.
    std::optional<std::chrono::microseconds> restarted_at;
    /// Pairs whose whole burst takes so long to come back, or longer, are kept by the caller
    /// (`pair_full_at`) and need not start empty.
    std::chrono::microseconds pairs_kept_from = std::chrono::microseconds::max();
};

class Limits final {
  public:
    explicit Limits(const LimitsOptions& options);

    /// New limits, or the account's changed ones: what was taken stays taken.
    void configure(std::uint32_t account, const AccountLimits& limits);
    void remove(std::uint32_t account);
    [[nodiscard]] bool knows(std::uint32_t account) const { return accounts_.contains(account); }
    /// What an earlier start counted; of a newly configured account.
    void restore(std::uint32_t account, std::int64_t day, std::int64_t sent);

    /// Whether and when; changes nothing. An account that was not configured is refused for a
    /// second, again and again.
    [[nodiscard]] Grant ask(const Ask& ask, Now now) const;
    /// All or nothing. Takes where `ask` grants (and may where `ask` only saw the table of pairs
    /// full). A reply that is refused is noted, so that bulk lets it pass when its time comes.
    [[nodiscard]] Grant take(const Ask& ask, Now now);
    /// Whether account and group carry `messages` like this one at once; of the recipient it says
    /// nothing.
    [[nodiscard]] bool carries(const Ask& ask, std::int64_t messages, Now now) const;
    /// The dispatch of a grant that was taken did not happen. Once a grant.
    void give_back(const Ask& ask, const Grant& grant);

    /// Messages that came in, where the provider counts both directions.
    void inbound(std::uint32_t account, std::int64_t count, Now now);
    /// What goes along with the message that was granted and counts, too: of a long one, all but
    /// the first. Owed by account and group.
    void further(std::uint32_t account, std::int64_t count, Now now);

    /// Nothing of the scope is granted before `until`; the later of several stays. The scope of a
    /// group without one is the account. If there is no room for one more recipient, the whole
    /// account waits: never less than what the provider said. The caller bounds `until`.
    void back_off_pair(std::uint32_t account, std::uint64_t pair, Instant until, Now now);
    void back_off_account(std::uint32_t account, Instant until);
    void back_off_group(std::uint32_t account, Instant until);
    /// An operator's act, or the person wrote.
    void clear_back_off(std::uint32_t account, std::uint64_t pair);

    [[nodiscard]] std::size_t pairs() const { return pairs_.size(); }
    [[nodiscard]] std::int64_t sent_today(std::uint32_t account, Now now) const;

  private:
    struct Shared {  // the bucket of an account or a group
        Pace pace;
        Gcra bucket;
        std::optional<std::chrono::microseconds> reply_due;  // a reply was refused until then
        Instant back_off{};
        bool of_group = false;
    };
    struct Account {
        AccountLimits limits;
        Shared own;
        std::uint32_t group = no_group;
        std::uint32_t pair_pace = 0;  // index in paces_
        std::int64_t day = 0;
        std::int64_t sent = 0;
    };
    struct Group {
        std::string name;
        Shared shared;
    };
    struct PairBucket {
        [[no_unique_address]] Gcra bucket;
        std::uint32_t pace = 0;  // index in paces_
    };
    static_assert(sizeof(PairBucket) <= 32);
    struct Wait;
    static constexpr std::uint32_t no_group = UINT32_MAX;

    [[nodiscard]] const Shared* group_of(const Account& account) const;
    [[nodiscard]] Shared* group_of(const Account& account);
    [[nodiscard]] Wait wait_of(const Account& account, const Ask& ask, Now now,
                               const PairBucket* known) const;
    void wait_for_shared(const Shared& shared, const Ask& ask, Now now, Wait& wait) const;
    void wait_for_pair(const Account& account, const Ask& ask, Now now, const PairBucket* known,
                       Wait& wait) const;
    void wait_for_day(const Account& account, Now now, Wait& wait) const;
    void wait_for_back_off(const Account& account, const Ask& ask, Now now, Wait& wait) const;
    void note_reply(Account& account, const Ask& ask, const Wait& wait);
    [[nodiscard]] PairBucket pair_bucket(const Account& account, const Ask& ask, Now now,
                                         const PairBucket* known) const;
    [[nodiscard]] Instant take_pair(const Account& account, const Ask& ask, Now now,
                                    PairBucket* known);
    [[nodiscard]] bool carries(const Shared& shared, const Ask& ask, std::int64_t messages,
                               Now now) const;
    [[nodiscard]] std::int64_t left(const Pace& pace) const;
    [[nodiscard]] Shared fresh(const Pace& pace) const;
    void repace(Shared& shared, const Pace& pace) const;
    [[nodiscard]] std::uint32_t intern(const Pace& pace);
    void join(Account& account, const std::string& name);
    void set_group_pace(std::uint32_t group);

    LimitsOptions options_;
    boost::unordered_flat_map<std::uint32_t, Account> accounts_;
    std::vector<Group> groups_;  // an empty name is free
    std::vector<Pace> paces_;    // of recipients: as many as were ever configured
    IdleTable<PairBucket> pairs_;
    struct PairWait {
        std::uint32_t account = 0;
        Instant until{};
    };
    IdleTable<PairWait> pair_back_offs_;
};

}  // namespace postern::ratelimit
