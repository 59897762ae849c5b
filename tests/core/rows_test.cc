// The overlay: what the store does not have stays, and what was read never replaces it.
#include "gateway/core/rows.h"

#include <gtest/gtest.h>

namespace postern::core {
namespace {

model::RecordPtr row(model::Part part) {
    return std::make_shared<const model::Record>(model::IdentityRow{part});
}

model::Part part_in(const Rows& rows, const storage::RowKey& key) {
    const Rows::Found found = rows.find(key);
    return found.record ? std::get<model::IdentityRow>(*found.record).part : 0;
}

bool every(const storage::RowKey&) {
    return true;
}

const storage::RowKey key = storage::keys::hot(1);

TEST(Rows, AbsenceIsKnownLikePresence) {
    Rows rows(10);
    EXPECT_EQ(rows.find(key).known, Rows::Known::no);
    rows.load(key, nullptr);
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
    rows.put(key, row(1), 5);
    EXPECT_EQ(rows.find(key).known, Rows::Known::present);
    rows.put(key, nullptr, 6);
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
}

TEST(Rows, WhatWasReadNeverReplacesWhatWasWritten) {
    Rows rows(10);
    rows.put(key, row(2), 5);
    rows.load(key, row(1));
    EXPECT_EQ(part_in(rows, key), 2u);
    rows.put(key, nullptr, 6);
    rows.load(key, row(1));
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
}

TEST(Rows, WhatTheStoreDoesNotHaveIsNeverEvicted) {
    Rows rows(0);
    rows.put(key, row(1), 5);
    rows.set_floor(4);
    for (int i = 0; i < 10; ++i) rows.evict();
    rows.evict_if(every);
    EXPECT_EQ(part_in(rows, key), 1u);
    rows.set_floor(5);
    rows.evict_if(every);
    EXPECT_EQ(rows.find(key).known, Rows::Known::no);
}

TEST(Rows, ARowThatIsWrittenAgainIsProtectedAgain) {
    Rows rows(0);
    rows.put(key, row(1), 5);
    rows.set_floor(5);
    rows.put(key, row(2), 9);
    rows.evict_if(every);
    EXPECT_EQ(part_in(rows, key), 2u);
}

TEST(Rows, AnErasedRowIsProtectedToo) {
    Rows rows(0);
    rows.put(key, nullptr, 5);
    rows.set_floor(4);
    rows.evict_if(every);
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
}

TEST(Rows, EvictionComesDownToTheBoundAndSparesWhatIsUsed) {
    Rows rows(50);
    for (model::Part part = 1; part <= 60; ++part) rows.load(storage::keys::hot(part), row(part));
    rows.evict();
    EXPECT_EQ(rows.size(), 50u);
    const storage::RowKey busy = storage::keys::hot(30);
    for (model::Part part = 61; part <= 300; ++part) {
        ASSERT_EQ(part_in(rows, busy), 30u) << "after " << part;
        rows.load(storage::keys::hot(part), row(part));
        rows.evict();
        ASSERT_EQ(rows.size(), 50u);
    }
}

TEST(Rows, NothingIsEvictedWithinTheBound) {
    Rows rows(100);
    for (model::Part part = 1; part <= 100; ++part) rows.load(storage::keys::hot(part), row(part));
    rows.evict();
    EXPECT_EQ(rows.size(), 100u);
}

TEST(Rows, SharingKeepsARecordBeyondItsEviction) {
    Rows rows(0);
    rows.load(key, row(3));
    const model::RecordPtr held = rows.share(key);
    rows.evict_if(every);
    EXPECT_EQ(rows.share(key), nullptr);
    rows.load(key, held);
    EXPECT_EQ(part_in(rows, key), 3u);
}

}  // namespace
}  // namespace postern::core
