// What RocksDB is opened with. The figures are measured ones (bench/README.md); the refusals are
// there because RocksDB 7.8's defaults lose or hide damage.
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "storage/store_impl.h"

namespace postern::storage {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr double bloom_bits = 10;

std::size_t block_bytes(Family family) {
    switch (family) {
        case Family::seq:
            return 16 * kib;  // read in runs, or by a key that is there
        case Family::hot:
            return 8 * kib;
        case Family::exp:
            return 8 * kib;
        case Family::due:
            return 8 * kib;
        case Family::cold:
            return 8 * kib;
    }
    return 8 * kib;
}

/// Where a look-up often misses (is this address known, was this id seen) a filter pays.
bool filtered(Family family) {
    return family == Family::hot || family == Family::exp;
}

/// Keys whose rows stand together, so that a memtable, which remembers where the last row of each
/// neighbourhood went, looks for the place of the next one from there and not from the top.
/// Measured: 21.1 to 14.8 us of CPU for the 11 rows of a message that waited and was sent. Only
/// whole keys have one: RocksDB 7.8 would look for the begin of an erased range, which it keeps in
/// a list of its own, by what it remembers of the rows' list. Hence no parked receipts ('p') here,
/// which earlier versions erased so, and WriteSet::erase_range() begins behind a key.
class Neighbourhoods final : public rocksdb::SliceTransform {
  public:
    [[nodiscard]] const char* Name() const override { return "postern.neighbourhoods"; }
    [[nodiscard]] bool InDomain(const rocksdb::Slice& key) const override {
        return bytes_of(key) != 0;
    }
    [[nodiscard]] bool InRange(const rocksdb::Slice&) const override { return false; }
    [[nodiscard]] rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
        return {key.data(), bytes_of(key)};
    }

  private:
    /// What of the key names its neighbourhood: but for the last of a number, some hundred rows.
    static std::size_t bytes_of(const rocksdb::Slice& key) {
        if (key.empty()) return 0;
        switch (key[0]) {
            case 'h':  // part
            case 'c':
            case 'o':  // message
                return key.size() == 9 ? 8 : 0;
            case 'i':  // scope, blind
            case 's':
            case 'x':  // account, blind
                return key.size() == 21 ? 6 : 0;
            case 'q':  // account, lane, not_before (65 ms)
                return key.size() == 29 ? 19 : 0;
            case 'f':  // slot: its own row, again and again
                return key.size() == 5 ? 5 : 0;
            default:
                return 0;
        }
    }
};

/// Of the write buffer, for its filter: about ten bits a row.
constexpr double memtable_bloom_share = 0.02;

rocksdb::ColumnFamilyOptions family_options(Family family, std::size_t write_buffer_bytes,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_size = block_bytes(family);
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    table.block_cache = cache;
    // Index and filter stay in memory with the table itself: they cost 5 MB for a million rows.
    table.cache_index_and_filter_blocks = false;
    if (filtered(family)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits));

    rocksdb::ColumnFamilyOptions options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_size = write_buffer_bytes;
    // A new sender's identity is looked up where it is not: a filter on the memtable, too.
    if (filtered(family)) {
        options.memtable_whole_key_filtering = true;
        options.memtable_prefix_bloom_size_ratio = memtable_bloom_share;
    }
    if (family == Family::hot || family == Family::due)
        options.memtable_insert_with_hint_prefix_extractor = std::make_shared<Neighbourhoods>();
    options.max_write_buffer_number = 4;
    options.compaction_style = rocksdb::kCompactionStyleLevel;
    options.target_file_size_base = 64 * mib;
    options.max_bytes_for_level_base = 512 * mib;
    // Sealed values do not compress (measured: 585 to 570 bytes a message).
    options.compression = rocksdb::kNoCompression;
    options.paranoid_file_checks = false;  // flushes and compactions are checked by row count
    return options;
}

void set_safety(rocksdb::DBOptions& db, const StoreOptions& options) {
    db.paranoid_checks = true;
    db.atomic_flush = !options.rocksdb_log;
    // The default opens silently with what stands before a damaged record in the middle of the log.
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    db.track_and_verify_wals_in_manifest = true;
    db.verify_sst_unique_id_in_manifest = true;
    // After a failed sync nothing may be written again: 7.8's own recovery can leave families
    // inconsistent (facebook/rocksdb #12995). The process ends instead.
    db.max_bgerror_resume_count = 0;
    db.avoid_flush_during_shutdown = !options.flush_on_close;
    db.manual_wal_flush = false;
}

void set_pace(rocksdb::DBOptions& db, const StoreOptions& options) {
    db.max_background_jobs = 2;
    db.allow_concurrent_memtable_write = false;  // there is one writer
    db.enable_write_thread_adaptive_yield = false;
    db.bytes_per_sync = 512 * kib;  // or a flush's write-back stands before the log's next write
    db.wal_bytes_per_sync = 512 * kib;
    db.strict_bytes_per_sync = true;
    db.max_total_wal_size = options.memtables_bytes_max;
    db.writable_file_max_buffer_size = 1 * mib;
    db.write_buffer_manager =
        std::make_shared<rocksdb::WriteBufferManager>(options.memtables_bytes_max);
}

void set_diagnostics(rocksdb::DBOptions& db) {
    db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    db.max_log_file_size = 4 * mib;
    db.keep_log_file_num = 4;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
}

}  // namespace

RocksOptions rocks_options(const StoreOptions& options) {
    RocksOptions rocks;
    if (options.file_system) {
        rocks.env = rocksdb::NewCompositeEnv(options.file_system);
        rocks.db.env = rocks.env.get();
    }
    set_safety(rocks.db, options);
    set_pace(rocks.db, options);
    set_diagnostics(rocks.db);

    const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    // "default" exists in every RocksDB and holds nothing here.
    rocks.families.emplace_back(rocksdb::kDefaultColumnFamilyName,
                                family_options(Family::cold, 1 * mib, cache));
    for (std::size_t i = 0; i < families_count; ++i) {
        rocks.families.emplace_back(
            std::string(family_names[i]),
            family_options(static_cast<Family>(i + 1), options.write_buffer_bytes, cache));
    }
    return rocks;
}

}  // namespace postern::storage
