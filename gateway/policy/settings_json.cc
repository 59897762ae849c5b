#include "gateway/policy/settings_json.h"

#include <charconv>

#include <fmt/format.h>

#include "conf/loader.h"

namespace postern::policy {

Members::Members(std::string name, Json value, std::string& problem)
    : name_(std::move(name)), problem_(problem) {
    good_ = value.get(object_) == simdjson::SUCCESS;
    if (!good_) fault("", "must be a table");
}

bool Members::find(std::string_view key, Json& out) const {
    return good_ && object_.at_key(key).get(out) == simdjson::SUCCESS;
}

bool Members::has(std::string_view key) const {
    Json value;
    return find(key, value);
}

std::string_view Members::text(std::string_view key) {
    Json value;
    std::string_view out;
    if (find(key, value) && value.get(out) != simdjson::SUCCESS) fault(key, "must be a text");
    return out;
}

void Members::number(std::string_view key, double& out) {
    Json value;
    double read = 0;
    if (!find(key, value)) return;
    if (value.get(read) == simdjson::SUCCESS && read > 0) {
        out = read;
    } else {
        fault(key, "must be a number above 0");
    }
}

void Members::count(std::string_view key, std::uint64_t& out) {
    Json value;
    std::uint64_t read = 0;
    if (!find(key, value)) return;
    if (value.get(read) == simdjson::SUCCESS && read > 0) {
        out = read;
    } else {
        fault(key, "must be an integer above 0");
    }
}

void Members::duration(std::string_view key, std::chrono::milliseconds& out) {
    if (!has(key)) return;
    conf::Duration read{};
    if (conf::parse_duration(text(key), read) && read.count() > 0) {
        out = read;
    } else {
        fault(key, "must be a duration");
    }
}

std::vector<Json> Members::list(std::string_view key) {
    std::vector<Json> out;
    Json value;
    simdjson::dom::array items;
    if (!find(key, value)) return out;
    if (value.get(items) != simdjson::SUCCESS) {
        fault(key, "must be a list");
        return out;
    }
    for (const Json item : items) out.push_back(item);
    return out;
}

void Members::fault(std::string_view key, std::string_view what) {
    if (!problem_.empty()) return;
    problem_ = key.empty() ? fmt::format("{}: {}", name_, what)
                           : fmt::format("{}.{}: {}", name_, key, what);
}

bool parse_pace(std::string_view text, Pace& out) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash + 1 == text.size()) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + slash, out.count);
    if (error != std::errc{} || end != text.data() + slash || out.count == 0) return false;
    std::string time(text.substr(slash + 1));
    if (time[0] < '0' || time[0] > '9') time.insert(0, "1");
    return conf::parse_duration(time, out.period) && out.period.count() > 0;
}

Categories read_categories(Members& members, std::string_view key) {
    Categories out = 0;
    for (const Json item : members.list(key)) {
        std::string_view name;
        Category category{};
        if (item.get(name) == simdjson::SUCCESS && parse_category(name, category)) {
            out |= only(category);
        } else {
            members.fault(key, "must be a list of categories");
        }
    }
    return out;
}

}  // namespace postern::policy
