// From what is known of the machine to what needs a person. Pure; the caller's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "gateway/alarms/condition.h"
#include "gateway/model/time.h"
#include "storage/disk_space.h"

namespace postern::alarms {

struct AccountFacts {
    std::string name;
    bool broken = false;
    std::string broken_reason;
    std::string stopped;  // why nothing comes in any more, where it is fetched; empty: it does
    bool paused = false;
    std::string paused_reason;
    std::uint64_t webhooks = 0;        // verified, since the start
    std::uint64_t bad_signatures = 0;  // since the start
};

struct Facts {
    model::Instant now{};
    std::vector<AccountFacts> accounts;
    storage::DiskTier disk = storage::DiskTier::ample;
    std::uint64_t disk_free_bytes = 0;
    /// Listener and when its certificate ends, in seconds since 1970.
    std::vector<std::pair<std::string, std::int64_t>> certificates;
    model::Instant last_backup{};         // or when their watching began
    std::chrono::hours backup_age_max{};  // 0: not watched
    std::size_t log_errors = 0;           // durable writes that failed within the last hour
    std::uint64_t unreadable = 0;         // refused since the start, for want of a damaged row
    bool read_only = false;
    bool clock_synchronised = true;  // also where nobody can say
    bool memory_short = false;
    std::uint64_t memory_used_bytes = 0;
    std::uint64_t memory_limit_bytes = 0;
};

/// Webhooks of the last ten minutes by account: forgeries alone are no alarm while the provider's
/// own webhooks verify.
class SignatureWatch final {
  public:
    static constexpr std::chrono::minutes window{10};
    static constexpr std::uint64_t failures_min = 10;

    /// At most every few seconds. True: most of at least `failures_min` did not verify.
    [[nodiscard]] bool look(const AccountFacts& account, model::Instant now);

  private:
    struct Sample {
        model::Instant at{};
        std::uint64_t webhooks = 0;
        std::uint64_t bad = 0;
    };
    std::map<std::string, std::deque<Sample>, std::less<>> samples_;  // oldest first
};

/// What an alarm about the disk says at this moment.
[[nodiscard]] std::string disk_words(const Facts& facts);

/// In the order of Kind, then of the accounts.
[[nodiscard]] std::vector<Condition> conditions_of(const Facts& facts, SignatureWatch& signatures);

}  // namespace postern::alarms
