#include "gateway/egress/accounts.h"

namespace postern::egress {

AccountTable::AccountTable(std::vector<Account> accounts) {
    for (Account& account : accounts) {
        if (!account.health) account.health = std::make_shared<Health>();
        by_number_.emplace(account.number, std::move(account));
    }
}

const Account* AccountTable::find(model::AccountNumber number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : &found->second;
}

}  // namespace postern::egress
