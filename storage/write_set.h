// The rows of one group, serialised as RocksDB will apply them. Log thread only; reused by clear().
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "storage/keys.h"

namespace postern::storage {

class WriteSet final {
  public:
    ~WriteSet();
    WriteSet(WriteSet&&) noexcept;
    WriteSet& operator=(WriteSet&&) noexcept;

    void put(const RowKey& key, std::string_view value);
    void erase(const RowKey& key);
    /// [from, to) of one family.
    void erase_range(const RowKey& from, const RowKey& to);
    void clear();

    [[nodiscard]] std::uint32_t rows() const;
    /// The serialised batch: what the log stores and the applier applies. Valid until the next
    /// change.
    [[nodiscard]] std::string_view data() const;

  private:
    friend class Store;
    struct Impl;
    explicit WriteSet(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace postern::storage
