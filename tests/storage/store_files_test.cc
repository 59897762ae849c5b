#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

std::size_t rows_in(Store& store, Sequence from, Sequence to) {
    std::size_t rows = 0;
    const auto scan = store.scan(keys::seq_row(from), keys::seq_row(to));
    for (; scan->valid(); scan->next()) ++rows;
    EXPECT_TRUE(scan->status());
    return rows;
}

std::string a_table_file(const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".sst" && entry.file_size() > 4'096)
            return entry.path().string();
    ADD_FAILURE() << "no table file in " << folder;
    return {};
}

TEST(StoreFiles, CheckpointIsWholeWithoutTheLog) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    apply_rows(*store, 1, 50, "value");

    const auto copied = store->checkpoint(scratch / "copy");
    ASSERT_TRUE(copied);
    EXPECT_EQ(*copied, 50u);
    EXPECT_FALSE(std::filesystem::exists(scratch / "copy/LOG"));
    apply_rows(*store, 51, 60, "later");

    const auto copy = open_store(small_options(scratch / "copy"));
    EXPECT_EQ(copy->applied(), 50u);
    EXPECT_EQ(rows_in(*copy, 0, 100), 50u);
    EXPECT_FALSE(store->checkpoint(scratch / "copy"));
}

TEST(StoreFiles, CheckpointWithRocksdbsOwnLogIsWholeToo) {
    const Scratch scratch;
    StoreOptions options = small_options(scratch / "db");
    options.rocksdb_log = true;
    const auto store = open_store(options);
    apply_rows(*store, 1, 50, "value");
    EXPECT_EQ(store->checkpoint(scratch / "copy").value(), 50u);
}

TEST(StoreFiles, VerifyReadsEverythingAndNamesTheDamagedFile) {
    const Scratch scratch;
    std::string damaged;
    {
        const auto store = open_store(small_options(scratch / "db"));
        apply_rows(*store, 1, 500, std::string(500, 'x'));
        ASSERT_TRUE(store->flush());
        double progress = 0;
        EXPECT_TRUE(store->verify_checksums([&](double p) { progress = p; }, &damaged));
        EXPECT_EQ(progress, 1.0);
        EXPECT_EQ(damaged, "");
    }
    const std::string file = a_table_file(scratch / "db");
    flip_bit(file, 1'000);

    const auto store = open_store(small_options(scratch / "db"));
    ASSERT_TRUE(store);
    const auto verified = store->verify_checksums(nullptr, &damaged);
    EXPECT_EQ(verified.error(), make_error_code(Errc::corrupt));
    EXPECT_NE(damaged.find(std::filesystem::path(file).filename()), std::string::npos) << damaged;
}

TEST(StoreFiles, ADamagedBlockCostsItsOwnRowsAlone) {
    const Scratch scratch;
    std::vector<RowKey> wanted;
    {
        const auto store = open_store(small_options(scratch / "db"));
        WriteSet rows = store->new_write_set();
        std::mt19937 noise(1);  // what does not compress fills many blocks
        for (Sequence s = 1; s <= 500; ++s) {
            std::string value(500, ' ');
            for (char& c : value) c = static_cast<char>(noise());
            rows.put(keys::seq_row(s), value);
            wanted.push_back(keys::seq_row(s));
        }
        ASSERT_TRUE(store->apply(rows.data(), 500));
        ASSERT_TRUE(store->flush());
    }
    flip_bit(a_table_file(scratch / "db"), 1'000);

    const auto store = open_store(small_options(scratch / "db"));
    ASSERT_TRUE(store);
    std::vector<std::optional<std::string>> values;
    std::vector<std::size_t> damaged;
    Sequence read_at = 0;
    ASSERT_TRUE(store->get_many(wanted, values, read_at, &damaged));
    EXPECT_GT(damaged.size(), 0u);
    EXPECT_LT(damaged.size(), 50u);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const bool lost = std::find(damaged.begin(), damaged.end(), i) != damaged.end();
        EXPECT_EQ(values[i].has_value(), !lost) << i;
    }
    EXPECT_EQ(store->get_many(wanted, values, read_at).error(), make_error_code(Errc::corrupt));
}

TEST(StoreFiles, CountsWhatIsInMemoryAndOnDisk) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    apply_rows(*store, 1, 100, std::string(500, 'x'));
    EXPECT_GT(store->counters().memtable_bytes, 50'000u);
    ASSERT_TRUE(store->flush());

    const StoreCounters counters = store->counters();
    EXPECT_GE(counters.level0_files, 1u);
    EXPECT_GT(counters.disk_bytes, 50'000u);
    EXPECT_FALSE(counters.write_stopped);
    EXPECT_FALSE(counters.write_failed);
}

}  // namespace
}  // namespace postern::storage
