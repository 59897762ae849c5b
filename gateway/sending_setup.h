// From the configuration to what sending is decided and carried out with: rules, limits, calendars.
// Main thread, at start and on a reload.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"
#include "gateway/core/sending_settings.h"
#include "gateway/ingress/accounts.h"
#include "gateway/policy/choice.h"

namespace postern {

/// Zones of the machine, the holiday files that came with the program and the operator's own; null
/// with words in `problem`.
[[nodiscard]] std::shared_ptr<const policy::Calendars> load_calendars(const conf::Config& config,
                                                                      std::string& problem);

/// Rules and limits of each account; null with every problem in `problems`, one a line. Accounts
/// have their numbers already.
[[nodiscard]] std::shared_ptr<const core::SendingSettings> make_sending_settings(
    const conf::Config& config, const ingress::AccountTable& accounts,
    std::shared_ptr<const policy::Calendars> calendars, std::string& problems);

/// Of messages that name no account.
[[nodiscard]] std::vector<policy::RouteRule> route_rules(const conf::Config& config);

}  // namespace postern
