#include "gateway/policy/hours.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

TEST(Hours, RangesAreTwoTimesOfDay) {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    EXPECT_TRUE(parse_range("08:00-21:30", from, to));
    EXPECT_EQ(480, from);
    EXPECT_EQ(1290, to);
    EXPECT_TRUE(parse_range("00:00-24:00", from, to));
    for (const std::string_view wrong :
         {"", "8:00-21:00", "08:00-08:00", "24:00-08:00", "08:60-21:00", "08:00-24:01",
          "08:00_21:00", "-1:00-21:00", "08:00-21:0x"}) {
        EXPECT_FALSE(parse_range(wrong, from, to)) << wrong;
    }
}

TEST(Hours, WeekdaysAreListsOfRanges) {
    Weekdays days = 0;
    EXPECT_TRUE(parse_weekdays("mon-fri", days));
    EXPECT_EQ(0x1F, days);
    EXPECT_TRUE(parse_weekdays("sat", days));
    EXPECT_EQ(0x20, days);
    EXPECT_TRUE(parse_weekdays("mon,wed-thu", days));
    EXPECT_EQ(0x0D, days);
    EXPECT_TRUE(parse_weekdays("sat-mon", days));
    EXPECT_EQ(0x61, days);
    EXPECT_FALSE(parse_weekdays("", days));
    EXPECT_FALSE(parse_weekdays("monday", days));
    EXPECT_FALSE(parse_weekdays("mon-", days));
}

TEST(Hours, HoursOverMidnightBelongToTwoDays) {
    WeekHours week;
    open(week, 0x40, 21 * 60, 6 * 60);  // Sunday evening
    EXPECT_EQ("21:00-24:00", format_hours(week[6]));
    EXPECT_EQ("00:00-06:00", format_hours(week[0]));
    EXPECT_EQ("closed", format_hours(week[1]));
}

TEST(Hours, RangesThatTouchBecomeOne) {
    WeekHours week;
    open(week, 0x01, 600, 720);
    open(week, 0x01, 480, 540);
    open(week, 0x01, 540, 610);
    EXPECT_EQ("08:00-12:00", format_hours(week[0]));
    open(week, 0x01, 780, 840);
    EXPECT_EQ("08:00-12:00, 13:00-14:00", format_hours(week[0]));
}

}  // namespace
}  // namespace postern::policy
