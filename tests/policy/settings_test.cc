#include "gateway/policy/settings.h"

#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

using std::chrono::milliseconds;

TEST(Settings, ReadsTheExampleOfTheReference) {
    const AccountPolicy read = policy({
        {"rate", R"({"per_second":80,"burst":8,"per_recipient":"1/6s","per_day":100000,)"
                 R"("group":"meta-app"})"},
        {"window", R"({"hours":24})"},
        {"retry", R"({"first":"2s","factor":2.5,"cap":"10m","give_up_after":"24h"})"},
        {"on_unknown", R"({"marketing":"expire","transactional":"hold"})"},
        {"soft_bounces", R"({"suppress_after":5,"within":"168h"})"},
        {"long_text", R"("refuse")"},
    });
    EXPECT_EQ((Rate{80, 8, {1, milliseconds{6'000}}, 100'000, "meta-app"}), read.rate);
    EXPECT_EQ(std::chrono::hours{24}, read.window);
    EXPECT_EQ((Retry{milliseconds{2'000}, 2.5, milliseconds{600'000}, milliseconds{86'400'000}}),
              read.retry);
    EXPECT_EQ((SoftBounces{5, std::chrono::hours{168}}), read.soft_bounces);
    EXPECT_EQ(OnUnknown::expire, read.on_unknown[static_cast<int>(Category::marketing)]);
    EXPECT_EQ(OnUnknown::hold, read.on_unknown[static_cast<int>(Category::transactional)]);
    EXPECT_EQ(OnUnknown::hold, read.on_unknown[static_cast<int>(Category::collections)]);
    EXPECT_EQ(OnUnknown::resend, read.on_unknown[static_cast<int>(Category::reply)]);
    EXPECT_TRUE(read.refuse_long_text);
}

// SC-03
TEST(Settings, CapsConsentsAndDuplicatesAreByCategory) {
    const AccountPolicy read = policy({
        {"caps", R"({"marketing":["1/4h","3/7d"],"collections":"1/d"})"},
        {"consent", R"({"required":["marketing"]})"},
        {"duplicates", R"({"marketing":"off","transactional":"90m"})"},
    });
    ASSERT_EQ(3u, read.caps.size());
    EXPECT_EQ(only(Category::marketing), read.caps[0].categories);
    EXPECT_EQ(1u, read.caps[0].count);
    EXPECT_EQ(std::chrono::hours{4}, read.caps[0].period);
    EXPECT_EQ(3u, read.caps[1].count);
    EXPECT_EQ(std::chrono::hours{168}, read.caps[1].period);
    EXPECT_EQ(only(Category::collections), read.caps[2].categories);
    EXPECT_EQ(std::chrono::hours{24}, read.caps[2].period);
    EXPECT_EQ(only(Category::marketing), read.consent_required);
    const auto within = [&](Category c) { return read.duplicate_within[static_cast<int>(c)]; };
    EXPECT_EQ(std::chrono::minutes{0}, within(Category::marketing));
    EXPECT_EQ(std::chrono::minutes{90}, within(Category::transactional));
    EXPECT_EQ(std::chrono::hours{24}, within(Category::collections));
}

TEST(Settings, CapsAddToThoseOfAPreset) {
    const AccountPolicy preset = policy({{"quiet_hours", R"({"preset":"co"})"}});
    const AccountPolicy both =
        policy({{"quiet_hours", R"({"preset":"co"})"}, {"caps", R"({"marketing":"1/7d"})"}});
    EXPECT_EQ(preset.caps.size() + 1, both.caps.size());
    EXPECT_EQ(preset.consent_required, both.consent_required);
}

TEST(Settings, WhatIsAbsentHasTheContractsDefault) {
    const AccountPolicy read = policy({});
    EXPECT_EQ(Retry{}, read.retry);
    EXPECT_EQ((SoftBounces{3, std::chrono::hours{30 * 24}}), read.soft_bounces);
    EXPECT_EQ(Rate{}, read.rate);
    EXPECT_FALSE(read.window.has_value());
    EXPECT_TRUE(read.quiet.rules.empty());
    EXPECT_TRUE(read.caps.empty());
    EXPECT_EQ(OnUnknown::expire, read.on_unknown[static_cast<int>(Category::authentication)]);
    EXPECT_EQ(8u, policy({{"rate", R"({"per_second":80})"}}).rate.burst);
    EXPECT_EQ(1u, policy({{"rate", R"({"per_second":0.5})"}}).rate.burst);
    EXPECT_EQ((Pace{10, milliseconds{60'000}}),
              policy({{"rate", R"({"per_recipient":"10/m"})"}}).rate.per_recipient);
}

TEST(Settings, SaysWhatIsWrongAndWhere) {
    for (const auto& [key, json, problem] :
         {std::tuple{"quiet_hours", R"({"preset":"xx"})", "quiet_hours.preset: there is no preset"},
          std::tuple{"quiet_hours", R"({"allow":"8-21"})", "quiet_hours.allow: must be"},
          std::tuple{"quiet_hours", R"({"allow":"08:00-21:00","weekdays":"all"})",
                     "quiet_hours.weekdays: must be"},
          std::tuple{"quiet_hours", R"({"allow":"08:00-21:00","categories":["spam"]})",
                     "quiet_hours.categories: must be"},
          std::tuple{"rate", R"({"per_recipient":"often"})", "rate.per_recipient: must be"},
          std::tuple{"rate", R"({"per_second":-1})", "rate.per_second: must be"},
          std::tuple{"retry", R"({"first":"soon"})", "retry.first: must be"},
          std::tuple{"retry", R"({"factor":0.5})", "retry.factor: must be"},
          std::tuple{"soft_bounces", R"({"suppress_after":31})",
                     "soft_bounces.suppress_after: must"},
          std::tuple{"window", R"({"hours":9000})", "window.hours: must be"},
          std::tuple{"on_unknown", R"({"reply":"guess"})", "on_unknown.reply: must be"},
          std::tuple{"long_text", R"("cut")", "long_text: must be"},
          std::tuple{"caps", R"({"marketing":"3/90m"})", "caps.marketing: must be"},
          std::tuple{"caps", R"({"marketing":["1/d",2]})", "caps.marketing: must be"},
          std::tuple{"caps", R"({"spam":"1/d"})", "caps.spam: is not a category"},
          std::tuple{"consent", R"({"required":["spam"]})", "consent.required: must be"},
          std::tuple{"duplicates", R"({"reply":"never"})", "duplicates.reply: must be"},
          std::tuple{"rate", "[1]", "rate: must be a table"},
          std::tuple{"rate", "{", "rate: is not JSON"},
          std::tuple{"rates", "{}", "rates: is not a key of sending"}}) {
        const std::string said = parse_settings({{key, json}}).problem;
        EXPECT_TRUE(said.starts_with(problem)) << json << " -> " << said;
    }
}

TEST(Settings, CalendarsThatDoNotExistAreFound) {
    const auto missing = [](const std::string& json) {
        return missing_calendar(parse_settings({{"quiet_hours", json}}).policy, calendars());
    };
    EXPECT_EQ("quiet_hours.holidays: there is no calendar atlantis",
              missing(R"({"allow":"08:00-21:00","holidays":["atlantis"]})"));
    EXPECT_EQ("quiet_hours.timezone: no such time zone: Mars/Olympus",
              missing(R"({"allow":"08:00-21:00","timezone":"Mars/Olympus"})"));
    EXPECT_EQ("", missing(R"({"preset":"us"})"));
}

}  // namespace
}  // namespace postern::policy
