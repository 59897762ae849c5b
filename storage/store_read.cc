// Point reads and scans, each from one snapshot.
#include <rocksdb/snapshot.h>

#include "storage/store_impl.h"

namespace postern::storage {
namespace {

class RocksScan final : public Scan {
  public:
    RocksScan(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, const RowKey& from,
              const RowKey& to)
        : from_(from), to_(to), lower_(slice(from_.view())), upper_(slice(to_.view())) {
        rocksdb::ReadOptions read;
        // Without the bounds a scan walks over every tombstone beyond its end: seconds, measured.
        read.iterate_lower_bound = &lower_;
        read.iterate_upper_bound = &upper_;
        rows_.reset(db.NewIterator(read, family));
        rows_->SeekToFirst();
    }
    bool valid() const override { return rows_->Valid(); }
    std::string_view key() const override { return view(rows_->key()); }
    std::string_view value() const override { return view(rows_->value()); }
    void next() override { rows_->Next(); }
    void prev() override { rows_->Prev(); }
    void seek(const RowKey& key) override { rows_->Seek(slice(key.view())); }
    void seek_for_prev(const RowKey& key) override { rows_->SeekForPrev(slice(key.view())); }
    Result<void> status() const override { return result_of(rows_->status()); }

  private:
    const RowKey from_;  // the bounds point into these
    const RowKey to_;
    const rocksdb::Slice lower_;
    const rocksdb::Slice upper_;
    std::unique_ptr<rocksdb::Iterator> rows_;
};

/// A range of no rows: empty or turned around.
class EmptyScan final : public Scan {
  public:
    explicit EmptyScan(Result<void> status) : status_(status) {}
    bool valid() const override { return false; }
    std::string_view key() const override { return {}; }
    std::string_view value() const override { return {}; }
    void next() override {}
    void prev() override {}
    void seek(const RowKey&) override {}
    void seek_for_prev(const RowKey&) override {}
    Result<void> status() const override { return status_; }

  private:
    const Result<void> status_;
};

}  // namespace

Result<std::optional<std::string>> Store::get(const RowKey& key) const {
    std::string value;
    const auto status = impl_->db->Get(rocksdb::ReadOptions(), impl_->family(key.family),
                                       slice(key.view()), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return errc_of(status);
    return std::optional<std::string>(std::move(value));
}

Result<void> Store::get_many(std::span<const RowKey> keys,
                             std::vector<std::optional<std::string>>& values, Sequence& read_at,
                             std::vector<std::size_t>* damaged) const {
    values.resize(keys.size());
    // In this order: apply() publishes after it has written, so the snapshot has all of it.
    read_at = applied();
    if (keys.empty()) return {};
    rocksdb::ManagedSnapshot snapshot(impl_->db.get());
    rocksdb::ReadOptions read;
    read.snapshot = snapshot.snapshot();

    std::vector<rocksdb::ColumnFamilyHandle*> families(keys.size());
    std::vector<rocksdb::Slice> slices(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        families[i] = impl_->family(keys[i].family);
        slices[i] = slice(keys[i].view());
    }
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    impl_->db->MultiGet(read, keys.size(), families.data(), slices.data(), found.data(),
                        statuses.data());
    Result<void> result;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        values[i].reset();
        if (statuses[i].ok()) {
            values[i].emplace(found[i].data(), found[i].size());
        } else if (statuses[i].IsCorruption() && damaged != nullptr) {
            damaged->push_back(i);
        } else if (!statuses[i].IsNotFound()) {
            result = errc_of(statuses[i]);
        }
    }
    return result;
}

std::unique_ptr<Scan> Store::scan(const RowKey& from, const RowKey& to) const {
    if (from.family != to.family) return std::make_unique<EmptyScan>(Errc::bad_argument);
    if (!(from < to)) return std::make_unique<EmptyScan>(Result<void>());
    return std::make_unique<RocksScan>(*impl_->db, impl_->family(from.family), from, to);
}

}  // namespace postern::storage
