// Each step either succeeds or leaves the folder as it was, with words for the operator.
#include "gateway/runtime/recovery.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "gateway/core/pauses.h"
#include "gateway/runtime/due_rows.h"
#include "gateway/runtime/ledger_rows.h"
#include "gateway/runtime/store_reader.h"
#include "storage/ballast.h"
#include "storage/failpoint.h"
#include "storage/master_key.h"

namespace postern::runtime {
namespace {

using storage::Errc;
using storage::Result;

std::uint32_t minutes_since_2025(model::Instant now) {
    constexpr model::Instant begin = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - begin).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(minutes, 1, 0xFFFFFF));
}

Result<void> make_folders(const storage::StorageLayout& layout, std::string& problem) {
    for (const std::string& folder : {layout.root(), layout.log()}) {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (!error) continue;
        problem = fmt::format(
            "{}: cannot make this folder ({}); give storage.path a folder that the "
            "user of the service may write to",
            folder, error.message());
        return Errc::io;
    }
    std::error_code ignored;
    std::filesystem::permissions(layout.root(), std::filesystem::perms::owner_all, ignored);
    return {};
}

Result<void> open_key(const RecoveryOptions& options, const storage::StorageLayout& layout,
                      bool fresh, Ground& ground, std::string& problem) {
    const bool own = options.master_key_file.empty();
    const std::string path = own ? layout.master_key() : options.master_key_file;
    auto key = own && fresh ? storage::load_or_create_master_key(path, problem)
                            : storage::load_master_key(path, problem);
    if (key.has_error()) return key.error();
    ground.master = *key;
    return {};
}

Result<void> open_store(const RecoveryOptions& options, const storage::StorageLayout& layout,
                        Ground& ground, std::string& problem) {
    storage::StoreOptions store;
    store.path = layout.db();
    store.write_buffer_bytes = options.memtable_bytes;
    store.memtables_bytes_max = options.memtable_bytes * 4;
    store.block_cache_bytes = options.cache_bytes;
    store.rocksdb_log = options.rocksdb_log;
    store.sync = options.sync;
    store.flush_on_close = options.flush_on_close;
    store.file_system = options.file_system;
    auto opened = storage::Store::open(std::move(store), problem);
    if (opened.has_error()) return opened.error();
    ground.store = std::move(*opened);
    return {};
}

Result<void> open_log(const RecoveryOptions& options, const storage::StorageLayout& layout,
                      std::uint32_t& epoch, Ground& ground, std::string& problem) {
    storage::Store* store = ground.store.get();
    if (options.rocksdb_log) {
        ground.log = storage::make_rocksdb_log(*store);
        ground.recovery.last = store->applied();
        return {};
    }
    storage::SegmentLogOptions log;
    log.path = layout.log();
    log.segment_bytes = options.segment_bytes;
    log.segments_max = options.segments_max;
    log.sync = options.sync;
    log.files = options.files;
    log.want_flush = [store] { (void)store->flush(); };
    log.progress = options.progress;
    auto opened = storage::open_segment_log(log, *store, epoch, ground.recovery, problem);
    if (opened.has_error() && opened.error() == Errc::bad_argument &&
        ground.recovery.epoch >= epoch) {
        // The anchor was lost and with it the count of starts; the log remembers.
        epoch = ground.recovery.epoch + 1;
        opened = storage::open_segment_log(log, *store, epoch, ground.recovery, problem);
    }
    if (opened.has_error()) return opened.error();
    ground.log = std::move(*opened);
    storage::CommitLog* raw = ground.log.get();
    store->on_flush([raw](storage::Sequence flushed) { raw->retire(flushed); });
    raw->retire(store->flushed());
    return {};
}

/// A damaged anchor stops the start, unless the operator accepts what it can no longer tell: then
/// it is kept beside, for whoever wants to look, and counts as lost.
Result<std::unique_ptr<storage::Anchor>> open_anchor(const RecoveryOptions& options,
                                                     const storage::StorageLayout& layout,
                                                     std::string& problem) {
    storage::LogFileSystem& files = options.files ? *options.files : storage::real_log_files();
    auto anchor = storage::Anchor::open(layout.anchor(), files, problem);
    const bool damaged = anchor.has_error() && anchor.error() == Errc::corrupt;
    if (!damaged || !options.acknowledge_loss || options.files) return anchor;
    std::error_code error;
    std::filesystem::rename(layout.anchor(), layout.anchor() + ".damaged", error);
    if (error) return anchor;
    problem.clear();
    return storage::Anchor::open(layout.anchor(), files, problem);
}

