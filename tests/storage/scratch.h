// A folder of its own for a test, gone when the test ends, and short ways to fill a store.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "storage/store.h"

namespace postern::storage {

class Scratch final {
  public:
    Scratch() {
        std::string pattern = ::testing::TempDir() + "storage_XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    ~Scratch() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(std::string_view name) const {
        return path_ + "/" + std::string(name);
    }

  private:
    std::string path_;
};

inline StoreOptions small_options(const std::string& path) {
    StoreOptions options;
    options.path = path;
    options.write_buffer_bytes = 256u << 10;
    options.memtables_bytes_max = 4u << 20;
    options.block_cache_bytes = 1u << 20;
    return options;
}

inline std::unique_ptr<Store> open_store(StoreOptions options) {
    std::string problem;
    auto store = Store::open(std::move(options), problem);
    EXPECT_TRUE(store) << problem;
    return store ? std::move(*store) : nullptr;
}

/// One message row a sequence, as the applier would apply it.
inline void apply_rows(Store& store, Sequence first, Sequence last, std::string_view value) {
    WriteSet rows = store.new_write_set();
    for (Sequence s = first; s <= last; ++s) rows.put(keys::seq_row(s), value);
    ASSERT_TRUE(store.apply(rows.data(), last));
}

inline void flip_bit(const std::string& path, std::uint64_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(byte);
    ASSERT_TRUE(file.good()) << path;
}

}  // namespace postern::storage
