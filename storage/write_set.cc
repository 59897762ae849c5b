// Rows as RocksDB's own batch, so that what the log stores is what the applier applies.
#include "storage/write_set.h"

#include "storage/store_impl.h"

namespace postern::storage {
namespace {

rocksdb::ColumnFamilyHandle* handle(const FamilyHandles& handles, const RowKey& key) {
    return handles[static_cast<std::size_t>(key.family)];
}

}  // namespace

WriteSet::WriteSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WriteSet::~WriteSet() = default;
WriteSet::WriteSet(WriteSet&&) noexcept = default;
WriteSet& WriteSet::operator=(WriteSet&&) noexcept = default;

// A batch in memory has no size limit set, so its calls cannot fail.
void WriteSet::put(const RowKey& key, std::string_view value) {
    impl_->batch.Put(handle(impl_->handles, key), slice(key.view()), slice(value))
        .PermitUncheckedError();
}

void WriteSet::erase(const RowKey& key) {
    impl_->batch.Delete(handle(impl_->handles, key), slice(key.view())).PermitUncheckedError();
}

// A range begins where no row can be: see Neighbourhoods in store_options.cc. What is one row alone
// is erased as one, too, which costs readers less than a range.
void WriteSet::erase_range(const RowKey& from, const RowKey& to) {
    if (!(from < to)) return;
    erase(from);
    RowKey behind = from;
    if (behind.size < RowKey::bytes_max) behind.bytes[behind.size++] = '\0';
    if (!(behind < to)) return;
    impl_->batch.DeleteRange(handle(impl_->handles, from), slice(behind.view()), slice(to.view()))
        .PermitUncheckedError();
}

void WriteSet::clear() {
    impl_->batch.Clear();
}

std::uint32_t WriteSet::rows() const {
    return impl_->batch.Count();
}

std::string_view WriteSet::data() const {
    return impl_->batch.Data();
}

}  // namespace postern::storage
