// Reader over the store: decodes and opens rows, with a small cache of part keys. One a thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/codec/codec.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/reader.h"
#include "storage/store.h"

namespace postern::runtime {

/// A row that is there and cannot be had: its block, its seal or its structure is damaged, or a
/// later version wrote it.
struct UnreadableRow {
    storage::RowKey key;
    boost::system::error_code why;
};

/// For logs and events: family, prefix and the rest in hexadecimal. Keys hold no personal data.
[[nodiscard]] std::string name_of(const storage::RowKey& key);

class StoreReader final : public Reader, private codec::PartKeySource {
  public:
    /// `unreadable` counts the damaged rows that scans met; may be null.
    StoreReader(const storage::Store& store, const storage::KeyBytes& master,
                Counter* unreadable = nullptr);

    [[nodiscard]] storage::Result<model::RecordPtr> get(const storage::RowKey& key) override;
    [[nodiscard]] storage::Result<void> scan(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) override;
    [[nodiscard]] storage::Result<void> scan_back(
        const storage::RowKey& from, const storage::RowKey& to,
        const std::function<bool(std::string_view, const model::RecordPtr&)>& visit) override;
    [[nodiscard]] model::Sequence applied() const override { return store_.applied(); }
    [[nodiscard]] storage::Blind blind(std::string_view domain,
                                       std::string_view value) const override;

    /// Many rows at once for the prefetch; contacts before what their keys open. `records[i]` is
    /// null where there is no row, and where it stands in `unreadable`. An error is the store's
    /// own: the disk does not read.
    [[nodiscard]] storage::Result<void> get_many(const std::vector<storage::RowKey>& keys,
                                                 std::vector<model::RecordPtr>& records,
                                                 std::vector<UnreadableRow>& unreadable);

  private:
    const model::PartKey* part_key(model::Part part) override;
    storage::Result<model::RecordPtr> decode(const storage::RowKey& key, std::string_view value);
    /// As decode(); a damaged row is counted and null.
    storage::Result<model::RecordPtr> scanned(const storage::RowKey& key, std::string_view value);

    /// Keys kept in clear at most; 40 bytes each.
    static constexpr std::size_t part_keys_max = 100'000;
    const storage::Store& store_;
    storage::Sealer sealer_;
    codec::Decoder decoder_;
    Counter* unreadable_;
    boost::system::error_code key_error_;  // of the contact row that a key was looked for in
    boost::unordered_flat_map<model::Part, model::PartKey> part_keys_;
};

}  // namespace postern::runtime
