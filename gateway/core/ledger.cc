// One place for all moves: whoever writes a state row tells what it was before.
#include "gateway/core/ledger.h"

#include <algorithm>

namespace postern::core {

using model::MessageState;

namespace {

std::uint32_t day_of(model::Instant now) {
    const auto days = std::chrono::floor<std::chrono::days>(now.time_since_epoch()).count();
    return static_cast<std::uint32_t>(std::max<std::int64_t>(days, 0));
}

/// A count never wraps: where it would fall below zero it stays, and the difference shows.
void take_one(std::uint64_t& count) {
    if (count > 0) --count;
}

bool is_sending(const model::StateRow& row) {
    return row.state == MessageState::sending;
}
bool is_unknown(const model::StateRow& row) {
    return row.state == MessageState::unknown;
}
bool is_failed(const model::StateRow& row) {
    return row.state == MessageState::failed;
}
bool is_flagged(const model::StateRow& row) {
    return row.possible_duplicate;
}

}  // namespace

bool is_dead_letter(const model::StateRow& row) {
    return row.state == MessageState::failed || row.state == MessageState::expired ||
           (row.state == MessageState::unknown && !row.due);
}

std::uint64_t failed_today(const model::LedgerRow& row, model::Instant now) {
    return row.failed_day == day_of(now) ? row.failed_count : 0;
}

Ledger::Ledger(std::vector<model::LedgerRow> rows, bool counted) {
    for (model::LedgerRow& row : rows) {
        if (counted) changed_.insert(row.account);
        rows_.emplace(row.account, row);
    }
}

model::LedgerRow& Ledger::change(model::AccountNumber account) {
    changed_.insert(account);
    const auto [it, added] = rows_.try_emplace(account);
    if (added) it->second.account = account;
    return it->second;
}

void Ledger::accepted(model::AccountNumber account) {
    ++change(account).accepted;
}

void Ledger::moved(const std::optional<model::StateRow>& before, const model::StateRow& after,
                   model::Instant now) {
    const auto newly = [&](auto is) { return is(after) && !(before && is(*before)); };
    AccountTally& tally = tallies_[after.account];
    if (newly(is_sending)) {
        ++tally.attempts;
        if (after.attempts > 1) ++tally.retries;
    }
    if (newly(is_unknown)) ++tally.became_unknown;
    if (newly(is_flagged)) ++tally.duplicates_flagged;
    if (newly(is_dead_letter)) ++tally.dead_letters;

    const bool changed_account = before && before->account != after.account;
    if (before && !changed_account && before->state == after.state) return;
    if (before) {
        model::LedgerRow& from = change(before->account);
        take_one(from.count(before->state));
        if (changed_account) ++from.moved_out;
    }
    model::LedgerRow& to = change(after.account);
    ++to.count(after.state);
    if (changed_account) ++to.moved_in;
    if (!newly(is_failed)) return;
    if (to.failed_day != day_of(now)) to.failed_count = 0;
    to.failed_day = day_of(now);
    ++to.failed_count;
}

void Ledger::removed(const model::StateRow& row) {
    model::LedgerRow& from = change(row.account);
    take_one(from.count(row.state));
    ++from.removed;
}

std::vector<model::LedgerRow> Ledger::take_changed() {
    std::vector<model::LedgerRow> rows;
    rows.reserve(changed_.size());
    for (const model::AccountNumber account : changed_) rows.push_back(rows_.at(account));
    changed_.clear();
    return rows;
}

}  // namespace postern::core
