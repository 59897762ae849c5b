// The hash table of core/rows.h, in parts that grow one at a time: as one table, a million rows
// would stand still for tens of milliseconds while it doubles. One thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "storage/keys.h"

namespace postern::core {

/// Like an unordered map from RowKey to `Value`, without iteration.
template <class Value>
class RowTable final {
    using Part = boost::unordered_flat_map<storage::RowKey, Value, storage::RowKeyHash>;

  public:
    /// Valid until the next insertion into, or erasure from, the table.
    using iterator = typename Part::value_type*;
    using const_iterator = const typename Part::value_type*;

    RowTable() : parts_(parts_count) {}

    [[nodiscard]] iterator find(const storage::RowKey& key) { return found(part_of(key), key); }
    [[nodiscard]] const_iterator find(const storage::RowKey& key) const {
        return found(parts_[index_of(key)], key);
    }
    [[nodiscard]] iterator end() { return nullptr; }
    [[nodiscard]] const_iterator end() const { return nullptr; }

    std::pair<iterator, bool> try_emplace(const storage::RowKey& key) {
        const auto [it, added] = part_of(key).try_emplace(key);
        if (added) ++size_;
        return {&*it, added};
    }
    void erase(iterator it) {
        const storage::RowKey key = it->first;
        size_ -= part_of(key).erase(key);
    }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t parts_count = 256;

    /// Keys end in what differs most: the lowest byte of a sequence, or a byte of a hash.
    static std::size_t index_of(const storage::RowKey& key) {
        return key.size == 0 ? 0 : static_cast<unsigned char>(key.bytes[key.size - 1u]);
    }
    Part& part_of(const storage::RowKey& key) { return parts_[index_of(key)]; }

    template <class P>
    static auto found(P& part, const storage::RowKey& key) -> decltype(&*part.begin()) {
        const auto it = part.find(key);
        return it == part.end() ? nullptr : &*it;
    }

    std::vector<Part> parts_;
    std::size_t size_ = 0;
};

}  // namespace postern::core
