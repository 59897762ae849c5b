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
    return found.record ? model::get<model::IdentityRow>(*found.record).part : 0;
}

bool every(const storage::RowKey&) {
    return true;
}

const storage::RowKey key = storage::keys::hot(1);

TEST(Rows, WhatIsHeldGoesAsSoonAsTheStoreHasIt) {
    Rows rows(100);
    const auto record = [] { return std::make_shared<const model::Record>(model::MessageRow{}); };
    for (const model::Sequence at : {5u, 6u, 7u})
        rows.hold(storage::keys::seq_row(at), record(), at);
    rows.put(storage::keys::seq_row(6), record(), 8);  // written again

    rows.set_floor(5);
    EXPECT_EQ(rows.find(storage::keys::seq_row(5)).known, Rows::Known::no);
    EXPECT_EQ(rows.find(storage::keys::seq_row(6)).known, Rows::Known::present);
    rows.load(storage::keys::seq_row(7), nullptr);
    EXPECT_EQ(rows.find(storage::keys::seq_row(7)).known, Rows::Known::present)
        << "what was read does not replace it";

    rows.erase_range(storage::keys::seq_row(7), storage::keys::seq_row(9), 9);
    EXPECT_EQ(rows.find(storage::keys::seq_row(7)).known, Rows::Known::absent);
    rows.set_floor(9);
    EXPECT_EQ(rows.find(storage::keys::seq_row(7)).known, Rows::Known::absent);
    EXPECT_EQ(rows.size(), 2u) << "they pass through like any others that were put";
}

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

TEST(Rows, StrangersDoNotDriveOutWhoWroteBefore) {
    Rows rows(80);
    for (model::Part part = 1; part <= 50; ++part) rows.load(storage::keys::hot(part), row(part));
    const auto stranger_writes = [&rows](model::Part part) {
        rows.load(storage::keys::hot(part), nullptr);
        EXPECT_EQ(rows.find(storage::keys::hot(part)).known, Rows::Known::absent);
        rows.put(storage::keys::hot(part), row(part), part);
        rows.set_floor(part);
        rows.evict();
    };
    for (model::Part part = 1000; part < 5000; ++part) stranger_writes(part);
    EXPECT_EQ(rows.size(), 80u);
    for (model::Part part = 1; part <= 50; ++part)
        EXPECT_EQ(part_in(rows, storage::keys::hot(part)), part);
    EXPECT_EQ(part_in(rows, storage::keys::hot(4999)), 4999u) << "the last ones are here, too";

    // One who writes again is no stranger.
    ASSERT_EQ(part_in(rows, storage::keys::hot(4999)), 4999u);
    for (model::Part part = 5000; part < 5200; ++part) stranger_writes(part);
    EXPECT_EQ(part_in(rows, storage::keys::hot(4999)), 4999u);
    EXPECT_EQ(rows.find(storage::keys::hot(4998)).known, Rows::Known::no);
}

TEST(Rows, StrangersStayUntilTheStoreHasThem) {
    Rows rows(8);
    for (model::Part part = 1; part <= 100; ++part)
        rows.put(storage::keys::hot(part), row(part), part);
    rows.set_floor(40);
    for (int i = 0; i < 50; ++i) rows.evict();
    EXPECT_EQ(rows.size(), 60u);
    for (model::Part part = 41; part <= 100; ++part)
        EXPECT_EQ(part_in(rows, storage::keys::hot(part)), part);
}

