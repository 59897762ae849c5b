// The judgements; nothing here touches the machine.
#include "gateway/cli/doctor_checks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace postern::cli {
namespace {

constexpr std::uint64_t mib = 1024 * 1024;
constexpr std::uint64_t gib = 1024 * mib;

/// Below it a disk without a battery cannot have reached its medium.
constexpr std::int64_t implausible_us = 8;

}  // namespace

std::string_view to_string(Grade grade) {
    static constexpr std::array<std::string_view, 4> names = {"ok", "unknown", "warn", "fail"};
    return names[static_cast<std::size_t>(grade)];
}

Grade worst(const std::vector<Check>& checks) {
    Grade grade = Grade::ok;
    for (const Check& check : checks) {
        if (check.grade != Grade::unknown) grade = std::max(grade, check.grade);
    }
    return grade;
}

Check judge_sync(const std::string& folder, const SyncLatency& latency) {
    Check check{Grade::ok, "storage sync", {}, {}};
    if (!latency.measured) {
        check.grade = Grade::warn;
        check.found = latency.problem;
        check.advice = "run the doctor as the daemon's user, or name a folder that exists";
        return check;
    }
    check.found = fmt::format(
        "a synced 4 KiB write to {} takes {:.2f} ms, one in a hundred {:.2f} ms", folder,
        static_cast<double>(latency.p50_us) / 1000, static_cast<double>(latency.p99_us) / 1000);
    if (latency.in_memory) {
        check.grade = Grade::fail;
        check.found += ", in memory";
        check.advice =
            "put storage.path on a disk: this file system forgets everything at power-off";
    } else if (latency.p50_us < implausible_us) {
        check.grade = Grade::warn;
        check.advice = "no disk is that fast: make sure that its write cache survives a power cut";
    } else if (latency.p50_us > 100'000) {
        check.grade = Grade::fail;
        check.advice = "every acknowledgement waits for one: use a local SSD or NVMe disk";
    } else if (latency.p50_us > 15'000 || latency.p99_us > 100'000) {
        check.grade = Grade::warn;
        check.advice =
            "every acknowledgement waits for one: an SSD with power-loss protection helps";
    }
    return check;
}

Check judge_clock(const ClockState& clock) {
    Check check{Grade::ok, "clock", {}, {}};
    check.found = fmt::format("{}, error at most {:.0f} ms",
                              clock.synchronised ? "synchronised" : "not synchronised",
                              static_cast<double>(clock.error_us_max) / 1000);
    if (!clock.synchronised) {
        check.grade = Grade::warn;
        check.advice =
            "enable systemd-timesyncd or chrony: schedules, windows and signatures need it";
    } else if (clock.error_us_max > 1'000'000) {
        check.grade = Grade::warn;
        check.advice = "the time server is far or gone: look at timedatectl timesync-status";
    }
    return check;
}

Check judge_port(const std::string& name, const std::string& address, PortState state, bool ours) {
    Check check{Grade::ok, "port " + name, {}, {}};
    switch (state) {
        case PortState::free:
            check.found = address + " is free";
            break;
        case PortState::in_use:
            check.found = address + (ours ? " is bound, a Postern is running" : " is taken");
            if (ours) break;
            check.grade = Grade::fail;
            check.advice = "find who listens with `ss -ltnp`, or change listen." + name;
            break;
        case PortState::forbidden:
            check.grade = Grade::fail;
            check.found = address + " may not be bound by this user";
            check.advice = "use a port above 1023, or CAP_NET_BIND_SERVICE as in the systemd unit";
            break;
        case PortState::no_such_address:
            check.grade = Grade::fail;
            check.found = address + " is no address of this machine";
            check.advice = "correct listen." + name;
            break;
    }
    return check;
}

Check judge_descriptors(std::uint64_t limit) {
    Check check{Grade::ok, "descriptors", fmt::format("{} open files at most", limit), {}};
    if (limit < 65'536) {
        check.grade = limit < 4096 ? Grade::fail : Grade::warn;
        check.advice = "each connection takes one: set LimitNOFILE=131072, or ulimit -n";
    }
    return check;
}

Check judge_memlock(std::uint64_t limit_bytes) {
    Check check{Grade::ok, "locked memory", {}, {}};
    const bool unlimited = limit_bytes > (std::uint64_t{1} << 60);
    check.found = unlimited ? "unlimited" : fmt::format("{} MiB at most", limit_bytes / mib);
    if (limit_bytes < 8 * mib) {
        check.grade = Grade::warn;
        check.advice = "rings of older kernels and secrets need it: set LimitMEMLOCK=64M";
    }
    return check;
}

Check judge_disk(const std::string& folder, const storage::DiskSpace& space) {
    Check check{Grade::ok, "disk space", {}, {}};
    const storage::DiskTier tier =
        storage::tier(space.free_bytes, space.total_bytes, space.free_inodes);
    check.found = fmt::format("{:.1f} of {:.1f} GiB free at {}, tier {}",
                              static_cast<double>(space.free_bytes) / static_cast<double>(gib),
                              static_cast<double>(space.total_bytes) / static_cast<double>(gib),
                              folder, storage::to_string(tier));
    if (tier == storage::DiskTier::low) {
        check.grade = Grade::warn;
        check.advice = "bulk sending is refused at this level: make room or shorten [retention]";
    } else if (tier != storage::DiskTier::ample) {
        check.grade = Grade::fail;
        check.advice = "the daemon refuses work at this level: make room now";
    }
    return check;
}

Check judge_certificate(const std::string& file, bool readable, std::int64_t expires_s,
                        std::int64_t now_s) {
    Check check{Grade::ok, "certificate", {}, {}};
    if (!readable) {
        check.grade = Grade::fail;
        check.found = file + " is no readable PEM certificate";
        check.advice = "correct tls.certificate, or let this user read it";
        return check;
    }
    const std::int64_t days = (expires_s - now_s) / 86'400;
    check.found = expires_s < now_s ? fmt::format("{} ended {} days ago", file, -days)
                                    : fmt::format("{} ends in {} days", file, days);
    if (expires_s < now_s) {
        check.grade = Grade::fail;
        check.advice = "renew it and reload: providers refuse to deliver";
    } else if (days < 14) {
        check.grade = Grade::warn;
        check.advice = "renew it, then reload with SIGHUP";
    }
    return check;
}

Check judge_keys(const std::vector<KeyFacts>& keys) {
    constexpr std::size_t owners_few = 2;
    std::size_t active = 0, owners = 0;
    std::vector<std::string> endless;
    for (const KeyFacts& key : keys) {
        if (!key.active) continue;
        ++active;
        owners += key.owner ? 1 : 0;
        if (!key.expires) endless.push_back(key.name);
    }
    Check check{Grade::ok, "API keys", {}, {}};
    check.found = fmt::format("{} in force, {} of them may do everything", active, owners);
    if (!endless.empty()) {
        check.grade = Grade::warn;
        check.found += fmt::format("; without an end: {}", fmt::join(endless, ", "));
        check.advice = "give keys an end (--expires) and rotate them; postern keys revoke ends one";
    }
    if (owners > owners_few) {
        check.grade = Grade::warn;
        check.advice = "apps need no owner's key: postern keys create gives them what they need";
    }
    return check;
}

Check judge_rings(bool allowed, const std::string& why) {
    Check check{Grade::ok, "io_uring", allowed ? "allowed" : why, {}};
    if (!allowed) {
        check.grade = Grade::warn;
        check.advice = "posternd runs posternd-epoll instead; allow io_uring_setup to use rings";
    }
    return check;
}

}  // namespace postern::cli
