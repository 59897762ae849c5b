// Look-ups by URL name, number, and the provider's routing id.
#include "gateway/ingress/accounts.h"

#include <chrono>

namespace postern::ingress {
namespace {

/// Two accounts are siblings if any live value of the secret that signs is the same.
bool share_secret(const Account& a, const Account& b) {
    const std::string_view name = a.adapter->traits().shared_credential;
    if (name.empty()) return false;
    for (const adapters::Secret& x : a.config.credential(name)) {
        for (const adapters::Secret& y : b.config.credential(name)) {
            if (x.equals(y.reveal())) return true;
        }
    }
    return false;
}

}  // namespace

void Health::error(std::string reason, model::Instant at) {
    last_error_us.store(at.time_since_epoch().count());
    const std::lock_guard lock(mutex_);
    last_error_ = std::move(reason);
}

std::string Health::last_error() const {
    const std::lock_guard lock(mutex_);
    return last_error_;
}

void Health::refuse(std::string reason, model::Instant at) {
    const model::Instant came{std::chrono::microseconds{last_inbound_us.load()}};
    const std::lock_guard lock(mutex_);
    if (refusals_.in_row == 0 || came >= refusals_.last) {
        refusals_.since = at;
        refusals_.in_row = 0;
    }
    ++refusals_.in_row;
    refusals_.last = at;
    refusals_.reason = std::move(reason);
}

Health::Refusals Health::refusals() const {
    const model::Instant came{std::chrono::microseconds{last_inbound_us.load()}};
    const std::lock_guard lock(mutex_);
    Refusals told = refusals_;
    if (came >= told.last) told.in_row = 0;
    return told;
}

void Health::stop(std::string reason) {
    const std::lock_guard lock(mutex_);
    stopped_ = std::move(reason);
}

std::string Health::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

AccountTable::AccountTable(std::vector<std::unique_ptr<Account>> accounts)
    : accounts_(std::move(accounts)) {
    for (const auto& account : accounts_) {
        by_name_.emplace(account->name, account.get());
        by_number_.emplace(account->number, account.get());
    }
}

const Account* AccountTable::find(std::string_view name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : it->second;
}

const Account* AccountTable::find(model::AccountNumber number) const {
    const auto it = by_number_.find(number);
    return it == by_number_.end() ? nullptr : it->second;
}

const Account* AccountTable::owner(const Account& url_account, std::string_view routing) const {
    if (routing.empty() || url_account.routing.empty() || routing == url_account.routing) {
        return &url_account;
    }
    for (const auto& other : accounts_) {
        const bool named = other->channel == url_account.channel && other->routing == routing;
        if (named && share_secret(url_account, *other)) return other.get();
    }
    return nullptr;
}

std::vector<const Account*> AccountTable::sharing(const Account& url_account,
                                                  std::string_view setting,
                                                  std::string_view value) const {
    std::vector<const Account*> found;
    for (const auto& other : accounts_) {
        const bool own = other.get() == &url_account;
        const std::string_view theirs = other->config.setting(setting);
        if (theirs != value && !(own && theirs.empty())) continue;
        const bool same =
            other->channel == url_account.channel && share_secret(url_account, *other);
        if (own || same) found.push_back(other.get());
    }
    return found;
}

}  // namespace postern::ingress
