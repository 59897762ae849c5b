#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

constexpr Rule rule = Rule::quiet_hours;

// CG-58 only in business hours, CG-61 no spam hours.
TEST(RuleQuietHours, WaitsUntilOpeningByTheRecipientsClock) {
    Scene scene;
    scene.rules = quiet(R"({"timezone":"recipient","allow":"08:00-21:00","weekdays":"mon-sat"})");
    scene.expect_wait(rule, "2026-05-05T12:59:59Z", "2026-05-05T13:00:00Z");
    EXPECT_EQ(Outcome::pass, scene.outcome(rule, "2026-05-05T13:00:00Z"));
    EXPECT_EQ(Outcome::pass, scene.outcome(rule, "2026-05-06T01:59:59Z"));
    scene.expect_wait(rule, "2026-05-06T02:00:00Z", "2026-05-06T13:00:00Z");

    scene.in({"Asia/Kolkata"});
    scene.expect_wait(rule, "2026-05-05T16:00:00Z", "2026-05-06T02:30:00Z");
}

// MF-14 are sends blocked on weekends.
TEST(RuleQuietHours, AClosedWeekdayIsSkipped) {
    Scene scene;
    scene.rules = quiet(R"({"allow":"08:00-21:00","weekdays":"mon-fri"})");
    scene.expect_wait(rule, "2026-05-09T15:00:00Z", "2026-05-11T13:00:00Z");
}

TEST(RuleQuietHours, EachDayMayHaveItsOwnRule) {
    Scene scene;
    scene.rules = quiet(R"({"rules":[{"days":"mon-fri","allow":"07:00-19:00"},)"
                        R"({"days":"sat","allow":"08:00-15:00"}]})");
    EXPECT_EQ(Outcome::pass, scene.outcome(rule, "2026-05-09T19:59:59Z"));
    scene.expect_wait(rule, "2026-05-09T20:00:00Z", "2026-05-11T12:00:00Z");
}

TEST(RuleQuietHours, ANamedZoneCountsWhereverTheRecipientIs) {
    Scene scene;
    scene.rules = quiet(R"({"timezone":"Europe/Madrid","allow":"09:00-21:00"})");
    scene.expect_wait(rule, "2026-03-29T06:00:00Z", "2026-03-29T07:00:00Z");  // summer time by then
    EXPECT_NE(
        std::string::npos,
        scene.result(rule, "2026-03-29T06:00:00Z").facts_json.find(R"("zone_source":"account")"));
}

TEST(RuleQuietHours, AnswersAndCodesGoAtNightUnlessTheyWereNamed) {
    for (std::size_t i = 0; i < category_count; ++i) {
        const auto category = static_cast<Category>(i);
        const bool exempt = category == Category::reply || category == Category::authentication;
        Scene scene;
        scene.is(category).rules = quiet(R"({"allow":"08:00-21:00"})");
        EXPECT_EQ(exempt ? Outcome::pass : Outcome::wait,
                  scene.outcome(rule, "2026-05-05T06:00:00Z"))
            << to_string(category);
        scene.rules = quiet(R"({"allow":"08:00-21:00","categories":[")" +
                            std::string(to_string(category)) + "\"]}");
        EXPECT_EQ(Outcome::wait, scene.outcome(rule, "2026-05-05T06:00:00Z"));
    }
}

TEST(RuleQuietHours, TheFactsSayWhereAndWhatTimeItIs) {
    Scene scene;
    scene.rules = quiet(R"({"allow":"08:00-21:00"})");
    const RuleResult said = scene.result(rule, "2026-05-05T06:30:00Z");
    EXPECT_EQ("It is 01:30 in America/Bogota, outside the hours for transactional messages.",
              said.detail);
    EXPECT_EQ(R"({"local_time":"2026-05-05T01:30","zone":"America/Bogota",)"
              R"("zones":["America/Bogota"],"zone_source":"number","allowed":"08:00-21:00"})",
              said.facts_json);
}

TEST(RuleQuietHours, AnUnknownZoneWaitsAndSaysWhatHelps) {
    Scene scene;
    scene.in({}).rules = quiet(R"({"allow":"08:00-21:00"})");
    RuleResult said = scene.result(rule, "2026-05-05T15:00:00Z");
    EXPECT_EQ(Outcome::wait, said.outcome);
    EXPECT_EQ(model::Instant{}, said.until);
    EXPECT_FALSE(said.cure.empty());
    scene.in({"Mars/Olympus"});
    EXPECT_EQ(said, scene.result(rule, "2026-05-05T15:00:00Z"));

    scene.is(Category::marketing).in({}).rules = quiet(R"({"preset":"co"})");
    scene.expect_wait(rule, "2026-05-05T11:00:00Z", "2026-05-05T12:00:00Z");
}

TEST(RuleQuietHours, NoCommonHourWaitsWithoutEnd) {
    Scene scene;
    scene.in({"America/New_York", "Asia/Tokyo"}).rules = quiet(R"({"allow":"08:00-12:00"})");
    const RuleResult said = scene.result(rule, "2026-05-05T15:00:00Z");
    EXPECT_EQ(Outcome::wait, said.outcome);
    EXPECT_EQ(model::Instant{}, said.until);
    EXPECT_EQ("There is no hour within a year that all rules allow in all zones.", said.detail);
}

}  // namespace
}  // namespace postern::policy
