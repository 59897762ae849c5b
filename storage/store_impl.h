// Private to store*.cc and write_set.cc: the one place where RocksDB's types meet ours.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/store.h"

namespace postern::storage {

inline constexpr std::size_t families_count = family_names.size();
/// Handles by family number; the place of number 0 is RocksDB's own, unused "default".
using FamilyHandles = std::array<rocksdb::ColumnFamilyHandle*, families_count + 1>;

[[nodiscard]] Errc errc_of(const rocksdb::Status& status);
[[nodiscard]] Result<void> result_of(const rocksdb::Status& status);

[[nodiscard]] inline rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}
[[nodiscard]] inline std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}
[[nodiscard]] std::string encode_u64(std::uint64_t value);
/// Errc::corrupt unless it is 8 bytes.
[[nodiscard]] Result<std::uint64_t> decode_u64(std::string_view bytes);

/// Everything that RocksDB is opened with. One makes one database's; `env` must outlive it.
struct RocksOptions {
    std::unique_ptr<rocksdb::Env> env;  // null: the real one
    rocksdb::DBOptions db;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;  // "default", then ours in order
};
[[nodiscard]] RocksOptions rocks_options(const StoreOptions& options);

/// The applied sequence stored in a folder that nobody has open, read without changing anything.
[[nodiscard]] Result<Sequence> read_applied(const StoreOptions& options, std::string& problem);

/// Follows RocksDB's flushes and errors on its threads.
class FlushListener final : public rocksdb::EventListener {
  public:
    /// `with_log`: RocksDB's own log is on, and a read of the persisted tier tells nothing.
    explicit FlushListener(bool with_log) : with_log_(with_log) {}

    void OnFlushBegin(rocksdb::DB* db, const rocksdb::FlushJobInfo& info) override;
    void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo& info) override;
    void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
    void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override;

    /// From then on; until then nothing is called back.
    void attach(rocksdb::ColumnFamilyHandle* cold) { cold_.store(cold, std::memory_order_release); }
    void raise(Sequence flushed);
    /// Reads the applied row from table files alone.
    void refresh(rocksdb::DB& db);
    void set_callback(std::function<void(Sequence)> callback);

    [[nodiscard]] Sequence flushed() const { return flushed_.load(std::memory_order_acquire); }
    [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }

  private:
    const bool with_log_;
    std::atomic<rocksdb::ColumnFamilyHandle*> cold_{nullptr};
    std::atomic<Sequence> flushed_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;  // guards the two below; held while the callback runs
    std::function<void(Sequence)> callback_;
    Sequence told_ = 0;
};

struct Store::Impl {
    StoreOptions options;
    RocksOptions rocks;
    std::shared_ptr<FlushListener> listener;  // RocksDB keeps a share
    std::unique_ptr<rocksdb::DB> db;
    FamilyHandles handles{};
    std::atomic<Sequence> applied{0};

    ~Impl();
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family f) const {
        return handles[static_cast<std::size_t>(f)];
    }
    [[nodiscard]] rocksdb::WriteOptions write_options() const;
};

struct WriteSet::Impl {
    explicit Impl(const FamilyHandles& all) : handles(all) {}
    FamilyHandles handles;
    rocksdb::WriteBatch batch;
};

}  // namespace postern::storage
