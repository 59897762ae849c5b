#include "gateway/policy/settings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "conf/loader.h"
#include "gateway/policy/settings_json.h"

namespace postern::policy {
namespace {

void read_rate(Json value, std::string& problem, AccountPolicy& out) {
    Members members("rate", value, problem);
    Rate& rate = out.rate;
    std::uint64_t burst = 0;
    members.number("per_second", rate.per_second);
    members.count("burst", burst);
    members.count("per_day", rate.per_day);
    rate.group = members.text("group");
    if (members.has("per_recipient") &&
        !parse_pace(members.text("per_recipient"), rate.per_recipient)) {
        members.fault("per_recipient", "must be so many in a time, like \"1/6s\"");
    }
    if (burst == 0 && rate.per_second > 0) {
        burst = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate.per_second / 10));
    }
    rate.burst = static_cast<std::uint32_t>(std::min<std::uint64_t>(burst, UINT32_MAX));
}

void read_window(Json value, std::string& problem, AccountPolicy& out) {
    Members members("window", value, problem);
    std::uint64_t hours = 0;
    members.count("hours", hours);
    if (hours > 8760) members.fault("hours", "must be 1 to 8760");
    if (hours > 0) out.window = std::chrono::hours{hours};
}

void read_retry(Json value, std::string& problem, AccountPolicy& out) {
    Members members("retry", value, problem);
    members.duration("first", out.retry.first);
    members.number("factor", out.retry.factor);
    members.duration("cap", out.retry.cap);
    members.duration("give_up_after", out.retry.give_up_after);
    if (out.retry.factor < 1) members.fault("factor", "must be a number from 1 to 100");
}

void read_soft_bounces(Json value, std::string& problem, AccountPolicy& out) {
    Members members("soft_bounces", value, problem);
    std::uint64_t times = out.soft_bounces.suppress_after;
    members.count("suppress_after", times);
    members.duration("within", out.soft_bounces.within);
    if (times < 1 || times > soft_bounces_max)
        return members.fault("suppress_after", "must be 1 to 30");
    out.soft_bounces.suppress_after = static_cast<std::uint32_t>(times);
}

void read_on_unknown(Json value, std::string& problem, AccountPolicy& out) {
    Members members("on_unknown", value, problem);
    for (std::size_t i = 0; i < category_count; ++i) {
        const std::string_view category = to_string(static_cast<Category>(i));
        if (!members.has(category)) continue;
        const std::string_view action = members.text(category);
        if (action == "hold") {
            out.on_unknown[i] = OnUnknown::hold;
        } else if (action == "resend") {
            out.on_unknown[i] = OnUnknown::resend;
        } else if (action == "expire") {
            out.on_unknown[i] = OnUnknown::expire;
        } else {
            members.fault(category, "must be hold, resend or expire");
        }
    }
}

void read_long_text(Json value, std::string& problem, AccountPolicy& out) {
    std::string_view text;
    const bool is_text = value.get(text) == simdjson::SUCCESS;
    if (!is_text || (text != "split" && text != "refuse")) {
        if (problem.empty()) problem = "long_text: must be split or refuse";
        return;
    }
    out.refuse_long_text = text == "refuse";
}

struct Key {
    std::string_view name;
    void (*read)(Json value, std::string& problem, AccountPolicy& out);
};
constexpr std::array<Key, 10> keys{{
    {"rate", read_rate},
    {"window", read_window},
    {"quiet_hours", read_quiet_hours},
    {"caps", read_caps},
    {"consent", read_consent},
    {"duplicates", read_duplicates},
    {"retry", read_retry},
    {"soft_bounces", read_soft_bounces},
    {"on_unknown", read_on_unknown},
    {"long_text", read_long_text},
}};

}  // namespace

SettingsResult parse_settings(const std::map<std::string, std::string, std::less<>>& policy_json) {
    SettingsResult result;
    simdjson::dom::parser parser;
    for (const auto& [name, text] : policy_json) {
        const auto key = std::ranges::find(keys, name, &Key::name);
        if (key == keys.end()) {
            result.problem = fmt::format("{}: is not a key of sending", name);
            break;
        }
        Json value;
        if (parser.parse(text.data(), text.size()).get(value) != simdjson::SUCCESS) {
            result.problem = fmt::format("{}: is not JSON", name);
            break;
        }
        key->read(value, result.problem, result.policy);
        if (!result.ok()) break;
    }
    return result;
}

std::string missing_calendar(const AccountPolicy& policy, const Calendars& calendars) {
    const QuietHours& quiet = policy.quiet;
    if (!quiet.zone.empty() && calendars.zones.find(quiet.zone) == nullptr) {
        return fmt::format("quiet_hours.timezone: no such time zone: {}", quiet.zone);
    }
    for (const HoursRule& rule : quiet.rules) {
        // A preset's own calendars of regions exist only where a region adds days.
        if (rule.on_holiday == OnHoliday::as_weekday || !rule.region.empty()) continue;
        for (const std::string& name : rule.calendars) {
            if (calendars.holidays.find(name) == nullptr) {
                return fmt::format("quiet_hours.holidays: there is no calendar {}", name);
            }
        }
    }
    return {};
}

}  // namespace postern::policy
