// Syntax of paces, times of day, weekdays and zones. The meaning is the gateway's.
#include "conf/policy_checks.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "conf/loader.h"
#include "conf/policy.h"

namespace postern::conf::check {
namespace {

constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr const char* zone_folder = "/usr/share/zoneinfo";
inline constexpr std::size_t name_bytes_max = 64;
constexpr std::uint32_t cap_count_max = 32;  // gateway/model/records.h, past_sends_max

bool is_text(const Node& node) {
    return node.kind == Node::Kind::text;
}

bool whole(std::string_view text, std::uint32_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

bool name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_bytes_max &&
           std::all_of(text.begin(), text.end(), name_char);
}

// "HH:MM" up to 24:00, in minutes; false if it is not that.
bool minute_of_day(std::string_view text, std::uint32_t& out) {
    if (text.size() != 5 || text[2] != ':') return false;
    std::uint32_t hours = 0;
    std::uint32_t minutes = 0;
    if (!whole(text.substr(0, 2), hours) || !whole(text.substr(3), minutes)) return false;
    out = hours * 60 + minutes;
    return minutes < 60 && out <= 24 * 60;
}

bool is_day(std::string_view text) {
    return std::find(days.begin(), days.end(), text) != days.end();
}

bool is_day_range(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return is_day(text);
    return is_day(text.substr(0, dash)) && is_day(text.substr(dash + 1));
}

bool is_zone_name(std::string_view text) {
    const auto good = [](char c) { return name_char(c) || c == '/' || c == '+'; };
    return !text.empty() && text.size() <= name_bytes_max && text.front() != '/' &&
           text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), good);
}

}  // namespace

std::string positive_number(const Node& node) {
    const bool good = (node.kind == Node::Kind::integer && node.integer > 0) ||
                      (node.kind == Node::Kind::real && node.real > 0);
    return good ? "" : "must be a number above 0";
}

std::string positive_integer(const Node& node) {
    return node.kind == Node::Kind::integer && node.integer > 0 ? "" : "must be an integer above 0";
}

std::string window_hours(const Node& node) {
    const bool good = node.kind == Node::Kind::integer && node.integer > 0 && node.integer <= 8760;
    return good ? "" : "must be 1 to 8760";
}

std::string bounce_count(const Node& node) {
    const bool good = node.kind == Node::Kind::integer && node.integer > 0 && node.integer <= 30;
    return good ? "" : "must be 1 to 30";
}

std::string name(const Node& node) {
    return is_text(node) && is_name(node.text)
               ? ""
               : "must be a name of letters, digits, '-', '_' and '.', at most 64";
}

std::string names(const Node& node) {
    if (node.kind != Node::Kind::list) return "must be a list of names";
    for (const Node& item : node.items) {
        if (!name(item).empty()) return "each item " + name(item);
    }
    return {};
}

std::string category_list(const Node& node) {
    const std::vector<std::string_view> known(categories.begin(), categories.end());
    if (node.kind != Node::Kind::list) return "must be a list of categories";
    for (const Node& item : node.items) {
        if (!is_text(item) || std::find(known.begin(), known.end(), item.text) == known.end()) {
            return "each item must be " + join(known, "or");
        }
    }
    return {};
}

namespace {

/// "1/6s", "10/m"; false if it is not that.
bool read_pace(std::string_view text, std::uint32_t& count, Duration& span) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return false;
    if (!whole(text.substr(0, slash), count) || count == 0) return false;
    const std::string_view time = text.substr(slash + 1);
    const bool bare = !time.empty() && (time[0] < '0' || time[0] > '9');
    return parse_duration(bare ? "1" + std::string(time) : std::string(time), span) &&
           span > Duration::zero();
}

bool is_cap(const Node& node) {
    std::uint32_t count = 0;
    Duration span{};
    return is_text(node) && read_pace(node.text, count, span) && count <= cap_count_max &&
           span % std::chrono::hours{1} == Duration::zero();
}

}  // namespace

std::string pace(const Node& node) {
    std::uint32_t count = 0;
    Duration span{};
    const bool good = is_text(node) && read_pace(node.text, count, span);
    return good ? "" : "must be so many in a time, like \"1/6s\" or \"10/m\"";
}

std::string caps(const Node& node) {
    const bool good =
        node.kind == Node::Kind::list
            ? !node.items.empty() && std::all_of(node.items.begin(), node.items.end(), is_cap)
            : is_cap(node);
    return good ? "" : "must be at most 32 in whole hours, like \"3/7d\" or [\"1/4h\", \"3/7d\"]";
}

std::string duration_or_off(const Node& node) {
    Duration value{};
    if (is_text(node) && node.text == "off") return {};
    const bool good = is_text(node) && parse_duration(node.text, value) &&
                      value > Duration::zero() &&
                      value % std::chrono::minutes{1} == Duration::zero();
    return good ? "" : "must be whole minutes like \"24h\", or \"off\"";
}

std::string duration(const Node& node) {
    Duration value{};
    const bool good = is_text(node) && parse_duration(node.text, value) && value > Duration::zero();
    return good ? "" : "must be a duration like \"2s\", \"10m\" or \"24h\"";
}

std::string factor(const Node& node) {
    const double value = node.kind == Node::Kind::integer ? static_cast<double>(node.integer)
                         : node.kind == Node::Kind::real  ? node.real
                                                          : 0;
    return value >= 1 && value <= 100 ? "" : "must be a number from 1 to 100";
}

std::string timezone(const Node& node) {
    if (!is_text(node) || !is_zone_name(node.text)) {
        return "must be \"recipient\" or an IANA name like \"America/Bogota\"";
    }
    if (node.text == "recipient" || ::access(zone_folder, X_OK) != 0) return {};
    const std::string path = std::string(zone_folder) + "/" + node.text;
    return ::access(path.c_str(), R_OK) == 0 ? ""
                                             : "no such time zone on this machine: " + node.text;
}

std::string day_times(const Node& node) {
    static const std::string wanted = "must be two times of day like \"08:00-21:00\"";
    if (!is_text(node) || node.text.size() != 11 || node.text[5] != '-') return wanted;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    const std::string_view text = node.text;
    if (!minute_of_day(text.substr(0, 5), from) || !minute_of_day(text.substr(6), to))
        return wanted;
    return from != to && from < 24 * 60 ? "" : wanted;
}

std::string weekdays(const Node& node) {
    static const std::string wanted = "must be days like \"mon-sat\" or \"mon,wed-fri\"";
    if (!is_text(node)) return wanted;
    std::string_view rest = node.text;
    for (;;) {
        const auto comma = rest.find(',');
        if (!is_day_range(rest.substr(0, comma))) return wanted;
        if (comma == std::string_view::npos) return {};
        rest.remove_prefix(comma + 1);
    }
}

std::string quiet_rules(const Node& node) {
    static const std::string wanted = "must be a list of { days = …, allow = … }";
    if (node.kind != Node::Kind::list || node.items.empty()) return wanted;
    for (const Node& rule : node.items) {
        const Node* rule_days = rule.find("days");
        const Node* allow = rule.find("allow");
        if (rule.keys.size() != 2 || rule_days == nullptr || allow == nullptr) return wanted;
        if (!weekdays(*rule_days).empty()) return "days " + weekdays(*rule_days);
        if (!day_times(*allow).empty()) return "allow " + day_times(*allow);
    }
    return {};
}

std::string unknown_action(const Node& node) {
    const bool good =
        is_text(node) && (node.text == "hold" || node.text == "resend" || node.text == "expire");
    return good ? "" : "must be hold, resend or expire";
}

}  // namespace postern::conf::check
