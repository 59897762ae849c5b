// Reads an account's sending keys (rate, window, quiet_hours, caps and the others) from the JSON
// text that the configuration loader checked for shape. Here they get their meaning. Runs at start
// and on a reload, outside the core.
#pragma once

#include <map>
#include <string>

#include "gateway/policy/account_policy.h"
#include "gateway/policy/calendars.h"

namespace postern::policy {

struct SettingsResult {
    AccountPolicy policy;
    std::string problem;  // "quiet_hours.preset: …", or empty

    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// `policy_json`: conf::Account::policy_json, a JSON text by key. Absent keys keep the defaults of
/// account_policy.h. `quiet_hours` without `categories` holds back all but replies and codes.
[[nodiscard]] SettingsResult parse_settings(
    const std::map<std::string, std::string, std::less<>>& policy_json);

/// What the policy names and these calendars do not know (a zone, a holiday calendar), or empty.
[[nodiscard]] std::string missing_calendar(const AccountPolicy& policy, const Calendars& calendars);

}  // namespace postern::policy
