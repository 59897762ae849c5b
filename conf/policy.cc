// The tables of the sending keys, and the walk that checks a node against one.
#include "conf/policy.h"

#include "conf/loader.h"
#include "conf/policy_checks.h"

namespace postern::conf {
namespace {

constexpr Member rate[] = {
    {"per_second", check::positive_number, "number",
     "What the account may send in a second; each segment of an SMS and each part of a split text "
     "counts."},
    {"burst", check::positive_integer, "integer", "At once after a pause; default rate/10."},
    {"per_recipient", check::pace, "pace", "To one person: \"1/6s\"."},
    {"per_day", check::positive_integer, "integer", "In a day."},
    {"group", check::name, "name", "Accounts of a group share these limits."},
};

constexpr Member window[] = {
    {"hours", check::window_hours, "integer",
     "How long after a person's message free text may go."},
};

constexpr Member quiet_hours[] = {
    {"timezone", check::timezone, "text", "\"recipient\" or an IANA name."},
    {"allow", check::day_times, "times", "When messages may go: \"08:00-21:00\"."},
    {"weekdays", check::weekdays, "days", "On which days: \"mon-sat\"."},
    {"holidays", check::names, "list of names", "Calendars whose days are closed: [\"co\"]."},
    {"categories", check::category_list, "list of categories", "Which messages it holds back."},
    {"preset", check::name, "name", "A country's rules, instead of allow."},
    {"rules", check::quiet_rules, "list of rules", "[{ days, allow }], instead of allow."},
};

constexpr Member retry[] = {
    {"first", check::duration, "duration", "Before the first retry."},
    {"factor", check::factor, "number", "Each wait is so many times the last."},
    {"cap", check::duration, "duration", "The longest wait."},
    {"give_up_after", check::duration, "duration", "From the first attempt."},
};

constexpr Member soft_bounces[] = {
    {"suppress_after", check::bounce_count, "integer",
     "Bounces that may pass, on different days and nothing delivered between, suppress the "
     "address. Default 3."},
    {"within", check::duration, "duration", "They count for so long. Default 30d."},
};

constexpr Member on_unknown[] = {
    {"reply", check::unknown_action, "text", "hold, resend or expire."},
    {"transactional", check::unknown_action, "text", "hold, resend or expire."},
    {"authentication", check::unknown_action, "text", "hold, resend or expire."},
    {"marketing", check::unknown_action, "text", "hold, resend or expire."},
    {"collections", check::unknown_action, "text", "hold, resend or expire."},
};

constexpr Member caps[] = {
    {"transactional", check::caps, "cap(s)",
     "To one person: \"3/7d\"; a smallest gap is \"1/4h\"."},
    {"marketing", check::caps, "cap(s)", "The same; several: [\"1/4h\", \"3/7d\"]."},
    {"collections", check::caps, "cap(s)", "The same. Answers and codes have no cap."},
};

constexpr Member consent[] = {
    {"required", check::category_list, "list of categories",
     "Go only to who has a recorded consent."},
};

constexpr Member duplicates[] = {
    {"reply", check::duration_or_off, "duration",
     "The same text again within it is refused. Default off."},
    {"transactional", check::duration_or_off, "duration", "The same. Default off."},
    {"authentication", check::duration_or_off, "duration", "The same. Default off."},
    {"marketing", check::duration_or_off, "duration", "The same. Default 24h."},
    {"collections", check::duration_or_off, "duration", "The same. Default 24h."},
};

std::string one_way_of_quiet_hours(const Node& node) {
    int ways = 0;
    for (const std::string_view way : {"allow", "rules", "preset"}) {
        if (node.find(way) != nullptr) ++ways;
    }
    if (ways == 1 || (ways == 0 && node.find("holidays") != nullptr)) return {};
    return "names exactly one of allow, rules and preset";
}

std::string waits_in_order(const Node& node) {
    Duration first{};
    Duration later{};
    const Node* start = node.find("first");
    if (start == nullptr || !parse_duration(start->text, first)) return {};
    for (const std::string_view end : {"cap", "give_up_after"}) {
        const Node* value = node.find(end);
        if (value != nullptr && parse_duration(value->text, later) && later < first) {
            return std::string(end) + " is shorter than first";
        }
    }
    return {};
}

std::string something_limited(const Node& node) {
    return node.items.empty() ? "names no limit" : "";
}

constexpr PolicyKey all[] = {
    {"rate", "table", rate, something_limited},
    {"window", "table", window, nullptr},
    {"quiet_hours", "table", quiet_hours, one_way_of_quiet_hours},
    {"caps", "table", caps, something_limited},
    {"consent", "table", consent, nullptr},
    {"duplicates", "table", duplicates, nullptr},
    {"retry", "table", retry, waits_in_order},
    {"soft_bounces", "table", soft_bounces, nullptr},
    {"on_unknown", "table", on_unknown, nullptr},
    {"long_text", "text", {}, nullptr},
};

const Member* find_member(const PolicyKey& policy, std::string_view name) {
    for (const Member& member : policy.members) {
        if (member.key == name) return &member;
    }
    return nullptr;
}

bool check_member(const PolicyKey& policy, std::string_view name, const Node& value,
                  const std::string& key, Problems& problems) {
    const Member* member = find_member(policy, name);
    if (member == nullptr) {
        std::vector<std::string_view> known;
        for (const Member& other : policy.members) known.push_back(other.key);
        problems.add_unknown(value.line, key, "key", name, known);
        return false;
    }
    std::string problem = member->check(value);
    if (problem.empty()) return true;
    problems.add(value.line, key, std::move(problem));
    return false;
}

}  // namespace

std::span<const PolicyKey> policy_keys() {
    return all;
}

const PolicyKey* find_policy_key(std::string_view name) {
    for (const PolicyKey& policy : all) {
        if (policy.key == name) return &policy;
    }
    return nullptr;
}

bool check_policy(const PolicyKey& policy, const Node& node, const std::string& key,
                  Problems& problems) {
    if (policy.members.empty()) {
        if (node.kind == Node::Kind::text && (node.text == "split" || node.text == "refuse")) {
            return true;
        }
        problems.add(node.line, key, "must be split or refuse");
        return false;
    }
    if (node.kind != Node::Kind::table) {
        problems.add(node.line, key, "must be a table: { … }");
        return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const std::string member = key + "." + node.keys[i];
        if (!check_member(policy, node.keys[i], node.items[i], member, problems)) good = false;
    }
    std::string problem = good && policy.together != nullptr ? policy.together(node) : "";
    if (problem.empty()) return good;
    problems.add(node.line, key, std::move(problem));
    return false;
}

}  // namespace postern::conf
