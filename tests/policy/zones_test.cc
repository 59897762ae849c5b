#include "gateway/policy/zones.h"

#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

LocalSeconds local(std::string_view text) {  // "2026-03-08T02:30"
    return std::chrono::floor<std::chrono::seconds>(at(std::string(text) + ":00Z"))
        .time_since_epoch()
        .count();
}

struct Gap {
    std::string_view zone;
    std::string_view missing;  // a wall-clock moment that does not exist
    std::string_view first;    // the first instant after it
};

TEST(Zones, AMomentThatTheClockSkipsIsTheFirstInstantAfterTheGap) {
    for (const Gap& gap : {Gap{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z"},
                           Gap{"America/Santiago", "2026-09-06T00:30", "2026-09-06T04:00:00Z"},
                           Gap{"Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00:00Z"},
                           Gap{"America/Tijuana", "2026-03-08T02:30", "2026-03-08T10:00:00Z"},
                           Gap{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"},
                           Gap{"America/Havana", "2026-03-08T00:30", "2026-03-08T05:00:00Z"},
                           Gap{"Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00:00Z"}}) {
        const Zone* zone = calendars().zones.find(gap.zone);
        ASSERT_NE(nullptr, zone);
        const LocalEdge edge = zone->instants_of(local(gap.missing));
        EXPECT_EQ(at(gap.first), edge.earlier) << gap.zone;
        EXPECT_EQ(at(gap.first), edge.later) << gap.zone;
        EXPECT_NE(local(gap.missing), zone->local_at(edge.later));
    }
}

struct Fold {
    std::string_view zone;
    std::string_view twice;
    std::string_view earlier;
    std::string_view later;
};

TEST(Zones, AMomentThatTheClockShowsTwiceHasTwoInstants) {
    for (const Fold& fold : {Fold{"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z",
                                  "2026-11-01T06:30:00Z"},
                             Fold{"America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30:00Z",
                                  "2026-04-05T03:30:00Z"},
                             Fold{"Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30:00Z",
                                  "2026-10-25T01:30:00Z"}}) {
        const Zone* zone = calendars().zones.find(fold.zone);
        ASSERT_NE(nullptr, zone);
        const LocalEdge edge = zone->instants_of(local(fold.twice));
        EXPECT_EQ(at(fold.earlier), edge.earlier) << fold.zone;
        EXPECT_EQ(at(fold.later), edge.later) << fold.zone;
        EXPECT_EQ(local(fold.twice), zone->local_at(edge.earlier));
        EXPECT_EQ(local(fold.twice), zone->local_at(edge.later));
    }
}

TEST(Zones, ZonesThatNoLongerChangeTheirClocksDoNot) {
    for (const std::string_view name :
         {"America/Mexico_City", "America/Sao_Paulo", "America/Asuncion"}) {
        const Zone* zone = calendars().zones.find(name);
        ASSERT_NE(nullptr, zone);
        const std::int32_t offset = zone->offset_at(at("2026-01-01T00:00:00Z"));
        for (int day = 0; day < 365; ++day) {
            EXPECT_EQ(offset, zone->offset_at(at("2026-01-01T00:00:00Z") + std::chrono::days{day}))
                << name << day;
        }
    }
}

TEST(Zones, OffsetsNeedNotBeWholeHours) {
    for (const auto& [name, minutes] :
         {std::pair{"Asia/Kolkata", 330}, std::pair{"Asia/Kathmandu", 345},
          std::pair{"America/St_Johns", -210}, std::pair{"Australia/Eucla", 525},
          std::pair{"Pacific/Marquesas", -570}}) {
        EXPECT_EQ(minutes * 60,
                  calendars().zones.find(name)->offset_at(at("2026-01-15T00:00:00Z")));
    }
}

TEST(Zones, OldNamesAreFoundAsTodays) {
    EXPECT_EQ("Asia/Kolkata", canonical_zone("Asia/Calcutta"));
    EXPECT_EQ("America/Bogota", canonical_zone("America/Bogota"));
    EXPECT_EQ(nullptr, calendars().zones.find("Mars/Olympus"));
    ZoneTable table;
    table.add("Asia/Kolkata", Zone({{0, 19'800}}));
    EXPECT_NE(nullptr, table.find("Asia/Calcutta"));
}

}  // namespace
}  // namespace postern::policy
