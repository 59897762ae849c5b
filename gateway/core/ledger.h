// Conservation, counted as it happens: each account's messages by state, what was accepted, and
// what retention removed. What is accepted and what states say are counted apart, so that a message
// that got lost between the two shows as a difference. Deterministic; part of the core.
//
// Counts are rows of their own (storage/keys.h 'L'). Those that changed are written at the end of a
// batch, in the same group as the changes: whatever a crash leaves, counts and rows agree.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "gateway/core/tally.h"
#include "gateway/model/ledger.h"
#include "gateway/model/records.h"

namespace postern::core {

class Ledger final {
  public:
    /// As stored. `counted`: the rows were counted afresh because an earlier version kept no
    /// counts; all of them are written with the next change.
    Ledger(std::vector<model::LedgerRow> rows, bool counted);

    /// A message was taken on at the door. Its first state follows with moved().
    void accepted(model::AccountNumber account);
    /// A state row is written: `before` is what the store had, nothing for a new message.
    void moved(const std::optional<model::StateRow>& before, const model::StateRow& after,
               model::Instant now);
    /// Retention: the state row goes.
    void removed(const model::StateRow& row);

    [[nodiscard]] bool changed() const { return !changed_.empty(); }
    /// Rows to write, by account; they count as written from here on.
    [[nodiscard]] std::vector<model::LedgerRow> take_changed();

    [[nodiscard]] const std::map<model::AccountNumber, model::LedgerRow>& rows() const {
        return rows_;
    }
    [[nodiscard]] const std::map<model::AccountNumber, AccountTally>& tallies() const {
        return tallies_;
    }
    [[nodiscard]] Tally& tally() { return tally_; }
    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    [[nodiscard]] model::LedgerRow& change(model::AccountNumber account);

    std::map<model::AccountNumber, model::LedgerRow> rows_;
    std::set<model::AccountNumber> changed_;
    std::map<model::AccountNumber, AccountTally> tallies_;
    Tally tally_;
};

/// Of that day: how many messages of the account failed since midnight, UTC.
[[nodiscard]] std::uint64_t failed_today(const model::LedgerRow& row, model::Instant now);

/// Nothing more happens to it by itself: failed, expired, or unknown for good.
[[nodiscard]] bool is_dead_letter(const model::StateRow& row);

}  // namespace postern::core
