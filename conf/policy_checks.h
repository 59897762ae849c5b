// Checks of single values under the sending keys: rate, window, quiet_hours, caps and the others.
// Each answers what is wrong in words that complete "key: …", or "".
#pragma once

#include <string>

#include "conf/tree.h"

namespace postern::conf::check {

[[nodiscard]] std::string positive_number(const Node& node);
[[nodiscard]] std::string positive_integer(const Node& node);
[[nodiscard]] std::string window_hours(const Node& node);
[[nodiscard]] std::string bounce_count(const Node& node);
[[nodiscard]] std::string name(const Node& node);
[[nodiscard]] std::string names(const Node& node);
[[nodiscard]] std::string category_list(const Node& node);
/// "1/6s", "10/m": so many in each such time.
[[nodiscard]] std::string pace(const Node& node);
/// "3/7d", or a list of such: whole hours, at most 32 messages (what is remembered of a person).
[[nodiscard]] std::string caps(const Node& node);
[[nodiscard]] std::string duration(const Node& node);
/// A duration of whole minutes, or "off".
[[nodiscard]] std::string duration_or_off(const Node& node);
[[nodiscard]] std::string factor(const Node& node);
/// "recipient" or an IANA name that this machine knows.
[[nodiscard]] std::string timezone(const Node& node);
/// "08:00-21:00"; "21:00-06:00" spans midnight.
[[nodiscard]] std::string day_times(const Node& node);
/// "mon-sat", "sat", "mon,wed-fri".
[[nodiscard]] std::string weekdays(const Node& node);
/// [{ days = …, allow = … }]
[[nodiscard]] std::string quiet_rules(const Node& node);
[[nodiscard]] std::string unknown_action(const Node& node);

}  // namespace postern::conf::check
