// Reads [[account]]: the keys that every account has, its channel's own, and its credentials.
#pragma once

#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/secrets.h"
#include "conf/tree.h"

namespace postern::conf {

struct AccountKey {
    std::string_view key;
    std::string_view type;
    std::string_view help;
};

/// The keys of any account except the policy's and the channel's own, for the reference page.
[[nodiscard]] const std::vector<AccountKey>& account_keys();

void read_accounts(const Node& root, Context& context, std::vector<Account>& out);

}  // namespace postern::conf
