#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

std::vector<std::uint64_t> numbers(Scan& scan) {
    std::vector<std::uint64_t> seen;
    for (; scan.valid(); scan.next()) seen.push_back(keys::trailing_u64(scan.key()));
    EXPECT_TRUE(scan.status());
    return seen;
}

class StoreRead : public ::testing::TestWithParam<bool> {
  protected:
    // With and without a flush: from table files and from memory alike.
    void settle() {
        if (GetParam()) {
            ASSERT_TRUE(store_->flush());
        }
    }
    Scratch scratch_;
    std::unique_ptr<Store> store_ = open_store(small_options(scratch_ / "db"));
};
INSTANTIATE_TEST_SUITE_P(MemoryAndFiles, StoreRead, ::testing::Bool());

TEST_P(StoreRead, ReturnsEachRowUnderItsFamily) {
    WriteSet rows = store_->new_write_set();
    RowKey in_hot = keys::seq_row(1);
    in_hot.family = Family::hot;
    rows.put(keys::seq_row(1), "seq");
    rows.put(in_hot, "hot");
    rows.put(keys::meta("empty"), "");
    EXPECT_EQ(rows.rows(), 3u);
    ASSERT_TRUE(store_->apply(rows.data(), 1));
    settle();

    EXPECT_EQ(store_->get(keys::seq_row(1)).value(), "seq");
    EXPECT_EQ(store_->get(in_hot).value(), "hot");
    EXPECT_EQ(store_->get(keys::meta("empty")).value(), "");
    EXPECT_FALSE(store_->get(keys::meta("absent")).value());
}

TEST_P(StoreRead, ARangeMayBeginAtAnyKindOfRow) {
    const Blind blind{};
    const auto kinds = std::to_array<std::function<RowKey(std::uint32_t)>>(
        {[](auto n) { return keys::hot(n); }, [](auto n) { return keys::contact(n); },
         [](auto n) { return keys::state(n); }, [&](auto n) { return keys::identity(n, blind); },
         [&](auto n) { return keys::external_id(n, blind); },
         [&](auto n) { return keys::parked_receipt(n, blind); },
         [](auto n) { return keys::due(1, 7, n, n); }, [](auto n) { return keys::slot(n); },
         [](auto n) { return keys::seq_row(n); }});
    WriteSet rows = store_->new_write_set();
    const auto put = [&](std::uint32_t from, std::uint32_t to, const std::string& value) {
        for (std::uint32_t n = from; n < to; ++n) {
            for (const auto& key : kinds) rows.put(key(n), value);
        }
    };
    put(0, 600, "first");
    for (const auto& key : kinds) rows.erase_range(key(100), key(500));
    for (const auto& key : kinds) rows.erase_range(key(50), key(51));
    put(300, 400, "again");
    ASSERT_TRUE(store_->apply(rows.data(), 1));
    settle();

    for (std::uint32_t n = 0; n < 600; ++n) {
        const bool gone = n == 50 || (n >= 100 && n < 500);
        const std::optional<std::string> wanted = n >= 300 && n < 400
                                                      ? std::optional<std::string>("again")
                                                  : gone ? std::nullopt
                                                         : std::optional<std::string>("first");
        for (std::size_t k = 0; k < kinds.size(); ++k)
            ASSERT_EQ(store_->get(kinds[k](n)).value(), wanted) << "kind " << k << " row " << n;
    }
}

