// Reads [[route]]: which accounts a message may take that names none, by its category.
#pragma once

#include <string_view>
#include <vector>

#include "conf/config.h"
#include "conf/secrets.h"
#include "conf/tree.h"

namespace postern::conf {

inline constexpr std::size_t route_accounts_max = 8;

struct RouteKey {
    std::string_view key;
    std::string_view type;
    std::string_view help;
};

/// For the reference page.
[[nodiscard]] const std::vector<RouteKey>& route_keys();

/// `accounts` are the file's own: a route names no others.
void read_routes(const Node& root, const std::vector<Account>& accounts, Context& context,
                 std::vector<Route>& out);

}  // namespace postern::conf
