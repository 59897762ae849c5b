#include "gateway/policy/presets.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

struct Row {
    std::string_view preset;
    std::string_view region;
    Category category;
    std::string_view zone;
    std::string_view closed;  // local wall time is this in UTC below
    std::string_view opens;
};

// CG-68 regulation by country and purpose.
TEST(Presets, OpenWhenTheirTableSays) {
    for (const Row& row : {
             // Tuesday 5 May 2026 unless said otherwise.
             Row{"co", "", Category::marketing, "America/Bogota", "2026-05-05T11:59:59Z",
                 "2026-05-05T12:00:00Z"},
             Row{"co", "", Category::collections, "America/Bogota", "2026-05-09T20:00:00Z",
                 "2026-05-11T12:00:00Z"},  // Saturday afternoon
             Row{"us", "", Category::collections, "America/New_York", "2026-05-05T01:00:00Z",
                 "2026-05-05T12:00:00Z"},
             Row{"us", "tx", Category::marketing, "America/Chicago", "2026-05-10T16:59:59Z",
                 "2026-05-10T17:00:00Z"},  // Sunday noon
             Row{"us", "fl", Category::marketing, "America/New_York", "2026-05-06T00:00:00Z",
                 "2026-05-06T12:00:00Z"},
             Row{"us", "ri", Category::marketing, "America/New_York", "2026-05-09T21:00:00Z",
                 "2026-05-11T13:00:00Z"},
             Row{"mx", "", Category::collections, "America/Mexico_City", "2026-05-09T15:00:00Z",
                 "2026-05-11T13:00:00Z"},
             Row{"br", "", Category::marketing, "America/Sao_Paulo", "2026-05-09T17:00:00Z",
                 "2026-05-11T11:00:00Z"},
             Row{"cl", "", Category::collections, "America/Santiago", "2026-05-10T15:00:00Z",
                 "2026-05-11T12:00:00Z"},
             Row{"es", "", Category::marketing, "Europe/Madrid", "2026-05-09T10:00:00Z",
                 "2026-05-11T07:00:00Z"},
             Row{"it", "", Category::marketing, "Europe/Rome", "2026-05-09T17:00:00Z",
                 "2026-05-11T07:00:00Z"},
             Row{"gb", "", Category::collections, "Europe/London", "2026-05-10T17:00:00Z",
                 "2026-05-11T07:00:00Z"},
             Row{"in", "", Category::marketing, "America/New_York", "2026-05-05T00:00:00Z",
                 "2026-05-05T04:30:00Z"},  // Indian time, whatever the number says
         }) {
        Scene scene;
        scene.is(row.category).in({std::string(row.zone)});
        scene.person.region = row.region;
        scene.rules = quiet(R"({"preset":")" + std::string(row.preset) + "\"}");
        SCOPED_TRACE(row.preset);
        scene.expect_wait(Rule::quiet_hours, row.closed, row.opens);
        const RuleResult said = scene.result(Rule::quiet_hours, row.closed);
        EXPECT_NE(std::string::npos, said.facts_json.find("review with counsel"));
        EXPECT_NE(std::string::npos, said.facts_json.find("\"source\":"));
        scene.is(Category::transactional);
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::quiet_hours, row.closed));
    }
}

TEST(Presets, EveryLineOfTheTableIsWellFormed) {
    const auto well_formed = [](std::string_view hours) {
        std::uint16_t from = 0;
        std::uint16_t to = 0;
        return hours.empty() || (parse_range(hours, from, to) && from < to);
    };
    for (const PresetHours& row : preset_hours()) {
        EXPECT_TRUE(is_preset(row.preset)) << row.preset;
        EXPECT_TRUE(well_formed(row.weekdays) && !row.weekdays.empty()) << row.source;
        EXPECT_TRUE(well_formed(row.saturday) && well_formed(row.sunday)) << row.source;
        EXPECT_TRUE(row.holiday == "=" || well_formed(row.holiday)) << row.source;
        EXPECT_NE(0, row.categories);
        EXPECT_FALSE(row.source.empty());
    }
    for (const std::string_view state : {"fl", "ok", "wa", "tx", "ct", "md", "ma", "nj", "al", "la",
                                         "ms", "ky", "mi", "mn", "nm", "nv", "ri", "pa"}) {
        EXPECT_TRUE(std::ranges::any_of(preset_hours(), [state](const PresetHours& row) {
            return row.preset == "us" && row.region == state;
        })) << state;
    }
}

TEST(Presets, CategoriesOfTheOperatorNarrowOrWidenThem) {
    Scene scene;
    scene.rules = quiet(R"({"preset":"co","categories":["collections"]})");
    EXPECT_EQ(Outcome::wait,
              scene.is(Category::collections).outcome(Rule::quiet_hours, "2026-05-05T06:00:00Z"));
    EXPECT_EQ(Outcome::pass,
              scene.is(Category::marketing).outcome(Rule::quiet_hours, "2026-05-05T06:00:00Z"));
    scene.rules = quiet(R"({"preset":"co","categories":["transactional"]})");
    EXPECT_EQ(Outcome::wait,
              scene.is(Category::transactional).outcome(Rule::quiet_hours, "2026-05-05T06:00:00Z"));
}

TEST(Presets, EveryZoneThatTheyNameExists) {
    for (const std::string_view country : {"co", "us", "mx", "br", "cl", "es", "it", "gb", "in"}) {
        EXPECT_FALSE(zones_of_country(country).empty());
        for (const std::string_view zone : zones_of_country(country)) {
            EXPECT_NE(nullptr, calendars().zones.find(zone)) << zone;
        }
    }
}

}  // namespace
}  // namespace postern::policy
