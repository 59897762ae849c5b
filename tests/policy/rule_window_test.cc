// RI-49, RI-50: how long after a person's message free text may go, by channel; and how often.
#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

struct Row {
    std::string_view channel;
    bool human_agent;
    int hours;  // 0: no window
};

// CG-37, CG-39: each channel's own guideline.
TEST(RuleWindow, EachChannelKeepsItsOwnTimeAfterThePersonsMessage) {
    for (const Row& row :
         {Row{"whatsapp", false, 24}, Row{"whatsapp", true, 24}, Row{"messenger", false, 24},
          Row{"messenger", true, 168}, Row{"instagram", false, 24}, Row{"instagram", true, 168},
          Row{"wechat", false, 48}, Row{"telegram", false, 0}, Row{"line", false, 0},
          Row{"viber", false, 0}, Row{"twilio", false, 0}, Row{"smpp", false, 0},
          Row{"email", false, 0}, Row{"webchat", false, 0}, Row{"http", false, 0}}) {
        Scene scene;
        scene.facts.channel = row.channel;
        scene.facts.human_agent = row.human_agent;
        scene.facts.last_inbound = at("2026-05-05T12:00:00Z");
        const model::Instant end = scene.facts.last_inbound + std::chrono::hours{row.hours};
        if (row.hours == 0) {
            EXPECT_EQ(Outcome::pass, scene.outcome(Rule::window_24h, "2030-01-01T00:00:00Z"))
                << row.channel;
            continue;
        }
        const auto tick = std::chrono::microseconds{1};
        EXPECT_EQ(Outcome::pass, scene.result(Rule::window_24h, end - tick).outcome) << row.channel;
        EXPECT_EQ(Outcome::refuse, scene.result(Rule::window_24h, end).outcome) << row.channel;
        scene.facts.last_inbound = {};  // never wrote
        EXPECT_EQ(Outcome::refuse, scene.result(Rule::window_24h, end).outcome) << row.channel;
        scene.facts.is_template = true;
        EXPECT_EQ(Outcome::pass, scene.result(Rule::window_24h, end).outcome) << row.channel;
    }
}

/// Notes count ahead of a clock that was set back, and up to a tenth too little passes by them.
TEST(RuleWindow, IsNotOpenLongerAfterTheClockWasSetBack) {
    Scene scene;
    scene.facts.channel = "whatsapp";
    scene.facts.last_inbound = at("2026-05-05T12:00:00Z");
    const auto tick = std::chrono::microseconds{1};
    const auto expect_end = [&](std::chrono::seconds ahead, std::chrono::seconds counted) {
        scene.facts.ahead = ahead;
        const model::Instant end = scene.facts.last_inbound - ahead + counted;
        EXPECT_EQ(Outcome::pass, scene.result(Rule::window_24h, end - tick).outcome);
        EXPECT_EQ(Outcome::refuse, scene.result(Rule::window_24h, end).outcome);
    };
    const std::chrono::hours day{24};
    expect_end(std::chrono::hours{3}, std::chrono::minutes{day} * 9 / 10);
    expect_end(std::chrono::seconds{10}, day - std::chrono::seconds{10});
}

TEST(RuleWindow, TheAccountsOwnHoursReplaceTheChannels) {
    Scene scene;
    scene.rules = policy({{"window", R"({"hours":72})"}});
    scene.facts.last_inbound = at("2026-05-05T12:00:00Z");
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::window_24h, "2026-05-08T11:59:59Z"));
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::window_24h, "2026-05-08T12:00:00Z"));
}

TEST(RuleWindow, WechatTakesFiveMessagesAfterThePersonsLast) {
    Scene scene;
    scene.facts.channel = "wechat";
    scene.facts.last_inbound = at("2026-05-05T12:00:00Z");
    scene.facts.sent_since_inbound = 4;
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::window_24h, "2026-05-05T13:00:00Z"));
    scene.facts.sent_since_inbound = 5;
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::window_24h, "2026-05-05T13:00:00Z"));
}

TEST(RuleWindow, ARefusalSaysWhatWouldHelp) {
    Scene scene;
    scene.facts.channel = "whatsapp";
    scene.facts.fallback_possible = true;
    const RuleResult said = scene.result(Rule::window_24h, "2026-05-05T12:00:00Z");
    EXPECT_EQ("send a template, or use the fallback account", said.cure);
    EXPECT_EQ(R"({"last_inbound":null,"window_hours":24})", said.facts_json);
}

}  // namespace
}  // namespace postern::policy
