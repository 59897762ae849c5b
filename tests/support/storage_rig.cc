// Opens storage in the daemon's order and writes rows that can be told from any others.
#include "tests/support/storage_rig.h"

#include <algorithm>

namespace postern::support {

using storage::Errc;
using storage::Result;
using storage::Sequence;

namespace {

// 40 to 800 bytes that follow from the sequence.
void value_of(Sequence sequence, std::string& value) {
    std::uint64_t state = sequence * 0x9E3779B97F4A7C15u + 1;
    value.resize(40 + (state >> 32) % 760);
    for (char& c : value) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(state >> 56);
    }
}

}  // namespace

Result<std::unique_ptr<StorageRig>> StorageRig::open(RigOptions options, std::string& problem) {
    auto rig = std::unique_ptr<StorageRig>(new StorageRig(std::move(options)));
    if (auto recovered = rig->recover(problem); !recovered) return recovered.error();
    return rig;
}

StorageRig::~StorageRig() {
    if (store_) store_->on_flush(nullptr);
}

// anchor -> store -> log and replay -> compare -> new epoch
Result<void> StorageRig::recover(std::string& problem) {
    auto& files = options_.log_files != nullptr ? *options_.log_files : storage::real_log_files();
    auto anchor = storage::Anchor::open(options_.path + "/anchor", files, problem);
    if (!anchor) return anchor.error();
    anchor_ = std::move(*anchor);

    storage::StoreOptions store_options;
    store_options.path = options_.path + "/db";
    store_options.write_buffer_bytes = options_.write_buffer_bytes;
    store_options.memtables_bytes_max = 4 * options_.write_buffer_bytes;
    store_options.block_cache_bytes = 1u << 20;
    store_options.rocksdb_log = options_.kind == LogKind::rocksdb;
    store_options.sync = options_.sync;
    store_options.file_system = options_.file_system;
    auto store = storage::Store::open(store_options, problem);
    if (!store) return store.error();
    store_ = std::move(*store);
    rows_ = std::make_unique<storage::WriteSet>(store_->new_write_set());

    if (auto opened = open_log(problem); !opened) return opened;
    const Sequence found = std::max(store_->applied(), log_->durable());
    if (found < anchor_->state().durable) {
        problem = "sequence " + std::to_string(anchor_->state().durable) +
                  " was durable and only " + std::to_string(found) + " is there";
        return Errc::short_of_anchor;
    }
    return write_anchor();
}

Result<void> StorageRig::open_log(std::string& problem) {
    epoch_ = anchor_->state().epoch + 1;
    if (options_.kind == LogKind::rocksdb) {
        log_ = storage::make_rocksdb_log(*store_);
        recovery_.last = store_->applied();
        return {};
    }
    storage::SegmentLogOptions log_options;
    log_options.path = options_.path + "/log";
    log_options.segment_bytes = options_.segment_bytes;
    log_options.segments_max = 6;
    log_options.sync = options_.sync;
    log_options.files = options_.log_files;
    log_options.want_flush = [store = store_.get()] { static_cast<void>(store->flush()); };
    auto log = storage::open_segment_log(log_options, *store_, epoch_, recovery_, problem);
    if (!log && log.error() == Errc::bad_argument && recovery_.epoch >= epoch_) {
        epoch_ = recovery_.epoch + 1;  // the anchor is gone, the log remembers
        log = storage::open_segment_log(log_options, *store_, epoch_, recovery_, problem);
    }
    if (!log) return log.error();
    log_ = std::move(*log);
    store_->on_flush([log = log_.get()](Sequence flushed) { log->retire(flushed); });
    log_->retire(store_->flushed());  // flushes between the opening and the line above
    return {};
}

Result<void> StorageRig::write_group(std::uint32_t rows) {
    const Sequence first = log_->durable() + 1;
    const Sequence last = first + rows - 1;
    rows_->clear();
    for (Sequence sequence = first; sequence <= last; ++sequence) {
        value_of(sequence, value_);
        rows_->put(storage::keys::seq_row(sequence), value_);
        rows_->put(storage::keys::hot(sequence % 100), value_);
    }
    const storage::LogGroup group{first, last, rows_->rows(), rows_->data()};
    if (auto appended = log_->append(group); !appended) return appended;
    return log_->applies() ? Result<void>() : store_->apply(group.data, last);
}

Result<void> StorageRig::write_anchor() {
    storage::AnchorState state;
    state.durable = log_->durable();
    state.epoch = epoch_;
    return anchor_->write(state);
}

std::uint64_t StorageRig::missing(Sequence from, Sequence to) const {
    if (from > to) return 0;
    std::uint64_t found = 0;
    std::string expected;
    auto scan = store_->scan(storage::keys::seq_row(from), storage::keys::seq_row(to + 1));
    for (; scan->valid(); scan->next()) {
        value_of(storage::keys::trailing_u64(scan->key()), expected);
        if (scan->value() == expected) ++found;
    }
    return to - from + 1 - found;
}

}  // namespace postern::support
