#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>

#include "storage/folder_lock.h"
#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

std::vector<rocksdb::ColumnFamilyDescriptor> plain_families() {
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    all.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    for (auto name : family_names)
        all.emplace_back(std::string(name), rocksdb::ColumnFamilyOptions());
    return all;
}

/// Opens with plain RocksDB and hands over database and handles.
template <class Change>
void change_behind(const std::string& path, const Change& change) {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status =
        rocksdb::DB::Open(rocksdb::DBOptions(), path, plain_families(), &handles, &db);
    ASSERT_TRUE(status.ok()) << status.ToString();
    change(*db, handles);
    for (auto* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    delete db;
}

void put_meta(const std::string& path, std::string_view name, const std::string& value) {
    change_behind(path, [&](rocksdb::DB& db, auto& handles) {
        const RowKey key = keys::meta(name);
        ASSERT_TRUE(db.Put(rocksdb::WriteOptions(), handles.back(),
                           rocksdb::Slice(key.view().data(), key.view().size()), value)
                        .ok());
    });
}

Errc refused(const std::string& path, std::string& problem) {
    const auto store = Store::open(small_options(path), problem);
    EXPECT_FALSE(store);
    return store ? Errc::io : static_cast<Errc>(store.error().value());
}

TEST(StoreOpen, MakesTheFiveFamiliesWithTheirNumbers) {
    const Scratch scratch;
    open_store(small_options(scratch / "deep/db"));

    change_behind(scratch / "deep/db", [&](rocksdb::DB&, auto& handles) {
        ASSERT_EQ(handles.size(), 6u);
        for (std::uint32_t i = 1; i < handles.size(); ++i) {
            EXPECT_EQ(handles[i]->GetID(), i);
            EXPECT_EQ(handles[i]->GetName(), family_names[i - 1]);
        }
    });
}

TEST(StoreOpen, FindsWhatWasWrittenBefore) {
    const Scratch scratch;
    apply_rows(*open_store(small_options(scratch / "db")), 1, 20, "value");

    const auto store = open_store(small_options(scratch / "db"));
    EXPECT_EQ(store->applied(), 20u);
    EXPECT_EQ(store->flushed(), 20u);
    EXPECT_EQ(store->get(keys::seq_row(20)).value(), "value");
    EXPECT_FALSE(store->get(keys::seq_row(21)).value());
}

TEST(StoreOpen, RefusesANewerSchema) {
    const Scratch scratch;
    open_store(small_options(scratch / "db"));
    put_meta(scratch / "db", "schema", std::string("\0\0\0\0\0\0\0\x02", 8));

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::schema_newer);
    EXPECT_NE(problem.find("schema 2"), std::string::npos) << problem;
}

TEST(StoreOpen, RefusesANewerSchemaWhereItOnlyReads) {
    const Scratch scratch;
    open_store(small_options(scratch / "db"));
    put_meta(scratch / "db", "schema", std::string("\0\0\0\0\0\0\0\x07", 8));

    std::string problem;
    const auto store = Store::open_read_only(small_options(scratch / "db"), problem);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error(), make_error_code(Errc::schema_newer));
    EXPECT_NE(problem.find("schema 7"), std::string::npos) << problem;
    EXPECT_NE(problem.find("run the version that wrote it"), std::string::npos) << problem;
}

/// A row as schema 1 stores it: its own schema and kind stand before the record.
constexpr std::string_view stored_row = "\x01\x04 a record of schema 1";

// The next version of Postern opens what this one has stored; this one is no longer fooled by it.
TEST(StoreOpen, TakesAFolderOfAnOlderSchemaOverAndLeavesItsRows) {
    const Scratch scratch;
    apply_rows(*open_store(small_options(scratch / "db")), 1, 20, stored_row);
    StoreOptions later = small_options(scratch / "db");
    later.schema = schema_version + 1;
    {
        const auto store = open_store(later);
        ASSERT_TRUE(store);
        EXPECT_EQ(store->applied(), 20u);
        EXPECT_EQ(store->get(keys::seq_row(7)).value(), stored_row) << "no row is touched";
        apply_rows(*store, 21, 21, "\x02\x04 a record of schema 2");
    }

    const auto again = open_store(later);
    EXPECT_EQ(again->applied(), 21u);
    EXPECT_EQ(again->get(keys::seq_row(20)).value(), stored_row);
}

TEST(StoreOpen, DoesNotGoBackOnceALaterVersionHasHadTheFolder) {
    const Scratch scratch;
    apply_rows(*open_store(small_options(scratch / "db")), 1, 20, stored_row);
    StoreOptions later = small_options(scratch / "db");
    later.schema = schema_version + 1;
    later.flush_on_close = false;  // killed at once: the new number is on disk all the same
    open_store(later);

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::schema_newer);
    EXPECT_NE(problem.find("this version knows " + std::to_string(schema_version)),
              std::string::npos)
        << problem;
}

