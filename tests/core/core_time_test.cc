// The wall clock is set back by hours: nothing that waits for so long waits for hours, and nothing
// that is meant for a time of day comes before it. RELIABILITY 2.13.
#include "gateway/core/core_time.h"

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::SendResult;
using model::MessageState;

TEST(CoreTime, GoesOnWhereTheWallClockIsSetBackUntilTheTwoMeet) {
    CoreTime time(at(0s));
    time.pass({at(10h), 100h});
    EXPECT_EQ(time.at({at(11h), 101h}), at(11h));
    time.pass({at(11h), 101h});
    time.pass({at(9h), 101h});
    EXPECT_EQ(time.ahead({at(9h), 101h}), 2h);
    EXPECT_TRUE(time.take_moved());
    EXPECT_FALSE(time.take_moved());
    // A tenth is given back, however often it is looked at.
    for (int second = 0; second <= 3600; ++second)
        time.pass({at(9h + std::chrono::seconds{second}), 101h + std::chrono::seconds{second}});
    EXPECT_EQ(time.ahead({at(10h), 102h}), 2h - 6min);
    EXPECT_EQ(time.ahead({at(9h + 20h), 101h + 20h}), 0s);
    EXPECT_EQ(time.at({at(9h + 21h), 101h + 21h}), at(30h));
    EXPECT_FALSE(time.take_moved());
}

TEST(CoreTime, KnowsWhatItWillBeAtAnHourOfTheWallClock) {
    CoreTime time(at(0s));
    time.pass({at(12h), 100h});
    time.pass({at(9h), 100h});
    for (const auto in : {0min, 90min, 29h + 0min, 40h + 0min}) {
        const model::Now then{at(9h + in), 100h + in};
        EXPECT_EQ(CoreTime::counted(then.wall, at(9h), 3h), time.at(then)) << in.count();
        EXPECT_EQ(CoreTime::told(time.at(then), at(12h), 3h), then.wall) << in.count();
    }
}

TEST(CoreTime, StaysAheadWhereTheWallClockIsSetForwardAgain) {
    CoreTime time(at(0s));
    time.pass({at(12h), 100h});
    time.pass({at(9h), 100h});
    EXPECT_TRUE(time.take_moved());
    const model::Now forward{at(13h), 101h};
    EXPECT_EQ(time.at(forward), at(13h) + 3h - 6min);
    time.pass(forward);
    EXPECT_EQ(time.ahead(forward), 3h - 6min);
    EXPECT_FALSE(time.take_moved()) << "what was counted is as good as it was";
    EXPECT_EQ(time.ahead({at(14h), 102h}), 3h - 12min);
}

TEST(CoreTime, IsNotDrivenAwayByAClockThatIsSetToAndFro) {
    CoreTime time(at(0s));
    model::Instant before = at(24h * 365);
    time.pass({before, 100h});
    for (int i = 0; i < 100; ++i) {
        time.pass({at(24h * 365 - 3h), 100h});
        EXPECT_GE(time.at({at(24h * 365 - 3h), 100h}), before);
        before = time.at({at(24h * 365 - 3h), 100h});
        time.pass({at(24h * 365), 100h});
        EXPECT_LE(time.ahead({at(24h * 365), 100h}), CoreTime::kept_max);
    }
    // A year is more than is kept: what waits is looked at again.
    time.pass({at(0s), 100h});
    EXPECT_TRUE(time.take_moved());
    time.pass({at(24h * 365), 100h});
    EXPECT_EQ(time.ahead({at(24h * 365), 100h}), CoreTime::kept_max);
    EXPECT_TRUE(time.take_moved());
}

TEST(CoreTime, GoesOnOverARestartAsItWouldHaveWithoutOne) {
    EXPECT_EQ(CoreTime::resumed(at(12h), at(9h), at(9h)), at(12h));
    EXPECT_EQ(CoreTime::resumed(at(12h), at(9h), at(10h)), at(13h) - 6min);
    EXPECT_EQ(CoreTime::resumed(at(12h), at(9h), at(8h)), at(12h)) << "and it is set back again";
    EXPECT_EQ(CoreTime::resumed(at(12h), at(9h), at(100h)), at(100h)) << "they met";
    EXPECT_EQ(CoreTime::resumed(at(9h), at(9h), at(10h)), at(9h)) << "the wall clock says it";
}

TEST(CoreTime, NeverGoesBackAndNeverStops) {
    CoreTime time(at(5h));
    model::Now now{at(1h), 7h};
    EXPECT_EQ(time.at(now), at(5h)) << "an earlier start wrote at that time";
    model::Instant before = time.at(now);
    for (int i = 0; i < 100; ++i) {
        now.steady += 1us;
        if (i == 50) now.wall -= 10min;
        time.pass(now);
        EXPECT_GE(time.at(now), before);
        before = time.at(now);
    }
    now.steady += 10s;
    EXPECT_EQ(time.at(now), at(5h) + 9s + 90us);
}

class ClockSetBack : public SendingRig {
  protected:
    void set_back(std::chrono::microseconds by) {
        now_ -= by;
        bench_.set_clock(-by);
        pass(0s);
    }
};

