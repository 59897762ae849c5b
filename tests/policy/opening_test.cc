#include "gateway/policy/opening.h"

#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

HoursRule every_day_from(std::string_view range) {
    HoursRule rule;
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    EXPECT_TRUE(parse_range(range, from, to));
    open(rule.week, every_day, from, to);
    return rule;
}

/// The next opening of one rule in some zones.
std::optional<model::Instant> next(std::string_view range, std::vector<std::string_view> zones,
                                   std::string_view when) {
    const HoursRule rule = every_day_from(range);
    Opening opening(calendars().holidays);
    opening.add_rule(rule);
    for (const std::string_view zone : zones) {
        opening.add_zone(zone, *calendars().zones.find(zone));
    }
    return opening.next_open(at(when));
}

struct Row {
    std::string_view zone;
    std::string_view hours;
    std::string_view asked;
    std::string_view opens;
};

void expect(const Row& row) {
    const auto said = next(row.hours, {row.zone}, row.asked);
    ASSERT_TRUE(said.has_value()) << row.zone;
    EXPECT_EQ(model::format_time(at(row.opens)), model::format_time(*said))
        << row.zone << " " << row.hours << " " << row.asked;
}

TEST(Opening, AnOpeningInsideAGapIsTheFirstInstantAfterIt) {
    expect({"America/New_York", "02:30-21:00", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"});
    expect({"America/Santiago", "00:30-21:00", "2026-09-06T03:00:00Z", "2026-09-06T04:00:00Z"});
    expect({"Europe/Paris", "02:30-21:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"});
    expect({"Australia/Lord_Howe", "02:15-21:00", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"});
    expect({"America/Havana", "00:30-21:00", "2026-03-08T04:59:59Z", "2026-03-08T05:00:00Z"});
    expect({"Africa/Cairo", "00:30-21:00", "2026-04-23T21:00:00Z", "2026-04-23T22:00:00Z"});
}

TEST(Opening, AClosingInsideAGapEndsAtTheGap) {
    // 01:59:59 is open, and the next second is 03:00.
    expect({"America/New_York", "01:00-02:30", "2026-03-08T06:59:59Z", "2026-03-08T06:59:59Z"});
    expect({"America/New_York", "01:00-02:30", "2026-03-08T07:00:00Z", "2026-03-09T05:00:00Z"});
}

TEST(Opening, HoursThatLieWhollyInAGapAreLeftOutThatDay) {
    expect({"America/New_York", "02:10-02:50", "2026-03-08T05:00:00Z", "2026-03-09T06:10:00Z"});
}

TEST(Opening, AMomentShownTwiceOpensAtTheSecondAndClosesAtTheFirst) {
    expect({"America/New_York", "01:30-21:00", "2026-11-01T05:00:00Z", "2026-11-01T06:30:00Z"});
    expect({"America/New_York", "00:30-01:30", "2026-11-01T05:29:59Z", "2026-11-01T05:29:59Z"});
    // Not again when the clock shows 01:00 for the second time.
    expect({"America/New_York", "00:30-01:30", "2026-11-01T05:30:00Z", "2026-11-02T05:30:00Z"});
    expect({"Europe/Paris", "02:30-21:00", "2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z"});
    expect({"America/Santiago", "08:00-23:30", "2026-04-05T02:30:00Z", "2026-04-05T12:00:00Z"});
}

TEST(Opening, HoursThatGoOnOverMidnightHaveNoEdgeThere) {
    // Havana shows the hour after midnight twice, Santiago the hour before it.
    for (const auto& [zone, start] : {std::pair{"America/Havana", "2026-11-01T02:00:00Z"},
                                      std::pair{"America/Santiago", "2026-04-05T01:00:00Z"},
                                      std::pair{"America/Havana", "2026-03-08T03:00:00Z"}}) {
        for (int minute = 0; minute < 300; ++minute) {
            const auto when = model::format_time(at(start) + std::chrono::minutes{minute});
            expect({zone, "00:00-24:00", when, when});
        }
    }
    expect({"America/Bogota", "21:00-06:00", "2026-05-05T05:00:00Z", "2026-05-05T05:00:00Z"});
    expect({"America/Bogota", "21:00-06:00", "2026-05-05T11:00:00Z", "2026-05-06T02:00:00Z"});
}

/// Asks from a closed moment on: when it opens, and when it closes again.
void expect_window(std::string_view hours, const std::vector<std::string_view>& zones,
                   std::string_view asked, std::string_view opens, std::string_view closes) {
    const auto open = next(hours, zones, asked);
    ASSERT_TRUE(open.has_value());
    EXPECT_EQ(model::format_time(at(opens)), model::format_time(*open));
    const auto last = model::format_time(at(closes) - std::chrono::milliseconds{1});
    EXPECT_EQ(last, model::format_time(next(hours, zones, last).value_or(model::Instant{})));
    EXPECT_NE(model::format_time(at(closes)),
              model::format_time(next(hours, zones, closes).value_or(model::Instant{})));
}

// CG-59 the recipient's zone; where several are possible, all of them.
TEST(Opening, SeveralZonesMustAllBeOpen) {
    const std::vector<std::string_view> us{"America/New_York", "America/Chicago", "America/Denver",
                                           "America/Phoenix", "America/Los_Angeles"};
    expect_window("08:00-21:00", us, "2026-01-15T12:00:00Z", "2026-01-15T16:00:00Z",
                  "2026-01-16T02:00:00Z");
    const std::vector<std::string_view> america{"Pacific/Guam", "America/St_Johns"};
    expect_window("08:00-21:00", america, "2026-01-15T12:00:00Z", "2026-01-15T22:00:00Z",
                  "2026-01-16T00:30:00Z");
    expect_window("08:00-21:00", america, "2026-07-15T12:00:00Z", "2026-07-15T22:00:00Z",
                  "2026-07-15T23:30:00Z");
    const std::vector<std::string_view> australia{
        "Australia/Perth",    "Australia/Eucla",  "Australia/Darwin",   "Australia/Adelaide",
        "Australia/Brisbane", "Australia/Sydney", "Australia/Lord_Howe"};
    expect_window("08:00-20:00", australia, "2026-01-15T12:00:00Z", "2026-01-16T00:00:00Z",
                  "2026-01-16T09:00:00Z");
    const std::vector<std::string_view> russia{"Europe/Kaliningrad", "Europe/Moscow",
                                               "Asia/Kamchatka"};
    expect_window("08:00-20:00", russia, "2026-01-15T12:00:00Z", "2026-01-16T06:00:00Z",
                  "2026-01-16T08:00:00Z");
}

TEST(Opening, NoCommonHourIsFoundOutAndSaid) {
    EXPECT_FALSE(next("08:00-12:00", {"Asia/Tokyo", "America/New_York"}, "2026-01-15T12:00:00Z"));
}

TEST(Opening, SeveralRulesMustAllBeOpen) {
    const HoursRule early = every_day_from("08:00-12:00");
    const HoursRule late = every_day_from("11:00-20:00");
    Opening opening(calendars().holidays);
    opening.add_rule(early);
    opening.add_rule(late);
    opening.add_zone("America/Bogota", *calendars().zones.find("America/Bogota"));
    EXPECT_EQ(at("2026-05-05T16:00:00Z"), opening.next_open(at("2026-05-05T13:00:00Z")));
    EXPECT_EQ(at("2026-05-06T16:00:00Z"), opening.next_open(at("2026-05-05T17:00:00Z")));
}

}  // namespace
}  // namespace postern::policy