TEST(StoreOpen, KnowsAnOlderFolderByItsNumberAndItsFirstFamilies) {
    const std::string ours = "seq=1,hot=2,new=3";
    EXPECT_EQ(age_of({3, ours}, 3, ours), SchemaAge::current);
    EXPECT_EQ(age_of({2, ours}, 3, ours), SchemaAge::older);
    EXPECT_EQ(age_of({2, "seq=1,hot=2"}, 3, ours), SchemaAge::older);
    EXPECT_EQ(age_of({4, "other=1"}, 3, ours), SchemaAge::newer);
    EXPECT_EQ(age_of({3, "seq=1,hot=2"}, 3, ours), SchemaAge::damaged);
    EXPECT_EQ(age_of({2, "seq=1,ho"}, 3, ours), SchemaAge::damaged);
    EXPECT_EQ(age_of({2, "hot=1"}, 3, ours), SchemaAge::damaged);
    EXPECT_EQ(age_of({2, ""}, 3, ours), SchemaAge::damaged);
    EXPECT_EQ(age_of({0, ours}, 3, ours), SchemaAge::damaged);
    EXPECT_EQ(age_of({std::nullopt, ours}, 3, ours), SchemaAge::damaged);
}

TEST(StoreOpen, RefusesAnUnknownFamilyAsNewer) {
    const Scratch scratch;
    open_store(small_options(scratch / "db"));
    change_behind(scratch / "db", [](rocksdb::DB& db, auto& handles) {
        rocksdb::ColumnFamilyHandle* extra = nullptr;
        ASSERT_TRUE(db.CreateColumnFamily({}, "later", &extra).ok());
        handles.push_back(extra);
    });

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::schema_newer);
    EXPECT_NE(problem.find("later"), std::string::npos) << problem;
}

TEST(StoreOpen, RefusesAnotherTableOfFamilies) {
    const Scratch scratch;
    open_store(small_options(scratch / "db"));
    put_meta(scratch / "db", "families", "seq=1,hot=3,exp=2,due=4,cold=5");

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::corrupt);
    EXPECT_NE(problem.find("hot=3"), std::string::npos) << problem;
}

TEST(StoreOpen, RefusesAFamilyThatWasMadeAnew) {
    const Scratch scratch;
    open_store(small_options(scratch / "db"));
    change_behind(scratch / "db", [](rocksdb::DB& db, auto& handles) {
        ASSERT_TRUE(db.DropColumnFamily(handles[2]).ok());
        rocksdb::ColumnFamilyHandle* again = nullptr;
        ASSERT_TRUE(db.CreateColumnFamily({}, "hot", &again).ok());
        handles.push_back(again);
    });

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::corrupt);
    EXPECT_NE(problem.find("hot"), std::string::npos) << problem;
}

TEST(StoreOpen, RefusesADatabaseThatLostItsCurrentFile) {
    const Scratch scratch;
    apply_rows(*open_store(small_options(scratch / "db")), 1, 5, "value");
    std::filesystem::remove(scratch / "db/CURRENT");

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::corrupt);
    EXPECT_NE(problem.find("CURRENT"), std::string::npos) << problem;
}

TEST(StoreOpen, CompletesACreationThatACrashCutShort) {
    const Scratch scratch;
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, scratch / "db", &db).ok());
    for (int i = 0; i < 2; ++i) {
        rocksdb::ColumnFamilyHandle* made = nullptr;
        ASSERT_TRUE(db->CreateColumnFamily({}, std::string(family_names[i]), &made).ok());
        ASSERT_TRUE(db->DestroyColumnFamilyHandle(made).ok());
    }
    delete db;

    const auto store = open_store(small_options(scratch / "db"));
    ASSERT_TRUE(store);
    EXPECT_EQ(store->applied(), 0u);
}

TEST(StoreOpen, SaysThatAnotherOneHasIt) {
    const Scratch scratch;
    const auto first = open_store(small_options(scratch / "db"));

    std::string problem;
    EXPECT_EQ(refused(scratch / "db", problem), Errc::locked);
    EXPECT_NE(problem.find("stop it first"), std::string::npos) << problem;
}

TEST(StoreOpen, WithItsOwnLogKeepsWhatWasNeverFlushed) {
    const Scratch scratch;
    StoreOptions options = small_options(scratch / "db");
    options.rocksdb_log = true;
    apply_rows(*open_store(options), 1, 9, "value");

    const auto store = open_store(options);
    EXPECT_EQ(store->applied(), 9u);
    EXPECT_EQ(store->get(keys::seq_row(9)).value(), "value");
}

TEST(StoreOpen, TakesOverFromRocksdbsOwnLog) {
    const Scratch scratch;
    StoreOptions options = small_options(scratch / "db");
    options.rocksdb_log = true;
    apply_rows(*open_store(options), 1, 9, "value");

    const auto store = open_store(small_options(scratch / "db"));
    EXPECT_EQ(store->applied(), 9u);
    EXPECT_EQ(store->flushed(), 9u);
}

}  // namespace
}  // namespace postern::storage