TEST_F(ClockSetBack, ARetryComesInItsTime) {
    const auto id = submit(text_to("+573001")).id.sequence;
    answer(outcome(SendResult::transient));
    EXPECT_EQ(state(id).state, MessageState::waiting);
    set_back(3h);
    for (int i = 0; i < 30; ++i) pass(1s);
    EXPECT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(state(id).state, MessageState::sending);
}

TEST_F(ClockSetBack, WhatIsAcceptedAfterwardsLivesForItsWholeTime) {
    pass(1h);
    set_back(3h);
    bench_.run(PauseAccount{1, true, "a test"}, now_);
    SubmitMessage c = text_to("+573001");
    c.row.expires = now_ + 1h;
    const auto id = submit(std::move(c)).id.sequence;
    pass(55min);
    EXPECT_EQ(state(id).state, MessageState::waiting);
    pass(6min);
    EXPECT_EQ(state(id).state, MessageState::expired);
}

TEST_F(ClockSetBack, WhatIsScheduledLeavesAtItsHourByTheCorrectedClock) {
    SubmitMessage early = text_to("+573001");
    early.row.send_at = now_ + 1h;
    const auto before = submit(std::move(early)).id.sequence;
    const model::Instant hour = now_ + 1h;
    set_back(3h);
    SubmitMessage late = text_to("+573002");
    late.row.send_at = hour;
    const auto after = submit(std::move(late)).id.sequence;
    // By the core's count the hour comes long before it is there.
    for (int i = 0; i < 39; ++i) pass(6min);
    EXPECT_TRUE(dispatched_.empty()) << "it is " << model::format_time(now_);
    EXPECT_EQ(state(before).state, MessageState::waiting);
    for (int i = 0; i < 2; ++i) pass(6min);
    EXPECT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(state(after).state, MessageState::sending);
}

TEST_F(ClockSetBack, WhatIsAcceptedMeanwhileLeavesInTimeWhenTheClockIsPutRight) {
    set_back(3h);
    SubmitMessage c = text_to("+573001");
    c.row.send_at = now_ + 5h;
    const auto id = submit(std::move(c)).id.sequence;
    set_back(-3h);
    for (int i = 0; i < 19; ++i) pass(6min);
    EXPECT_EQ(state(id).state, MessageState::waiting) << model::format_time(now_);
    pass(6min);
    EXPECT_EQ(state(id).state, MessageState::sending) << model::format_time(now_);
}

TEST_F(ClockSetBack, WhatExpiresStaysInItsLaneUntilTheCorrectedClockSaysSo) {
    bench_.run(PauseAccount{1, true, "a test"}, now_);
    std::vector<model::Sequence> waiting;
    for (int i = 0; i < 3; ++i) {
        SubmitMessage c = text_to("+57300" + std::to_string(i));
        c.row.expires = now_ + 1h;
        waiting.push_back(submit(std::move(c)).id.sequence);
    }
    set_back(3h);
    for (int i = 0; i < 39; ++i) {
        pass(6min);
        const model::Now clocks{now_, now_.time_since_epoch() + 3h};
        EXPECT_EQ(bench_.core().figures(clocks).delayed, 0u) << model::format_time(now_);
    }
    for (const auto id : waiting) EXPECT_EQ(state(id).state, MessageState::waiting);
    pass(6min);
    for (const auto id : waiting) EXPECT_EQ(state(id).state, MessageState::expired);
}

TEST_F(ClockSetBack, QuietHoursAreThoseOfTheCorrectedClock) {
    auto calendars = std::make_shared<policy::Calendars>();
    calendars->zones.add("Etc/UTC", policy::Zone({{0, 0}}));
    settings_->calendars = calendars;
    policy::HoursRule day;
    day.categories = policy::all_categories;
    policy::open(day.week, policy::every_day, 8 * 60, 21 * 60);
    settings_->accounts[1].policy.quiet.zone = "Etc/UTC";
    settings_->accounts[1].policy.quiet.rules.push_back(day);
    configure();
    pass(10h);  // 22:00, it says
    const auto id = submit(text_to("+573001")).id.sequence;
    pass(1s);
    EXPECT_EQ(state(id).state, MessageState::waiting);
    set_back(3h);  // 19:00, it is
    EXPECT_EQ(state(id).state, MessageState::sending);

    pass(2h);
    const auto night = submit(text_to("+573002")).id.sequence;
    for (int i = 0; i < 10; ++i) pass(1h);
    EXPECT_EQ(state(night).state, MessageState::waiting) << model::format_time(now_);
    for (int i = 0; i < 3; ++i) pass(30min);
    EXPECT_EQ(state(night).state, MessageState::sending);
}

TEST_F(ClockSetBack, IdsAndTimesOfMessagesNeverGoBack) {
    const Reply first = submit(text_to("+573001"));
    set_back(24h * 365);
    const Reply second = submit(text_to("+573002"));
    EXPECT_GE(second.id.milliseconds, first.id.milliseconds);
    EXPECT_EQ(dispatched_.size(), 2u) << "and it leaves at once";
    EXPECT_EQ(bench_.core().figures({now_, now_.time_since_epoch() + 24h * 365}).ahead, 24h * 365);
}

}  // namespace
}  // namespace postern::core