/// The promise itself: what was acknowledged is here, or nothing is served.
Result<void> compare_with_anchor(const RecoveryOptions& options, Ground& ground,
                                 std::string& problem) {
    const storage::AnchorState& anchor = ground.anchor->state();
    const storage::Sequence here = std::max(ground.recovery.last, ground.store->applied());
    const bool anchor_lost = !ground.anchor->existed() && here > 0;
    if (here >= anchor.durable && !anchor_lost) return {};
    if (anchor_lost) {
        ground.loss = fmt::format(
            "data up to sequence {} is here, but the anchor file is gone, so "
            "nobody can tell whether something is missing",
            here);
    } else {
        ground.loss = fmt::format(
            "acknowledged up to sequence {} (as of {}), but only {} is here: {} "
            "sequences are missing",
            anchor.durable,
            model::format_time(model::Instant{std::chrono::microseconds{anchor.written_us}}), here,
            anchor.durable - here);
    }
    if (options.acknowledge_loss) return {};
    problem = ground.loss +
              ". Restore a backup (postern restore), or start once with "
              "--acknowledge-loss to go on with what is here";
    return Errc::short_of_anchor;
}

Result<void> start_epoch(std::uint32_t epoch, model::Instant now, Ground& ground,
                         std::string& problem) {
    ground.anchor_state = ground.anchor->state();
    ground.anchor_state.epoch = epoch;
    ground.anchor_state.durable = std::max(ground.recovery.last, ground.store->applied());
    // Nobody has confirmed this start's clock yet: a wrong one must not become the last word.
    if (ground.anchor_state.written_us == 0)
        ground.anchor_state.written_us = now.time_since_epoch().count();
    const auto written = ground.anchor->write(ground.anchor_state);
    if (written.has_error())
        problem = "the anchor file cannot be written: " + written.error().message();
    return written;
}

/// What people see of the pause that a restore left: it is in the anchor, not in a row.
void tell_of_restore(model::WorkspaceRow& workspace) {
    if (std::ranges::any_of(workspace.pauses, core::names_nothing)) return;
    model::SendingPause pause;
    pause.reason = "a backup was restored: what left after it was made is not known here";
    workspace.pauses.push_back(std::move(pause));
}

}  // namespace

Ground::~Ground() {
    if (store) store->on_flush(nullptr);
}

Result<std::unique_ptr<Ground>> recover(const RecoveryOptions& options, model::Instant now,
                                        std::string& problem) {
    const storage::StorageLayout layout(options.path);
    auto ground = std::make_unique<Ground>();
    if (auto r = make_folders(layout, problem); r.has_error()) return r.error();
    auto lock = storage::FolderLock::take(layout.lock(), problem);
    if (lock.has_error()) return lock.error();
    ground->lock = std::move(*lock);
    storage::failpoint("start.locked");
    const bool fresh = !std::filesystem::exists(layout.db() + "/CURRENT");

    if (const auto released = storage::release_ballast(layout.ballast()); released.has_error()) {
        problem = layout.ballast() + ": cannot be given back: " + released.error().message();
        return released.error();
    }
    auto anchor = open_anchor(options, layout, problem);
    if (anchor.has_error()) return anchor.error();
    ground->anchor = std::move(*anchor);
    storage::failpoint("start.anchor_read");
    ground->last_written_us = ground->anchor->state().written_us;
    std::uint32_t epoch = ground->anchor->state().epoch + 1;
    // Without the anchor nobody knows which epochs were used, and a nonce used twice gives sealed
    // values away: go on where no earlier count of starts can have come.
    if (!fresh && !ground->anchor->existed()) epoch = std::max(epoch, minutes_since_2025(now));
    if (auto r = open_key(options, layout, fresh, *ground, problem); r.has_error())
        return r.error();
    if (auto r = open_store(options, layout, *ground, problem); r.has_error()) return r.error();
    storage::failpoint("start.store_opened");
    storage::Sealer sealer(ground->master);
    if (auto r = storage::bind_master_key(*ground->store, sealer, epoch, problem); r.has_error()) {
        return r.error();
    }
    if (auto r = open_log(options, layout, epoch, *ground, problem); r.has_error())
        return r.error();
    storage::failpoint("start.log_replayed");
    if (auto r = compare_with_anchor(options, *ground, problem); r.has_error()) return r.error();
    if (auto r = start_epoch(epoch, now, *ground, problem); r.has_error()) return r.error();
    storage::failpoint("start.epoch_begun");
    auto poison = PoisonSlot::open(layout.poison());
    if (poison.has_error()) {
        problem = layout.poison() + ": " + poison.error().message();
        return poison.error();
    }
    ground->poison = std::move(*poison);
    // A full disk may refuse the ballast again: that is for the free-space guard to say, not a
    // reason to stay down.
    (void)storage::ensure_ballast(layout.ballast(), options.ballast_bytes);
    storage::failpoint("start.recovered");
    return ground;
}

