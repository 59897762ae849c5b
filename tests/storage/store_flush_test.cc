#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <random>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

TEST(StoreFlush, AppliedStandsInTheBatchItself) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    apply_rows(*store, 1, 3, "value");

    EXPECT_EQ(store->applied(), 3u);
    EXPECT_EQ(store->get(keys::meta("applied")).value(), std::string("\0\0\0\0\0\0\0\3", 8));
}

TEST(StoreFlush, RefusesASequenceThatFallsAndABatchThatIsNone) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    apply_rows(*store, 1, 3, "value");

    EXPECT_FALSE(store->apply(store->new_write_set().data(), 2));
    EXPECT_FALSE(store->apply("short", 4));
    EXPECT_EQ(store->applied(), 3u);
}

TEST(StoreFlush, FlushedFollowsAFlushAndNothingElse) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    apply_rows(*store, 1, 3, "value");
    EXPECT_EQ(store->flushed(), 0u);

    ASSERT_TRUE(store->flush());
    EXPECT_EQ(store->flushed(), 3u);
    apply_rows(*store, 4, 5, "value");
    EXPECT_EQ(store->flushed(), 3u);
}

TEST(StoreFlush, TellsOfEachFlushThatMovedIt) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    std::vector<Sequence> told;
    store->on_flush([&](Sequence s) { told.push_back(s); });
    apply_rows(*store, 1, 3, "value");
    ASSERT_TRUE(store->flush());
    apply_rows(*store, 4, 9, "value");
    ASSERT_TRUE(store->flush());
    store->on_flush(nullptr);  // and waits for a call that is under way

    EXPECT_EQ(told, (std::vector<Sequence>{3, 9}));
}

TEST(StoreFlush, HappensByItselfWhenMemtablesAreFull) {
    const Scratch scratch;
    const auto store = open_store(small_options(scratch / "db"));
    const std::string value(4'000, 'x');
    // Bounded: 64 MiB through memtables of 256 KiB must have been flushed by the stall at the
    // latest.
    for (Sequence s = 1; s <= 16'000 && store->flushed() == 0; ++s) apply_rows(*store, s, s, value);

    EXPECT_GT(store->flushed(), 0u);
    EXPECT_LE(store->flushed(), store->applied());
}

/// Applies at random and dies without a word; what flushed() said is in `said`.
[[noreturn]] void write_and_die(const std::string& path, const std::string& said, unsigned seed) {
    const auto store = open_store(small_options(path));
    std::minstd_rand random(seed);
    const Sequence last = store->applied() + 200 + random() % 2'000;
    for (Sequence s = store->applied() + 1; s <= last; ++s) {
        WriteSet rows = store->new_write_set();
        rows.put(keys::seq_row(s), std::string(random() % 1'500, 'x'));
        rows.put(keys::hot(random() % 50), std::to_string(s));
        if (!store->apply(rows.data(), s)) ::_exit(2);
        if (random() % 500 == 0 && !store->flush()) ::_exit(3);
    }
    std::FILE* file = std::fopen(said.c_str(), "w");
    std::fprintf(file, "%llu %llu", static_cast<unsigned long long>(store->flushed()),
                 static_cast<unsigned long long>(last));
    std::fclose(file);
    ::_exit(0);
}

TEST(StoreFlushDeathTest, NeverSaysMoreThanAStartWithoutTheLogFinds) {
    // The child is a new process: RocksDB's threads do not survive a fork.
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    // One folder for the parent and the children, which run this from the top again.
    constexpr const char* variable = "POSTERN_TEST_FLUSH_FOLDER";
    const char* inherited = ::getenv(variable);
    std::unique_ptr<Scratch> scratch;
    if (inherited == nullptr) {
        scratch = std::make_unique<Scratch>();
        ::setenv(variable, scratch->path().c_str(), 1);
    }
    const std::string folder = inherited != nullptr ? inherited : scratch->path();
    const std::string path = folder + "/db";
    const std::string said = folder + "/said";

    for (unsigned seed = 1; seed <= 4; ++seed) {
        EXPECT_EXIT(write_and_die(path, said, seed), ::testing::ExitedWithCode(0), "");
        unsigned long long flushed = 0;
        unsigned long long last = 0;
        std::ifstream(said) >> flushed >> last;
        ASSERT_GT(last, 0u);
        const auto store = open_store(small_options(path));
        EXPECT_GE(store->applied(), flushed) << "seed " << seed;
        EXPECT_LE(store->applied(), last);
        // What is applied is whole: the last hot row of each is not newer, the message row is
        // there.
        EXPECT_TRUE(store->get(keys::seq_row(store->applied())).value().has_value());
        EXPECT_FALSE(store->get(keys::seq_row(store->applied() + 1)).value().has_value());
        const auto hot = store->scan(keys::hot(0), keys::hot(50));
        for (; hot->valid(); hot->next())
            EXPECT_LE(std::stoull(std::string(hot->value())), store->applied());
    }
    ::unsetenv(variable);
}

}  // namespace
}  // namespace postern::storage
