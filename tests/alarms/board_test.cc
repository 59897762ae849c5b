// When somebody is told: once at the beginning, now and then, once at the end, and never in a
// storm.
#include "gateway/alarms/board.h"

#include <gtest/gtest.h>

namespace postern::alarms {
namespace {

using namespace std::chrono_literals;

model::Instant at(std::chrono::seconds after) {
    return model::Instant{std::chrono::seconds{1'800'000'000} + after};
}

const Condition paused{Kind::account_paused, "wa-main", "wa-main is paused."};
const Condition failing{Kind::signature_failures, "wa-main", "Most do not verify."};
const Condition unset{Kind::clock_unsynchronised, "", "The clock is not synchronised."};

TEST(AlarmBoard, TellsOfABeginningOnceAndOfItsEndOnce) {
    Board board(4h);
    const auto began = board.look({paused}, at(0s));
    ASSERT_EQ(began.size(), 1u);
    EXPECT_EQ(began[0], (Notice{Turn::began, paused, at(0s), at(0s)}));
    EXPECT_TRUE(board.look({paused}, at(5s)).empty());
    ASSERT_EQ(board.open().size(), 1u);
    const auto ended = board.look({}, at(10s));
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0], (Notice{Turn::ended, paused, at(0s), at(10s)}));
    EXPECT_TRUE(board.open().empty());
    EXPECT_TRUE(board.look({}, at(15s)).empty());
}

TEST(AlarmBoard, TellsAgainEveryFewHoursWhileItLasts) {
    Board board(4h);
    (void)board.look({paused}, at(0s));
    EXPECT_TRUE(board.look({paused}, at(4h - 1s)).empty());
    const auto again = board.look({paused}, at(4h));
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].turn, Turn::lasts);
    EXPECT_EQ(again[0].since, at(0s));
    EXPECT_TRUE(board.look({paused}, at(4h + 5s)).empty());
}

TEST(AlarmBoard, TakesWhatFlickersForOneAlarm) {
    Board board(4h);
    std::size_t told = 0;
    for (int i = 0; i < 100; ++i) {
        const auto moment = at(std::chrono::seconds{i * 5});
        told +=
            board.look(i % 2 == 0 ? std::vector{failing} : std::vector<Condition>{}, moment).size();
    }
    EXPECT_EQ(told, 1u);
    EXPECT_TRUE(board.look({}, at(495s + Board::over_after - 10s)).empty());
    const auto ended = board.look({}, at(495s + Board::over_after));
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].turn, Turn::ended);
}

TEST(AlarmBoard, SaysAtTheEndHowItIsThen) {
    Board board(4h);
    (void)board.look({{Kind::disk_space, "low", "900 MiB are free on the disk."}, paused}, at(0s));
    board.describe(Kind::disk_space, "20000 MiB are free on the disk.");
    (void)board.look({paused}, at(5s));
    ASSERT_EQ(board.open().size(), 2u);
    for (const OpenAlarm& alarm : board.open()) {
        const bool disk = alarm.condition.kind == Kind::disk_space;
        EXPECT_EQ(alarm.condition.detail, disk ? "20000 MiB are free on the disk." : paused.detail);
    }

    board.describe(Kind::disk_space, "30000 MiB are free on the disk.");
    const auto ended = board.look({paused}, at(5s + Board::over_after));
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].condition.detail, "30000 MiB are free on the disk.");
}

TEST(AlarmBoard, GivesAClockTimeToBeSet) {
    Board board(4h);
    EXPECT_TRUE(board.look({unset}, at(0s)).empty());
    EXPECT_TRUE(board.look({unset}, at(9min)).empty());
    EXPECT_EQ(board.look({unset}, at(10min)).size(), 1u);
}

TEST(AlarmBoard, SaysNothingOfTheEndOfWhatNobodyWasToldOf) {
    Board board(4h);
    (void)board.look({unset}, at(0s));
    EXPECT_TRUE(board.look({}, at(1h)).empty());
    EXPECT_TRUE(board.open().empty());
}

TEST(AlarmBoard, NeverTellsMoreThanSixtyThingsAnHourAndForgetsNone) {
    Board board(24h);
    std::vector<Condition> many;
    for (int i = 0; i < 100; ++i)
        many.push_back({Kind::account_broken, "wa-" + std::to_string(i), "refused"});
    EXPECT_EQ(board.look(many, at(0s)).size(), Board::notices_per_hour_max);
    EXPECT_TRUE(board.look(many, at(30min)).empty());
    EXPECT_EQ(board.open().size(), 100u);
    const auto later = board.look(many, at(1h));
    EXPECT_EQ(later.size(), 100u - Board::notices_per_hour_max);
    for (const Notice& notice : later) EXPECT_EQ(notice.turn, Turn::began);
}

TEST(AlarmBoard, GoesOnAfterARestartWithoutTellingTwice) {
    Board before(4h);
    (void)before.look({paused, failing}, at(0s));
    Board after(4h);
    after.load(before.save(), at(60s));
    EXPECT_TRUE(after.look({paused, failing}, at(60s)).empty());
    const auto ended = after.look({failing}, at(65s));
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0], (Notice{Turn::ended, paused, at(0s), at(65s)}));
}

TEST(AlarmBoard, LeavesOutSavedLinesThatItCannotRead) {
    Board board(4h);
    board.load(
        "nonsense\naccount_paused\tx\ty\tz\tw\n\t\t\t\t\n\naccount_paused\t1\t1\tsms\tpaused",
        at(0s));
    ASSERT_EQ(board.open().size(), 1u);
    EXPECT_EQ(board.open()[0].condition.subject, "sms");
}

TEST(AlarmBoard, IsNotSilencedByAClockThatWasSetBack) {
    Board board(4h);
    board.load("account_paused\t4000000000000000\t4000000000000000\tsms\tpaused\n", at(0s));
    EXPECT_EQ(board.look({{Kind::account_paused, "sms", "paused"}}, at(4h)).size(), 1u);
}

}  // namespace
}  // namespace postern::alarms
