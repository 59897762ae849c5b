// A copy of the accounts and the workspace row under a lock: read by people, not by messages.
#include "gateway/registered.h"

#include <fmt/format.h>

namespace postern {

Registered::Registered(const core::SmallTables& tables) : workspace_(tables.workspace) {
    for (const model::AccountRow& a : tables.accounts) accounts_[a.name] = a;
    for (const model::SubscriptionRow& s : tables.subscriptions) subscriptions_[s.id] = s;
}

void Registered::publish(const model::RecordPtr& record) {
    const std::lock_guard lock(mutex_);
    if (const auto* a = model::get_if<model::AccountRow>(record.get())) accounts_[a->name] = *a;
    if (const auto* w = model::get_if<model::WorkspaceRow>(record.get())) workspace_ = *w;
    const auto* s = model::get_if<model::SubscriptionRow>(record.get());
    if (!s) return;
    if (s->state == model::SubscriptionState::deleted) {
        subscriptions_.erase(s->id);
    } else {
        subscriptions_[s->id] = *s;
    }
}

std::map<std::string, model::AccountRow> Registered::accounts() const {
    const std::lock_guard lock(mutex_);
    return accounts_;
}

model::WorkspaceRow Registered::workspace() const {
    const std::lock_guard lock(mutex_);
    return workspace_;
}

std::map<model::Sequence, model::SubscriptionRow> Registered::subscriptions() const {
    const std::lock_guard lock(mutex_);
    return subscriptions_;
}

std::string Registered::problem_of(const std::string& name, std::string_view channel) const {
    const std::lock_guard lock(mutex_);
    const auto it = accounts_.find(name);
    if (it == accounts_.end() || it->second.channel == channel) return {};
    return fmt::format(
        "account \"{}\" was a {} account until now, and its contacts and conversations are kept "
        "under this id: give the {} account another id",
        name, it->second.channel, channel);
}

}  // namespace postern