model::Instant core_time_at_start(const Ground& ground, model::Instant wall) {
    // Rows may be that much younger than the anchor that tells of them.
    constexpr std::chrono::seconds anchor_lag{2};
    const model::Instant told{std::chrono::microseconds{ground.last_written_us}};
    const model::Instant reached{std::chrono::microseconds{ground.anchor_state.core_us}};
    // Otherwise the wall clock says it, or this is the anchor of an earlier version.
    if (reached <= told) return told;
    return core::CoreTime::resumed(reached + anchor_lag, told, wall);
}

Result<core::SmallTables> load_small_tables(const Ground& ground, std::string& problem) {
    StoreReader reader(*ground.store, ground.master);
    core::SmallTables tables;
    bool damaged = false;
    const auto collect = [&](char prefix) {
        const storage::RowKey from = storage::KeyWriter(storage::Family::cold, prefix);
        const storage::RowKey to =
            storage::KeyWriter(storage::Family::cold, static_cast<char>(prefix + 1));
        return reader.scan(from, to, [&](std::string_view, const model::RecordPtr& record) {
            // Nothing of these is erased with a person: an account that is not there would get
            // another number, a key that is not there would let nobody revoke it.
            damaged |= !record;
            if (!record) return false;
            if (const auto* a = model::get_if<model::AccountRow>(record.get()))
                tables.accounts.push_back(*a);
            if (const auto* k = model::get_if<model::ApiKeyRow>(record.get()))
                tables.api_keys.push_back(*k);
            if (const auto* s = model::get_if<model::SubscriptionRow>(record.get()))
                tables.subscriptions.push_back(*s);
            if (const auto* t = model::get_if<model::TemplateRow>(record.get()))
                tables.templates.push_back(*t);
            return true;
        });
    };
    auto read = collect('A');
    if (read.has_value()) read = collect('K');
    if (read.has_value()) read = collect('S');
    if (read.has_value()) read = collect('T');
    auto workspace = reader.get(storage::keys::meta("workspace"));
    if (read.has_value() && damaged) read = Errc::corrupt;
    if (read.has_error() || workspace.has_error()) {
        problem = "the stored accounts and keys cannot be read: " +
                  (read.has_error() ? read.error() : workspace.error()).message();
        return Errc::corrupt;
    }
    const auto limits = reader.scan(
        storage::keys::limits(0), storage::keys::limits(~std::uint32_t{0}),
        [&](std::string_view, const model::RecordPtr& record) {
            const auto* row = record ? model::get_if<model::LimitsRow>(record.get()) : nullptr;
            if (row) tables.limits.push_back(*row);
            return true;
        });
    auto zones = reader.get(storage::keys::meta("zone_groups"));
    auto lanes = read_lanes(reader);
    auto waits = read_template_waits(reader, lanes.has_value() ? *lanes : LaneList{});
    auto slots = read_slots(reader);
    auto ledger = read_ledger(reader);
    if (limits.has_error() || zones.has_error() || lanes.has_error() || waits.has_error() ||
        slots.has_error() || ledger.has_error()) {
        problem = "what waits to be sent cannot be read";
        return Errc::corrupt;
    }
    if (*zones) {
        if (const auto* z = model::get_if<model::ZoneGroupsRow>(zones->get()))
            tables.zone_groups = *z;
    }
    tables.lanes = std::move(*lanes);
    tables.template_waits = std::move(*waits);
    tables.slots = std::move(*slots);
    tables.ledger = std::move(ledger->rows);
    tables.ledger_counted = ledger->counted;
    tables.sending_paused = ground.anchor_state.sending_paused != 0;
    if (*workspace) {
        if (const auto* w = model::get_if<model::WorkspaceRow>(workspace->get()))
            tables.workspace = *w;
    }
    if (tables.sending_paused) tell_of_restore(tables.workspace);
    return tables;
}

}  // namespace postern::runtime
