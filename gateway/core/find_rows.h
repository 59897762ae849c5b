// Rows that a plan or an apply looks at, by key and type (private). The core's thread.
#pragma once

#include "gateway/core/plan.h"
#include "gateway/core/rows.h"

namespace postern::core {

/// Null: it is not here, or not in the store.
template <class T>
[[nodiscard]] const T* find(const storage::RowKey& key, const Rows& rows) {
    const Rows::Found found = rows.find(key);
    return found.record ? model::get_if<T>(found.record) : nullptr;
}

/// Asks for the row, where nobody knows whether the store has it.
inline void need(const storage::RowKey& key, const Rows& rows, Missing& missing) {
    if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
}

/// Both, where the row decides what else is needed.
template <class T>
[[nodiscard]] const T* find_or_need(const storage::RowKey& key, const Rows& rows,
                                    Missing& missing) {
    const Rows::Found found = rows.find(key);
    if (found.known == Rows::Known::no) missing.push_back(key);
    return found.record ? model::get_if<T>(found.record) : nullptr;
}

}  // namespace postern::core
