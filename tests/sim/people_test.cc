// What providers know of people without being told by a fault: who wrote when, who blocked whom.
#include "gateway/sim/people.h"

#include <gtest/gtest.h>

namespace postern::sim {
namespace {

constexpr std::int64_t now = 1'767'225'600;
constexpr std::int64_t hour = 3'600;

Webhook webhook_of(const std::string& channel, Kind kind, const std::string& from,
                   const std::string& text = "hi") {
    Webhook webhook;
    webhook.endpoint.channel = channel;
    webhook.endpoint.account = "main";
    Item& item = webhook.items.emplace_back();
    item.kind = kind;
    item.person.address = from;
    item.text = text;
    return webhook;
}

SendFault fault_of(const People& people, std::string_view channel, std::string_view to,
                   std::int64_t at, std::int64_t window_s = 0) {
    return people.refusal({channel, "main", to, window_s}, true, at);
}

TEST(People, HaveAWindowOf24HoursFromTheirLastMessage) {
    for (const char* channel : {"whatsapp", "messenger", "instagram"}) {
        People people;
        EXPECT_EQ(fault_of(people, channel, "+5730", now), SendFault::closed_window);
        people.note(webhook_of(channel, Kind::text, "5730"), now);
        EXPECT_EQ(fault_of(people, channel, "+5730", now + 24 * hour - 1), SendFault::none);
        EXPECT_EQ(fault_of(people, channel, "5730", now + 24 * hour), SendFault::closed_window);
        EXPECT_EQ(fault_of(people, channel, "5730", now + 25 * hour, -1), SendFault::none);
        EXPECT_EQ(fault_of(people, channel, "5730", now + 25 * hour, 168 * hour), SendFault::none);
        people.note(webhook_of(channel, Kind::status, "5730"), now + 25 * hour);
        EXPECT_EQ(fault_of(people, channel, "5730", now + 25 * hour), SendFault::closed_window);
    }
}

TEST(People, AreNotJudgedWithoutStrictnessUnlessTheyWereToldOf) {
    People people;
    const Accounts accounts({demo_endpoint("whatsapp", "http://x")});
    const auto lax = [&](std::string_view to) {
        return people.refusal({"whatsapp", "wa-main", to}, false, now);
    };
    EXPECT_EQ(lax("5730"), SendFault::none);
    std::string problem;
    const auto tell = [&](const std::string& rest) {
        return people.tell(R"({"channel":"whatsapp","address":"+5730",)" + rest + "}", accounts,
                           now, problem);
    };
    ASSERT_TRUE(tell(R"("blocked":true)")) << problem;
    EXPECT_EQ(lax("5730"), SendFault::blocked);
    ASSERT_TRUE(tell(R"("blocked":false,"last_inbound_ago_s":90000)"));
    EXPECT_EQ(lax("5730"), SendFault::closed_window);
    ASSERT_TRUE(tell(R"("last_inbound":"2025-12-31T23:59:00Z")"));
    EXPECT_EQ(lax("5730"), SendFault::none);
    EXPECT_NE(people.json().find(R"("last_inbound":"2025-12-31T23:59:00.000Z")"),
              std::string::npos);
    EXPECT_EQ(lax("5731"), SendFault::none);
    ASSERT_TRUE(tell(R"("last_inbound":null)"));
    EXPECT_EQ(lax("5730"), SendFault::closed_window);
    ASSERT_TRUE(tell(R"("forget":true)"));
    EXPECT_EQ(lax("5730"), SendFault::none);
}

TEST(People, OfWhomSomethingWrongIsToldStayAsTheyWere) {
    People people;
    const Accounts accounts({demo_endpoint("whatsapp", "http://x")});
    for (const char* wrong :
         {"[]", R"({"channel":"whatsapp"})", R"({"channel":"line","address":"U1","blocked":true})",
          R"({"channel":"whatsapp","address":"1","blocked":"yes"})",
          R"({"channel":"whatsapp","address":"1","last_inbound":"yesterday"})",
          R"({"channel":"whatsapp","address":"1","last_inbound":"2026-01-01T00:00:00.5x"})",
          R"({"channel":"whatsapp","address":"1","colour":"red"})"}) {
        std::string problem;
        EXPECT_FALSE(people.tell(wrong, accounts, now, problem)) << wrong;
        EXPECT_FALSE(problem.empty());
    }
    EXPECT_EQ(people.json(), "[]");
}

TEST(People, AreNotWrittenToByTelegramAndViberBeforeTheyWrite) {
    People people;
    EXPECT_EQ(fault_of(people, "telegram", "77", now), SendFault::closed_window);
    EXPECT_EQ(fault_of(people, "telegram", "-100123", now), SendFault::none) << "a group";
    EXPECT_EQ(fault_of(people, "viber", "dGVzdA==", now), SendFault::blocked);
    people.note(webhook_of("telegram", Kind::text, "77"), now);
    people.note(webhook_of("viber", Kind::opt_in, "dGVzdA=="), now);
    EXPECT_EQ(fault_of(people, "telegram", "77", now + 10'000 * hour), SendFault::none);
    EXPECT_EQ(fault_of(people, "viber", "dGVzdA==", now + 10'000 * hour), SendFault::none);
    people.note(webhook_of("telegram", Kind::opt_out, "77"), now);
    people.note(webhook_of("viber", Kind::opt_out, "dGVzdA=="), now);
    EXPECT_EQ(fault_of(people, "telegram", "77", now), SendFault::blocked);
    EXPECT_EQ(fault_of(people, "viber", "dGVzdA==", now), SendFault::blocked);
    people.note(webhook_of("telegram", Kind::text, "77"), now);
    EXPECT_EQ(fault_of(people, "telegram", "77", now), SendFault::none);
}

TEST(People, GetSoManyMessagesWithoutAnAnswer) {
    People people;
    people.note(webhook_of("wechat", Kind::text, "oA1"), now);
    people.note(webhook_of("viber", Kind::text, "dGVzdA=="), now);
    for (int i = 0; i < 5; ++i) people.sent({"wechat", "main", "oA1"}, now + 1);
    for (int i = 0; i < 100; ++i) people.sent({"viber", "main", "dGVzdA=="}, now + 1);
    EXPECT_EQ(fault_of(people, "wechat", "oA1", now + 2), SendFault::pair_limited);
    EXPECT_EQ(people.refusal({"wechat", "main", "oA1", 0, 6}, true, now + 2), SendFault::none);
    EXPECT_EQ(fault_of(people, "wechat", "oA1", now + 49 * hour), SendFault::closed_window);
    EXPECT_EQ(fault_of(people, "viber", "dGVzdA==", now + 2), SendFault::pair_limited);
    EXPECT_EQ(fault_of(people, "viber", "dGVzdA==", now + hour), SendFault::none) << "next hour";
    people.note(webhook_of("wechat", Kind::text, "oA1"), now + 3);
    EXPECT_EQ(fault_of(people, "wechat", "oA1", now + 4), SendFault::none);
}

TEST(People, SayStopToSmsAndUnfollowLine) {
    People people;
    EXPECT_EQ(fault_of(people, "twilio", "+5730", now), SendFault::none) << "anybody";
    people.note(webhook_of("twilio", Kind::text, "5730", "Stop"), now);
    EXPECT_EQ(fault_of(people, "twilio", "+5730", now), SendFault::blocked);
    people.note(webhook_of("twilio", Kind::text, "5730", "hello?"), now);
    EXPECT_EQ(fault_of(people, "twilio", "+5730", now), SendFault::blocked);
    people.note(webhook_of("twilio", Kind::text, "5730", "START"), now);
    EXPECT_EQ(fault_of(people, "twilio", "+5730", now), SendFault::none);
    people.note(webhook_of("line", Kind::opt_out, "7"), now);
    EXPECT_EQ(fault_of(people, "line", "U00000000000000000000000000000007", now),
              SendFault::blocked);
}

TEST(People, OfWhatsAppOverTwilioHaveItsWindow) {
    People people;
    constexpr std::int64_t day = 24 * hour;
    EXPECT_EQ(fault_of(people, "twilio", "whatsapp:+5730", now, day), SendFault::closed_window);
    people.note(webhook_of("twilio", Kind::text, "5730"), now);
    EXPECT_EQ(fault_of(people, "twilio", "whatsapp:+5730", now + day - 1, day), SendFault::none);
    EXPECT_EQ(fault_of(people, "twilio", "whatsapp:+5730", now + day, day),
              SendFault::closed_window);
    EXPECT_EQ(fault_of(people, "twilio", "whatsapp:+5730", now + day, -1), SendFault::none);
}

TEST(People, OfMarketingAloneAreNotBlockedByAnOptOut) {
    People people;
    people.note(webhook_of("whatsapp", Kind::text, "5730"), now);
    people.note(webhook_of("whatsapp", Kind::opt_out, "5730"), now);
    EXPECT_EQ(fault_of(people, "whatsapp", "5730", now), SendFault::none);
    Webhook repeated = webhook_of("whatsapp", Kind::text, "5730");
    repeated.duplicate = true;
    people.note(repeated, now + 30 * hour);
    EXPECT_EQ(fault_of(people, "whatsapp", "5730", now + 30 * hour), SendFault::closed_window);
}

}  // namespace
}  // namespace postern::sim
