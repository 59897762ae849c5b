// One function a part of the machine.
#include "gateway/alarms/facts.h"

#include <fmt/format.h>

namespace postern::alarms {
namespace {

using storage::DiskTier;

constexpr std::int64_t day_s = 24 * 3600;
constexpr std::uint64_t mebibyte = 1ull << 20;

std::string or_unknown(const std::string& reason) {
    return reason.empty() ? "no reason was given" : reason;
}

void of_account(const AccountFacts& account, model::Instant now, SignatureWatch& signatures,
                std::vector<Condition>& out) {
    if (account.broken) {
        out.push_back({Kind::account_broken, account.name,
                       fmt::format("The provider refuses the credentials of {} ({}); what is to be "
                                   "sent waits.",
                                   account.name, or_unknown(account.broken_reason))});
    } else if (!account.stopped.empty()) {
        out.push_back({Kind::account_broken, account.name,
                       fmt::format("Nothing comes in on {} ({}): somebody has to mend it.",
                                   account.name, account.stopped)});
    }
    if (account.paused) {
        out.push_back({Kind::account_paused, account.name,
                       fmt::format("{} is paused ({}); nothing is sent on it.", account.name,
                                   or_unknown(account.paused_reason))});
    }
    if (signatures.look(account, now)) {
        out.push_back({Kind::signature_failures, account.name,
                       fmt::format("Most webhooks of {} do not verify: its secret may have "
                                   "changed at the provider.",
                                   account.name)});
    }
}

/// A disk that fills up passes one tier after the other: each is an alarm of its own.
void of_disk(const Facts& facts, std::vector<Condition>& out) {
    for (const DiskTier tier :
         {DiskTier::low, DiskTier::no_sends, DiskTier::outcomes_only, DiskTier::read_only}) {
        if (facts.disk < tier) return;
        out.push_back({Kind::disk_space, std::string(storage::to_string(tier)), disk_words(facts)});
    }
}

void of_certificates(const Facts& facts, std::vector<Condition>& out) {
    const std::int64_t now =
        std::chrono::floor<std::chrono::seconds>(facts.now).time_since_epoch().count();
    for (const auto& [listener, expires] : facts.certificates) {
        for (const int days : {14, 3}) {
            if (expires == 0 || expires - now > days * day_s) continue;
            const std::string words =
                expires <= now ? fmt::format("The certificate of {} has expired.", listener)
                               : fmt::format("The certificate of {} expires in less than {} days.",
                                             listener, (expires - now) / day_s + 1);
            out.push_back(
                {Kind::certificate_expiring, fmt::format("{} {}d", listener, days), words});
        }
    }
}

void of_storage(const Facts& facts, std::vector<Condition>& out) {
    const bool old = facts.now - facts.last_backup > facts.backup_age_max;
    if (facts.backup_age_max.count() > 0 && old) {
        const auto age = std::chrono::floor<std::chrono::hours>(facts.now - facts.last_backup);
        out.push_back(
            {Kind::backup_old, "", fmt::format("The last backup is {} hours old.", age.count())});
    }
    if (facts.log_errors > 0) {
        out.push_back({Kind::log_error, "",
                       fmt::format("{} durable writes failed within the last hour: look at the "
                                   "disk.",
                                   facts.log_errors)});
    }
    if (facts.unreadable > 0) {
        out.push_back({Kind::row_unreadable, "",
                       fmt::format("{} requests were refused since the start, because a stored "
                                   "row that they need is damaged.",
                                   facts.unreadable)});
    }
    if (facts.read_only) {
        out.push_back({Kind::read_only, "",
                       "Durable writes failed too often: nothing is taken or sent until the disk "
                       "is mended and the daemon started again."});
    }
}

}  // namespace

std::string disk_words(const Facts& facts) {
    return fmt::format("{} MiB are free on the disk.", facts.disk_free_bytes / mebibyte);
}

bool SignatureWatch::look(const AccountFacts& account, model::Instant now) {
    auto& samples = samples_[account.name];
    // The newest one from before the window stays, to count from.
    while (samples.size() > 1 && now - samples[1].at >= window) samples.pop_front();
    // Counters that went back are those of another start.
    const bool again = !samples.empty() && (account.webhooks < samples.back().webhooks ||
                                            account.bad_signatures < samples.back().bad);
    if (again) samples.clear();
    samples.push_back({now, account.webhooks, account.bad_signatures});
    const std::uint64_t bad = account.bad_signatures - samples.front().bad;
    const std::uint64_t good = account.webhooks - samples.front().webhooks;
    return bad >= failures_min && bad > good;
}

std::vector<Condition> conditions_of(const Facts& facts, SignatureWatch& signatures) {
    std::vector<Condition> out;
    for (const AccountFacts& account : facts.accounts)
        of_account(account, facts.now, signatures, out);
    of_disk(facts, out);
    of_certificates(facts, out);
    of_storage(facts, out);
    if (!facts.clock_synchronised) {
        out.push_back({Kind::clock_unsynchronised, "",
                       "The clock is not synchronised: look at timedatectl."});
    }
    if (facts.memory_short) {
        out.push_back(
            {Kind::memory_short, "",
             fmt::format("{} of {} MiB are in use: requests are refused.",
                         facts.memory_used_bytes / mebibyte, facts.memory_limit_bytes / mebibyte)});
    }
    return out;
}

}  // namespace postern::alarms
