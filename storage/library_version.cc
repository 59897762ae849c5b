// Asked of the library itself: the headers tell only what was compiled against.
#include "storage/library_version.h"

#include <rocksdb/version.h>

namespace postern::storage {

std::string rocksdb_version() {
    return rocksdb::GetRocksVersionAsString();
}

}  // namespace postern::storage
