#include "gateway/egress/accounts.h"

namespace postern::egress {

namespace {

/// Names what a client is made with. It holds the proxy's credentials: never to be shown.
std::string way_of(const Account& account) {
    std::string way = account.ca_file;
    way.append("\n").append(account.proxy.url).append("\n").append(account.proxy.credentials);
    for (const std::string& host : account.proxy.except) way.append("\n").append(host);
    return way;
}

}  // namespace

AccountTable::AccountTable(std::vector<Account> accounts) {
    for (Account& account : accounts) {
        account.way = way_of(account);
        if (!account.health) account.health = std::make_shared<Health>();
        by_number_.emplace(account.number, std::move(account));
    }
}

const Account* AccountTable::find(model::AccountNumber number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : &found->second;
}

}  // namespace postern::egress
