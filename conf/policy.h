// The keys of an account that belong to sending (rate, window, quiet_hours, retry, soft_bounces,
// on_unknown, long_text): checked for shape here, understood by the gateway.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conf/problems.h"
#include "conf/tree.h"

namespace postern::conf {

inline constexpr std::array<std::string_view, 5> categories{
    "reply", "transactional", "authentication", "marketing", "collections"};

/// One member of a policy key. `check` answers what is wrong, or "".
struct Member {
    std::string_view key;
    std::string (*check)(const Node&);
    std::string_view type;
    std::string_view help;
};

struct PolicyKey {
    std::string_view key;
    std::string_view type;
    std::span<const Member> members;  // empty: not a table
    /// What the members must satisfy together, or null.
    std::string (*together)(const Node&);
};

[[nodiscard]] std::span<const PolicyKey> policy_keys();
[[nodiscard]] const PolicyKey* find_policy_key(std::string_view name);

/// True if there was nothing to report.
[[nodiscard]] bool check_policy(const PolicyKey& policy, const Node& node, const std::string& key,
                                Problems& problems);

}  // namespace postern::conf
