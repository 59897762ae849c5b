// Which RocksDB is linked. Any thread.
#pragma once

#include <string>

namespace postern::storage {

/// "7.8.3": of the library that is loaded.
[[nodiscard]] std::string rocksdb_version();

}  // namespace postern::storage
