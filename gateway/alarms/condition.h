// What can need a person, in words that outsiders may rely on: the hook's body, the metric's label
// and `postern status` use the same. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::alarms {

enum class Kind : std::uint8_t {
    account_broken,        // a provider refuses an account's credentials: its sends wait, or
                           // nothing comes in
    account_paused,        // nothing is sent on an account until somebody resumes it
    signature_failures,    // most webhooks of an account do not verify, for minutes
    disk_space,            // a tier of the disk is reached; the subject names it
    certificate_expiring,  // in 14 days, and again in 3
    backup_old,            // the last backup is older than the configuration allows
    log_error,             // a durable write failed lately: the daemon ended and started again
    row_unreadable,        // a stored row is damaged: what needs it is refused
    read_only,             // durable writes failed too often: nothing is taken any more
    clock_unsynchronised,  // the system does not know how far its clock is off
    memory_short,          // requests are refused for want of memory
};
inline constexpr std::array kinds{
    Kind::account_broken,
    Kind::account_paused,
    Kind::signature_failures,
    Kind::disk_space,
    Kind::certificate_expiring,
    Kind::backup_old,
    Kind::log_error,
    Kind::row_unreadable,
    Kind::read_only,
    Kind::clock_unsynchronised,
    Kind::memory_short,
};

[[nodiscard]] std::string_view to_string(Kind kind);
/// False if there is no such kind.
[[nodiscard]] bool parse_kind(std::string_view text, Kind& out);

/// One alarm is one kind and subject; the detail may change while it lasts.
struct Condition {
    Kind kind = Kind::read_only;
    std::string subject;  // account, tier, listener; empty: the machine. No secrets, no addresses
    std::string detail;   // one sentence for people
    bool operator==(const Condition&) const = default;
};

}  // namespace postern::alarms
