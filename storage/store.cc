// Writing, flushing and closing. The applied sequence is published after the write that holds it,
// the flushed one after it can be read from table files alone: each may lag, neither runs ahead.
#include "storage/store.h"

#include <rocksdb/convenience.h>
#include <rocksdb/perf_level.h>

#include <utility>

#include "storage/failpoint.h"
#include "storage/store_impl.h"

namespace postern::storage {
namespace {

constexpr std::size_t batch_head_bytes = 12;       // RocksDB: sequence u64, count u32
constexpr std::size_t applied_row_bytes_max = 64;  // the Meta row as a record of a batch

bool raise_to(std::atomic<Sequence>& value, Sequence to) {
    Sequence seen = value.load(std::memory_order_relaxed);
    while (seen < to) {
        if (value.compare_exchange_weak(seen, to, std::memory_order_acq_rel)) return true;
    }
    return false;
}

}  // namespace

void FlushListener::raise(Sequence flushed) {
    raise_to(flushed_, flushed);
}

void FlushListener::refresh(rocksdb::DB& db) {
    rocksdb::ColumnFamilyHandle* cold = cold_.load(std::memory_order_acquire);
    if (cold == nullptr || with_log_) return;
    rocksdb::ReadOptions persisted;
    persisted.read_tier = rocksdb::kPersistedTier;
    std::string value;
    const auto status = db.Get(persisted, cold, slice(keys::meta("applied").view()), &value);
    if (!status.ok()) return;  // nothing flushed yet, or a disk error that reads will report
    const auto sequence = decode_u64(value);
    if (sequence) raise(*sequence);
}

// RocksDB calls this without its mutex, after the new files of all families are in the manifest and
// in what readers see: once a family, and the row is in `cold`.
void FlushListener::OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo& info) {
    if (info.cf_name != family_names.back()) return;
    failpoint("flush.end");
    refresh(*db);
    const std::scoped_lock lock(mutex_);
    const Sequence now = flushed();
    if (!callback_ || now <= told_) return;
    told_ = now;
    callback_(now);
}

void FlushListener::OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) {
    failpoint("flush.begin");
}

void FlushListener::OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) {
    failed_.store(true, std::memory_order_relaxed);
}

void FlushListener::OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) {
    failed_.store(!info.new_bg_error.ok(), std::memory_order_relaxed);
}

void FlushListener::set_callback(std::function<void(Sequence)> callback) {
    const std::scoped_lock lock(mutex_);
    callback_ = std::move(callback);
    told_ = 0;
}

Store::Impl::~Impl() {
    if (!db) return;
    if (listener) listener->set_callback(nullptr);
    // Flushes what is only in memory (unless told not to) and waits for background work, so that
    // nobody uses a handle below. A failure to flush loses nothing: the commit log has the rows.
    rocksdb::CancelAllBackgroundWork(db.get(), true);
    if (listener) listener->attach(nullptr);
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
        if (handle != nullptr) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    db->Close().PermitUncheckedError();
}

rocksdb::WriteOptions Store::Impl::write_options() const {
    rocksdb::WriteOptions write;
    write.disableWAL = !options.rocksdb_log;
    write.sync = options.rocksdb_log && options.sync;
    return write;
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

WriteSet Store::new_write_set() {
    return WriteSet(std::make_unique<WriteSet::Impl>(impl_->handles));
}

Result<void> Store::apply(std::string_view batch, Sequence last) {
    if (last < applied() || batch.size() < batch_head_bytes) return Errc::bad_argument;
    // RocksDB writes its own sequence into the batch, so the log's bytes are copied, once.
    std::string rows;
    rows.reserve(batch.size() + applied_row_bytes_max);
    rows.append(batch);
    rocksdb::WriteBatch all(std::move(rows));
    auto status = all.Put(impl_->family(Family::cold), slice(keys::meta("applied").view()),
                          slice(encode_u64(last)));
    // RocksDB would count every comparison of keys, for nobody.
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    if (status.ok()) status = impl_->db->Write(impl_->write_options(), &all);
    if (!status.ok()) return errc_of(status);
    impl_->applied.store(last, std::memory_order_release);
    return {};
}

Sequence Store::applied() const {
    return impl_->applied.load(std::memory_order_acquire);
}

Sequence Store::flushed() const {
    return impl_->listener->flushed();
}

void Store::on_flush(std::function<void(Sequence)> callback) {
    impl_->listener->set_callback(std::move(callback));
}

Result<void> Store::flush() {
    const Sequence before = applied();
    rocksdb::FlushOptions wait;
    wait.wait = true;
    std::vector<rocksdb::ColumnFamilyHandle*> all(impl_->handles.begin(), impl_->handles.end());
    const auto status = impl_->db->Flush(wait, all);
    if (!status.ok()) return errc_of(status);
    // The listener may run a moment after the wait ends; the caller shall see the result now.
    impl_->listener->raise(before);
    impl_->listener->refresh(*impl_->db);
    return {};
}

}  // namespace postern::storage
