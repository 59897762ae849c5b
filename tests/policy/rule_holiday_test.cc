#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

// MF-13 are sends blocked on public holidays.
TEST(RuleHoliday, WaitsUntilTheDayIsOver) {
    Scene scene;
    scene.rules = quiet(R"({"holidays":["co"]})");
    scene.expect_wait(Rule::holiday, "2026-08-07T15:00:00Z", "2026-08-08T05:00:00Z");
    const RuleResult said = scene.result(Rule::holiday, "2026-08-07T15:00:00Z");
    EXPECT_EQ("Today is a public holiday in America/Bogota: Batalla de Boyacá.", said.detail);
    EXPECT_NE(std::string::npos, said.facts_json.find(R"("holiday":"Batalla de Boyacá")"));
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::holiday, "2026-08-07T04:59:59Z"));
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::quiet_hours, "2026-08-07T15:00:00Z"));
}

TEST(RuleHoliday, HolidaysInARowAreOneWait) {
    Scene scene;
    scene.rules = quiet(R"({"holidays":["cl"]})");
    scene.in({"America/Santiago"});
    scene.expect_wait(Rule::holiday, "2026-04-03T15:00:00Z", "2026-04-05T04:00:00Z");
}

TEST(RuleHoliday, WithHoursTheWholeWaitEndsAtTheNextOpening) {
    Scene scene;
    scene.is(Category::collections).rules = quiet(R"({"preset":"co"})");
    // Friday 7 August is a holiday; Saturday opens at eight.
    const Verdict said = scene.verdict("2026-08-07T15:00:00Z");
    EXPECT_EQ(Decision::wait, said.decision);
    EXPECT_EQ(at("2026-08-08T13:00:00Z"), said.until);
    EXPECT_EQ(2u, said.results.size());
    EXPECT_EQ(Decision::send, scene.verdict(said.until).decision);
    scene.expect_wait(Rule::quiet_hours, "2026-08-07T15:00:00Z", "2026-08-08T13:00:00Z");
    scene.expect_wait(Rule::holiday, "2026-08-07T15:00:00Z", "2026-08-08T05:00:00Z");
}

TEST(RuleHoliday, APublicHolidayInOnePossibleZoneIsEnough) {
    Scene scene;
    scene.in({"Pacific/Kiritimati", "Pacific/Honolulu"}).rules = quiet(R"({"holidays":["us"]})");
    // Already the 4th of July 2028 in the one, and for a day longer in the other.
    scene.expect_wait(Rule::holiday, "2028-07-03T10:00:00Z", "2028-07-05T10:00:00Z");
}

TEST(RuleHoliday, AYearWithoutDataPassesAndSaysSo) {
    Scene scene;
    scene.rules = quiet(R"({"holidays":["co"]})");
    const RuleResult said = scene.result(Rule::holiday, "2036-08-07T15:00:00Z");
    EXPECT_EQ(Outcome::pass, said.outcome);
    EXPECT_EQ("No holidays are known for this year in the calendar co.", said.detail);
    EXPECT_EQ(Decision::send, scene.verdict("2036-08-07T15:00:00Z").decision);
}

TEST(RuleHoliday, HoursOfTheirOwnOnHolidaysAreNoClosure) {
    Scene scene;
    scene.is(Category::collections).in({"Europe/London"}).rules = quiet(R"({"preset":"gb"})");
    EXPECT_EQ(Decision::send, scene.verdict("2026-12-25T10:00:00Z").decision);
    scene.expect_wait(Rule::quiet_hours, "2026-12-25T09:59:59Z", "2026-12-25T10:00:00Z");
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::holiday, "2026-12-25T09:00:00Z"));
}

}  // namespace
}  // namespace postern::policy
