// RocksDB's status as our error code, and the integers of Meta rows.
#include "storage/store_impl.h"

namespace postern::storage {

Errc errc_of(const rocksdb::Status& status) {
    if (status.IsNoSpace()) return Errc::full;
    if (status.IsCorruption()) return Errc::corrupt;
    if (status.IsNotFound() || status.IsPathNotFound()) return Errc::not_found;
    if (status.IsInvalidArgument() || status.IsNotSupported()) return Errc::bad_argument;
    return Errc::io;
}

Result<void> result_of(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return errc_of(status);
}

std::string encode_u64(std::uint64_t value) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
    return bytes;
}

Result<std::uint64_t> decode_u64(std::string_view bytes) {
    if (bytes.size() != 8) return Errc::corrupt;
    return keys::trailing_u64(bytes);
}

}  // namespace postern::storage
