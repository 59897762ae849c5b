// Presence in, notices out.
#include "gateway/alarms/board.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace postern::alarms {
namespace {

using model::Instant;

constexpr std::size_t lines_max = 1000;

bool may_flicker(Kind kind) {
    switch (kind) {
        case Kind::account_paused:
        case Kind::certificate_expiring:
        case Kind::backup_old:
        case Kind::log_error:
        case Kind::row_unreadable:
        case Kind::read_only:
            return false;
        default:
            return true;
    }
}

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

bool read_time(std::string_view text, Instant& out) {
    std::int64_t us = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), us);
    out = Instant{std::chrono::microseconds{us}};
    return error == std::errc{} && end == text.data() + text.size();
}

/// False: not five fields of the right kind.
bool read_line(std::string_view line, OpenAlarm& out) {
    std::array<std::string_view, 5> fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::size_t tab = line.find('\t');
        const bool last = i + 1 == fields.size();
        if (last != (tab == std::string_view::npos)) return false;
        fields[i] = line.substr(0, tab);
        if (!last) line.remove_prefix(tab + 1);
    }
    out.condition.subject = fields[3];
    out.condition.detail = fields[4];
    return parse_kind(fields[0], out.condition.kind) && read_time(fields[1], out.since) &&
           read_time(fields[2], out.told);
}

}  // namespace

std::string_view to_string(Turn turn) {
    switch (turn) {
        case Turn::began:
            return "alarm.began";
        case Turn::lasts:
            return "alarm.lasts";
        case Turn::ended:
            return "alarm.ended";
    }
    return "alarm.began";
}

bool Board::may_tell(Instant now) {
    // A clock that was set back must not silence us until it is there again.
    const auto is_over = [now](Instant at) {
        return now - at >= std::chrono::hours{1} || at > now;
    };
    while (!told_.empty() && is_over(told_.front())) told_.pop_front();
    if (told_.size() >= notices_per_hour_max) return false;
    told_.push_back(now);
    return true;
}

std::vector<Notice> Board::look(const std::vector<Condition>& present, Instant now) {
    std::vector<Notice> notices;
    for (const Condition& condition : present) {
        const auto [it, fresh] = open_.try_emplace({condition.kind, condition.subject});
        OpenAlarm& alarm = it->second;
        alarm.condition = condition;
        if (fresh) alarm.since = now;
        alarm.seen = now;
        const bool waits =
            condition.kind == Kind::clock_unsynchronised && now - alarm.since < clock_patience;
        const bool untold = alarm.told == Instant{};
        if (waits || (!untold && now - alarm.told < repeat_every_) || !may_tell(now)) continue;
        alarm.told = now;
        notices.push_back({untold ? Turn::began : Turn::lasts, condition, alarm.since, now});
    }
    end_absent(now, notices);
    return notices;
}

void Board::end_absent(Instant now, std::vector<Notice>& notices) {
    for (auto it = open_.begin(); it != open_.end();) {
        const OpenAlarm& alarm = it->second;
        const bool told = alarm.told != Instant{};
        const auto absent = now - alarm.seen;
        const bool present = absent == Instant::duration{};
        const bool waits = may_flicker(it->first.first) && absent < over_after;
        if (present || waits || (told && !may_tell(now))) {
            ++it;
            continue;
        }
        if (told) notices.push_back({Turn::ended, alarm.condition, alarm.since, now});
        it = open_.erase(it);
    }
}

void Board::describe(Kind kind, const std::string& detail) {
    for (auto& [key, alarm] : open_) {
        if (key.first == kind) alarm.condition.detail = detail;
    }
}

std::vector<OpenAlarm> Board::open() const {
    std::vector<OpenAlarm> out;
    out.reserve(open_.size());
    for (const auto& [key, alarm] : open_) out.push_back(alarm);
    return out;
}

std::string Board::save() const {
    std::string out;
    for (const auto& [key, alarm] : open_) {
        fmt::format_to(std::back_inserter(out), "{}\t{}\t{}\t{}\t{}\n",
                       to_string(alarm.condition.kind), alarm.since.time_since_epoch().count(),
                       alarm.told.time_since_epoch().count(), one_line(alarm.condition.subject),
                       one_line(alarm.condition.detail));
    }
    return out;
}

void Board::load(std::string_view text, Instant now) {
    while (!text.empty() && open_.size() < lines_max) {
        const std::size_t end = text.find('\n');
        OpenAlarm alarm;
        if (read_line(text.substr(0, end), alarm)) {
            alarm.since = std::min(alarm.since, now);
            alarm.told = std::min(alarm.told, now);
            alarm.seen = now;
            open_.insert_or_assign({alarm.condition.kind, alarm.condition.subject}, alarm);
        }
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace postern::alarms