TEST_P(StoreRead, ManyAtOnceAreThoseOfGet) {
    WriteSet rows = store_->new_write_set();
    for (Sequence s = 1; s <= 200; ++s) {
        rows.put(keys::seq_row(s), "m" + std::to_string(s));
        rows.put(keys::hot(s), "h" + std::to_string(s));
    }
    rows.erase(keys::seq_row(7));
    rows.erase_range(keys::hot(50), keys::hot(60));
    ASSERT_TRUE(store_->apply(rows.data(), 200));
    settle();

    std::vector<RowKey> wanted;
    for (Sequence s = 205; s > 0; --s) {
        wanted.push_back(keys::hot(s));
        wanted.push_back(keys::seq_row(s));
    }
    std::vector<std::optional<std::string>> values;
    Sequence read_at = 0;
    ASSERT_TRUE(store_->get_many(wanted, values, read_at));
    EXPECT_EQ(read_at, 200u);
    ASSERT_EQ(values.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(values[i], store_->get(wanted[i]).value()) << i;
    ASSERT_TRUE(store_->get_many({}, values, read_at));
    EXPECT_TRUE(values.empty());
}

TEST_P(StoreRead, ScanKeepsToItsBounds) {
    apply_rows(*store_, 1, 100, "value");
    settle();

    const auto scan = store_->scan(keys::seq_row(10), keys::seq_row(15));
    EXPECT_EQ(numbers(*scan), (std::vector<std::uint64_t>{10, 11, 12, 13, 14}));
    scan->seek(keys::seq_row(1));  // before the range: its first row
    ASSERT_TRUE(scan->valid());
    EXPECT_EQ(keys::trailing_u64(scan->key()), 10u);
    scan->seek(keys::seq_row(15));
    EXPECT_FALSE(scan->valid());
    scan->seek_for_prev(keys::seq_row(99));
    ASSERT_TRUE(scan->valid());
    EXPECT_EQ(keys::trailing_u64(scan->key()), 14u);
    for (int i = 0; i < 5; ++i) scan->prev();
    EXPECT_FALSE(scan->valid());
    EXPECT_TRUE(scan->status());
}

TEST_P(StoreRead, ScanStaysAtTheMomentItBegan) {
    apply_rows(*store_, 1, 10, "old");
    settle();
    const auto scan = store_->scan(keys::seq_row(0), keys::seq_row(1'000));

    apply_rows(*store_, 5, 20, "new");
    ASSERT_TRUE(store_->flush());

    for (; scan->valid(); scan->next()) EXPECT_EQ(scan->value(), "old");
    EXPECT_EQ(numbers(*store_->scan(keys::seq_row(0), keys::seq_row(1'000))).size(), 20u);
}

TEST_P(StoreRead, RangesOfNothingAreEmptyAndMixedFamiliesAreAnError) {
    apply_rows(*store_, 1, 10, "value");
    settle();

    const auto none = store_->scan(keys::seq_row(5), keys::seq_row(5));
    EXPECT_FALSE(none->valid());
    EXPECT_TRUE(none->status());
    EXPECT_FALSE(store_->scan(keys::seq_row(6), keys::seq_row(5))->valid());
    const auto mixed = store_->scan(keys::seq_row(1), keys::hot(5));
    EXPECT_FALSE(mixed->valid());
    EXPECT_EQ(mixed->status().error(), make_error_code(Errc::bad_argument));
}

TEST(StoreRace, ManyComeFromOneSnapshotThatHasReadAt) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    constexpr Sequence last = 3'000;
    std::thread applier([&] {
        const std::string padding(300, 'x');
        WriteSet rows = store->new_write_set();
        for (Sequence s = 1; s <= last; ++s) {
            rows.clear();
            const std::string value = std::to_string(s);
            rows.put(keys::hot(1), value);
            rows.put(keys::meta("twin"), value);
            rows.put(keys::seq_row(s), padding);
            EXPECT_TRUE(store->apply(rows.data(), s));
        }
    });

    const RowKey wanted[] = {keys::hot(1), keys::meta("twin")};
    std::vector<std::optional<std::string>> values;
    for (Sequence read_at = 0; read_at < last;) {
        ASSERT_TRUE(store->get_many(wanted, values, read_at));
        ASSERT_EQ(values[0], values[1]);
        ASSERT_GE(std::stoull(values[0].value_or("0")), read_at);
    }
    applier.join();
}

}  // namespace
}  // namespace postern::storage
