// A sorted vector: a few hundred accounts at most, read for every event.
#include "gateway/events/account_table.h"

#include <algorithm>

namespace postern::events {

AccountTable::AccountTable(std::vector<model::AccountRow> rows) : rows_(std::move(rows)) {
    std::sort(rows_.begin(), rows_.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
}

const model::AccountRow* AccountTable::find(model::AccountNumber number) const {
    const auto found =
        std::lower_bound(rows_.begin(), rows_.end(), number,
                         [](const model::AccountRow& row, auto n) { return row.number < n; });
    return found != rows_.end() && found->number == number ? &*found : nullptr;
}

const model::AccountRow* AccountTable::find(std::string_view name) const {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [name](const auto& row) { return row.name == name; });
    return found != rows_.end() ? &*found : nullptr;
}

std::shared_ptr<const AccountTable> AccountTable::with(const model::AccountRow& row) const {
    std::vector<model::AccountRow> rows = rows_;
    std::erase_if(rows, [&row](const auto& old) { return old.number == row.number; });
    rows.push_back(row);
    return std::make_shared<const AccountTable>(std::move(rows));
}

}  // namespace postern::events
