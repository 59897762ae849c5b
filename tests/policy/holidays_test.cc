#include "gateway/policy/holidays.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

const Holiday* closing(std::string_view calendar, std::string_view date) {
    std::int32_t day = 0;
    EXPECT_TRUE(parse_day(date, day));
    const HolidayCalendar* found = calendars().holidays.find(calendar);
    return found == nullptr ? nullptr : found->closing(day);
}

/// A file that goes with the test.
struct File {
    std::string path;
    File(const std::string& name, const std::string& text)
        : path(std::filesystem::temp_directory_path() /
               (name + std::to_string(reinterpret_cast<std::uintptr_t>(this)))) {
        path += std::filesystem::path(name).extension();
        std::ofstream(path) << text;
    }
    ~File() { std::filesystem::remove(path); }
};

TEST(Holidays, ShippedDaysFollowTheirLaws) {
    for (const auto& [calendar, date] :
         {std::pair{"co", "2026-01-12"},  // Ley Emiliani: Epiphany on its Monday
          std::pair{"co", "2026-06-15"}, std::pair{"co", "2026-11-16"},
          std::pair{"co", "2027-06-07"}, std::pair{"us", "2026-06-19"},
          std::pair{"us", "2026-11-26"}, std::pair{"us", "2026-07-03"},
          std::pair{"mx", "2026-03-16"}, std::pair{"br", "2026-11-20"},
          std::pair{"cl", "2026-04-04"}, std::pair{"cl", "2027-09-17"},
          std::pair{"es", "2026-12-08"}, std::pair{"it", "2026-04-06"},
          std::pair{"gb", "2027-12-27"}, std::pair{"gb", "2027-12-28"},
          std::pair{"gb-sct", "2026-08-03"}, std::pair{"in", "2026-08-15"}}) {
        EXPECT_NE(nullptr, closing(calendar, date)) << calendar << date;
    }
    for (const auto& [calendar, date] :
         {std::pair{"co", "2026-01-06"}, std::pair{"gb", "2026-08-31"},
          std::pair{"br", "2026-02-17"}, std::pair{"us", "2026-12-24"}}) {
        EXPECT_EQ(nullptr, closing(calendar, date)) << calendar << date;
    }
}

TEST(Holidays, OnlyPublicOnesClose) {
    HolidayTable table;
    ASSERT_EQ("", table.read("# a comment\n\nXX 2026-01-02 A day off optional\r\n"
                             "XX 2026-01-02 Another one public\nxx-yy 2026-01-03 Third bank\n"));
    std::int32_t day = 0;
    ASSERT_TRUE(parse_day("2026-01-02", day));
    EXPECT_EQ("Another one", table.find("xx")->closing(day)->name);
    EXPECT_EQ(nullptr, table.find("xx-yy")->closing(day + 1));
    EXPECT_FALSE(table.find("xx")->covers(day + 400));
}

TEST(Holidays, ALineThatIsNoneIsNamed) {
    for (const std::string text :
         {"XX 2026-02-30 No such day public", "XX 2026-01-01 public", "XX 2026-01-01 Day",
          "2026-01-01 Day public", "XX 2026-01-01 Day closed"}) {
        HolidayTable table;
        EXPECT_TRUE(table.read("# one\n" + text).starts_with("line 2: ")) << text;
    }
}

TEST(Holidays, CalendarFilesOfOtherProgramsAreRead) {
    const File file(
        "holidays.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260102\r\nDTEND;VALUE=DATE:20260104\r\n"
        "SUMMARY:Inventory\\, closed\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250717\r\nRRULE:FREQ=YEARLY\r\n"
        "SUMMARY:Founding\r\n  day\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART:20260301T100000Z\r\nSUMMARY:A meeting\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n");
    HolidayTable table;
    ASSERT_EQ("", load_calendar(file.path, "own", table));
    const HolidayCalendar* own = table.find("own");
    ASSERT_NE(nullptr, own);
    std::int32_t day = 0;
    ASSERT_TRUE(parse_day("2026-01-02", day));
    EXPECT_EQ("Inventory, closed", own->closing(day)->name);
    EXPECT_NE(nullptr, own->closing(day + 1));
    EXPECT_EQ(nullptr, own->closing(day + 2));
    ASSERT_TRUE(parse_day("2031-07-17", day));
    EXPECT_EQ("Founding day", own->closing(day)->name);
    ASSERT_TRUE(parse_day("2026-03-01", day));
    EXPECT_EQ(nullptr, own->closing(day));
}

TEST(Holidays, AFolderOfAnOperatorsOwnIsReadAndAddsToWhatIsThere) {
    const std::string folder =
        std::filesystem::temp_directory_path() / ("holidays" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/ACME.ics")
        << "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\n"
           "SUMMARY:Works holiday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::ofstream(folder + "/more.txt") << "CO 2026-06-02 Election public\n";
    std::ofstream(folder + "/notes.md") << "not read";
    HolidayTable table;
    ASSERT_EQ("", table.read("CO 2026-01-01 New Year public\n"));
    EXPECT_EQ("", load_holiday_folder(folder, table));
    std::int32_t day = 0;
    ASSERT_TRUE(parse_day("2026-12-24", day));
    ASSERT_NE(nullptr, table.find("acme"));
    EXPECT_EQ("Works holiday", table.find("acme")->closing(day)->name);
    ASSERT_TRUE(parse_day("2026-06-02", day));
    EXPECT_EQ("Election", table.find("co")->closing(day)->name);
    ASSERT_TRUE(parse_day("2026-01-01", day));
    EXPECT_NE(nullptr, table.find("co")->closing(day));
    std::filesystem::remove_all(folder);
    EXPECT_NE("", load_holiday_folder(folder, table));
}

TEST(Holidays, AFileThatIsNoCalendarIsAProblem) {
    HolidayTable table;
    const File file("broken.ics", "hello");
    EXPECT_NE("", load_calendar(file.path, "own", table));
    EXPECT_NE("", load_calendar(file.path + ".absent", "own", table));
}

}  // namespace
}  // namespace postern::policy