TEST(Rows, AStrangerWhoIsErasedComesBackWithNothing) {
    Rows rows(100);
    for (model::Part part = 1; part <= 20; ++part)
        rows.put(storage::keys::hot(part), row(part), part);
    rows.erase_range(storage::keys::hot(5), storage::keys::hot(9), 30);
    for (model::Part part = 5; part < 9; ++part)
        EXPECT_EQ(rows.find(storage::keys::hot(part)).known, Rows::Known::absent);
    EXPECT_EQ(part_in(rows, storage::keys::hot(9)), 9u);
    rows.set_floor(30);
    rows.evict();
    EXPECT_EQ(rows.size(), 16u);
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

TEST(Rows, AnErasedRangeIsAbsentAtOnceAndItsNeighboursStay) {
    Rows rows(100);
    for (model::Part part = 1; part <= 9; ++part) rows.put(storage::keys::hot(part), row(part), 5);
    rows.erase_range(storage::keys::hot(3), storage::keys::hot(6), 6);
    for (const model::Part part : {3u, 4u, 5u}) {
        EXPECT_EQ(rows.find(storage::keys::hot(part)).known, Rows::Known::absent) << part;
        EXPECT_EQ(rows.share(storage::keys::hot(part)), nullptr) << part;
    }
    for (const model::Part part : {1u, 2u, 6u, 9u})
        EXPECT_EQ(part_in(rows, storage::keys::hot(part)), part);
    rows.put(storage::keys::hot(4), row(44), 7);  // written after it
    rows.set_floor(7);
    rows.evict();
    rows.evict();
    EXPECT_EQ(part_in(rows, storage::keys::hot(4)), 44u);
    EXPECT_EQ(rows.find(storage::keys::hot(3)).known, Rows::Known::no);  // ask the store
    EXPECT_EQ(rows.size(), 7u);
}

TEST(Rows, AReadThatBeganBeforeTheErasureBringsNothingBack) {
    Rows rows(100);
    rows.erase_range(storage::keys::hot(0), storage::keys::hot(5), 6);
    rows.set_floor(5);  // the store may still have them
    rows.evict();
    rows.load(storage::keys::hot(3), row(3));
    EXPECT_EQ(rows.find(storage::keys::hot(3)).known, Rows::Known::absent);
    rows.set_floor(6);
    rows.evict();
    EXPECT_EQ(rows.find(storage::keys::hot(3)).known, Rows::Known::absent);
    rows.load(storage::keys::hot(4), row(4));  // by now the store speaks for itself
    EXPECT_EQ(part_in(rows, storage::keys::hot(4)), 4u);
}

TEST(Rows, OneErasedRowIsRememberedAsOne) {
    Rows rows(100);
    rows.put(key, row(1), 5);
    storage::RowKey after = key;
    after.bytes[after.size++] = '\0';
    rows.erase_range(key, after, 6);
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
    rows.load(key, row(1));
    EXPECT_EQ(rows.find(key).known, Rows::Known::absent);
}

TEST(Rows, ASweepThatEvictionCrossesLeavesNothingOfTheRange) {
    constexpr model::Part count = 40'000;  // more than one call looks at
    Rows rows(count);
    for (model::Part part = 1; part <= count; ++part)
        rows.put(storage::keys::hot(part), row(part), 5);
    rows.erase_range(storage::keys::hot(1), storage::keys::hot(20'000), 6);
    rows.set_floor(6);
    for (model::Part more = 1; more <= 10; ++more) {
        for (model::Part i = 0; i < 3'000; ++i)
            rows.load(storage::keys::contact(more * 10'000 + i), row(1));
        rows.evict();
    }
    for (model::Part part = 1; part < 20'000; ++part)
        ASSERT_EQ(rows.find(storage::keys::hot(part)).known, Rows::Known::no) << part;
}

TEST(Rows, WhatPassesThroughStaysUntilOthersCameBehindIt) {
    Rows rows(10);
    rows.put(storage::keys::seq_row(1), row(1), 1);
    rows.load(storage::keys::seq_row(2), row(2));
    for (std::size_t i = 2; i < Rows::passing_kept; ++i)
        rows.put(storage::keys::seq_row(i + 1), row(i + 1), i + 1);
    rows.set_floor(Rows::passing_kept);
    EXPECT_EQ(part_in(rows, storage::keys::seq_row(1)), 1u);
    rows.put(storage::keys::seq_row(9001), row(1), 9001);
    rows.put(storage::keys::seq_row(9002), row(1), 9002);
    rows.set_floor(9000);
    EXPECT_EQ(rows.find(storage::keys::seq_row(1)).known, Rows::Known::no);
    EXPECT_EQ(rows.find(storage::keys::seq_row(2)).known, Rows::Known::no);
    EXPECT_EQ(part_in(rows, storage::keys::seq_row(3)), 3u);
}

TEST(Rows, WhatPassesThroughNeverGoesBeforeTheStoreHasIt) {
    constexpr model::Sequence count = Rows::passing_kept + 100;
    Rows rows(10);
    for (model::Sequence s = 1; s <= count; ++s) rows.put(storage::keys::seq_row(s), row(s), s);
    rows.set_floor(10);
    EXPECT_EQ(rows.find(storage::keys::seq_row(10)).known, Rows::Known::no);
    for (model::Sequence s = 11; s <= count; ++s)
        ASSERT_EQ(part_in(rows, storage::keys::seq_row(s)), s);
}

TEST(Rows, AnErasedRangeOfWhatPassesThroughStaysAbsent) {
    Rows rows(10);
    rows.put(storage::keys::seq_row(1), row(1), 1);
    rows.load(storage::keys::seq_row(2), row(2));
    rows.put(storage::keys::seq_row(8), row(8), 8);
    rows.erase_range(storage::keys::seq_row(0), storage::keys::seq_row(5), 9);
    rows.set_floor(9);
    rows.evict();
    rows.evict();  // the range itself is forgotten by now
    EXPECT_EQ(rows.find(storage::keys::seq_row(1)).known, Rows::Known::absent);
    EXPECT_EQ(rows.find(storage::keys::seq_row(2)).known, Rows::Known::absent);
    EXPECT_EQ(part_in(rows, storage::keys::seq_row(8)), 8u);
}

TEST(Rows, AParkedReceiptThatWentHasToBeLookedFor) {
    const storage::RowKey parked = storage::keys::parked_receipt(1, {});
    Rows rows(0, 100);
    EXPECT_FALSE(rows.has_parked_since(99));  // of an earlier life
    EXPECT_TRUE(rows.has_parked_since(100));
    rows.put(parked, row(1), 105);
    rows.set_floor(104);
    rows.evict_if(every);
    EXPECT_TRUE(rows.has_parked_since(100));
    rows.set_floor(110);
    rows.evict_if(every);
    EXPECT_FALSE(rows.has_parked_since(104));
    EXPECT_TRUE(rows.has_parked_since(110));
}

TEST(Rows, WhatIsHeldIsKnownWhoeverAskedForItBefore) {
    const storage::RowKey seventh = storage::keys::seq_row(7);
    Rows rows(100);
    rows.load(seventh, nullptr);
    rows.hold(seventh, std::make_shared<const model::Record>(model::MessageRow{}), 7);
    EXPECT_EQ(rows.find(seventh).known, Rows::Known::present);
    EXPECT_NE(rows.share(seventh), nullptr);
    rows.set_floor(7);
    EXPECT_NE(rows.find(seventh).known, Rows::Known::absent) << "the store has it";
}

TEST(Rows, WhatIsHeldDoesNotOutliveWhatWasWrittenOverIt) {
    Rows rows(100);
    const auto record = [] { return std::make_shared<const model::Record>(model::MessageRow{}); };
    rows.hold(storage::keys::seq_row(5), record(), 5);
    rows.hold(storage::keys::seq_row(6), record(), 6);
    rows.put(storage::keys::seq_row(6), row(66), 8);
    rows.erase_range(storage::keys::seq_row(4), storage::keys::seq_row(6), 20'000);
    for (model::Sequence s = 9; s < Rows::passing_kept + 20; ++s)
        rows.put(storage::keys::seq_row(s), row(1), s);
    rows.set_floor(19'000);
    EXPECT_EQ(rows.find(storage::keys::seq_row(6)).known, Rows::Known::no);
    EXPECT_EQ(rows.find(storage::keys::seq_row(5)).known, Rows::Known::absent);
}

TEST(Rows, WhatWasWrittenAfterTheErasureIsReadAgain) {
    Rows rows(100);
    rows.erase_range(storage::keys::hot(1), storage::keys::hot(9), 6);
    rows.put(storage::keys::hot(3), row(3), 7);
    rows.set_floor(7);
    rows.evict_if(every);  // before the range is swept
    rows.load(storage::keys::hot(3), row(3));
    EXPECT_EQ(part_in(rows, storage::keys::hot(3)), 3u);
}

}  // namespace
}  // namespace postern::core
