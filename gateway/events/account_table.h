// Accounts by number and by name: rows carry numbers, people read names. An immutable value once it
// is shared; a changed account makes a new table.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "gateway/model/records.h"

namespace postern::events {

class AccountTable final {
  public:
    AccountTable() = default;
    explicit AccountTable(std::vector<model::AccountRow> rows);

    /// Null if there is no such account. The table owns what is returned.
    [[nodiscard]] const model::AccountRow* find(model::AccountNumber number) const;
    [[nodiscard]] const model::AccountRow* find(std::string_view name) const;
    /// In order of number.
    [[nodiscard]] const std::vector<model::AccountRow>& all() const { return rows_; }

    /// A copy with this row added or replaced.
    [[nodiscard]] std::shared_ptr<const AccountTable> with(const model::AccountRow& row) const;

  private:
    std::vector<model::AccountRow> rows_;
};

using AccountTablePtr = std::shared_ptr<const AccountTable>;

}  // namespace postern::events
