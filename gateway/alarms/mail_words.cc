#include "gateway/alarms/mail_words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace postern::alarms {
namespace {

constexpr std::size_t subject_max = 200;

std::string name_of(const Condition& condition) {
    std::string name(to_string(condition.kind));
    if (!condition.subject.empty()) name += " (" + condition.subject + ")";
    return name;
}

std::string_view turn_word(Turn turn) {
    switch (turn) {
        case Turn::began:
            return "";
        case Turn::lasts:
            return "still: ";
        case Turn::ended:
            return "over: ";
    }
    return "";
}

std::string moment(model::Instant at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

std::string_view advice(Kind kind) {
    switch (kind) {
        case Kind::account_broken:
            return "Replace the account's credentials and reload the daemon, then run "
                   "\"postern accounts resume ACCOUNT\". Its messages wait until then.";
        case Kind::account_paused:
            return "Somebody paused it, or a limit did: when that is settled, run "
                   "\"postern accounts resume ACCOUNT\".";
        case Kind::signature_failures:
            return "Compare the signing secret with the provider's console; \"postern accounts "
                   "requests ACCOUNT\" shows what came. Refused webhooks are not lost while the "
                   "provider repeats them.";
        case Kind::disk_space:
            return "Free space on the disk of storage.path, or shorten [retention]. Sending "
                   "stops first, then webhooks are refused.";
        case Kind::certificate_expiring:
            return "Renew the certificate of [tls] and reload the daemon.";
        case Kind::backup_old:
            return "Look why \"postern backup\" does not run, and run it.";
        case Kind::log_error:
            return "Look at the disk (dmesg, smartctl). The daemon has started again by itself.";
        case Kind::row_unreadable:
            return "The events storage.row_unreadable name the rows. Look at the disk, run "
                   "\"postern verify\", and restore a backup if it finds more.";
        case Kind::read_only:
            return "Mend the disk, delete the file log-failures in storage.path, and start the "
                   "daemon again. Nothing is taken or sent until then.";
        case Kind::clock_unsynchronised:
            return "Look at timedatectl and the time service: limits and quiet hours depend on "
                   "the clock.";
        case Kind::memory_short:
            return "Give the unit more memory (MemoryMax=, limits.memory_bytes_max) or find what "
                   "else takes it. Requests are answered 503 meanwhile.";
    }
    return "Look at \"postern status\".";
}

std::string mail_subject(const std::vector<Telling>& what, std::string_view host) {
    std::string out = fmt::format("[Postern on {}] ", host);
    if (what.size() > 1) out += fmt::format("{} notices: ", what.size());
    for (std::size_t i = 0; i < what.size(); ++i) {
        const Notice& notice = what[i].notice;
        const std::string next = fmt::format("{}{}{}", i == 0 ? "" : ", ", turn_word(notice.turn),
                                             name_of(notice.condition));
        if (out.size() + next.size() > subject_max) return out + " …";
        out += next;
    }
    return out;
}

std::string mail_text(const std::vector<Telling>& what, std::string_view host) {
    std::string out;
    for (const Telling& one : what) {
        const Notice& notice = one.notice;
        out += fmt::format("{}{}\n", turn_word(notice.turn), name_of(notice.condition));
        out += fmt::format("  {}\n", notice.condition.detail);
        if (notice.turn == Turn::ended) {
            out += fmt::format("  From {} to {}.\n\n", moment(notice.since), moment(notice.at));
            continue;
        }
        out += fmt::format("  Since {}.\n", moment(notice.since));
        out += fmt::format("  What to do: {}\n\n", advice(notice.condition.kind));
    }
    return out + fmt::format(
                     "Postern on {}. \"postern status\" shows what is open; alarm.email_to "
                     "says who reads this.\n",
                     host);
}

}  // namespace postern::alarms
