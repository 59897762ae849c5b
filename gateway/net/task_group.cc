#include "gateway/net/task_group.h"

namespace postern::net {

void TaskGroup::add(std::shared_ptr<Tracked> member) {
    member->slot_ = members_.size();
    members_.push_back(std::move(member));
}

void TaskGroup::remove(Tracked& member) {
    const auto slot = member.slot_;
    if (slot >= members_.size() || members_[slot].get() != &member) return;
    members_[slot] = std::move(members_.back());
    members_[slot]->slot_ = slot;
    members_.pop_back();
}

// Each loop below works on a copy: ending a member may resume its task, which removes it here.

void TaskGroup::sweep(SteadyClock::time_point now) {
    for (const auto& member : members_) {
        if (member->deadline() <= now) overdue_.push_back(member);
    }
    for (const auto& member : overdue_) member->on_overdue();
    overdue_.clear();
}

void TaskGroup::finish_all() {
    const auto members = members_;
    for (const auto& member : members) member->finish();
}

void TaskGroup::abort_all() {
    const auto members = members_;
    for (const auto& member : members) member->abort();
}

}  // namespace postern::net
