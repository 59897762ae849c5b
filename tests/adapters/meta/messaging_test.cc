// What no sample can show: handshakes, configurations, and the pairs of events that must be one.
// CG-37: Messenger is one of the channels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/hmac.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

Situation sample(const std::string& name) {
    return read_situation(std::filesystem::path(POSTERN_SOURCE_DIR) / "tests" / "adapters" / name);
}

std::unique_ptr<HttpAdapter> adapter_of(const Situation& situation) {
    std::string problem;
    auto made = make(situation.config, problem);
    EXPECT_NE(made, nullptr) << problem;
    return made;
}

InboundBatch decoded(Situation& situation) {
    auto batch = adapter_of(situation)->decode(situation.request.view(), situation.now);
    EXPECT_TRUE(batch.has_value());
    return batch ? *batch : InboundBatch{};
}

TEST(MessagingHandshake, AnswersTheChallengeToWhoKnowsTheToken) {
    for (const char* name : {"messenger/text.json", "instagram/text.json"}) {
        Situation situation = sample(name);
        const auto adapter = adapter_of(situation);
        situation.request.method = "GET";
        situation.request.query =
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=check-me";
        const auto right = adapter->handshake(situation.request.view());
        situation.request.query =
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=guess";
        const auto wrong = adapter->handshake(situation.request.view());

        ASSERT_TRUE(right && wrong);
        EXPECT_EQ(right->status, 200);
        EXPECT_EQ(right->body, "1158201444");
        EXPECT_EQ(wrong->status, 403);
    }
}

TEST(MessagingVerify, RefusesAnyFlippedBitOfTheBody) {
    for (const char* name : {"messenger/signature_good.json", "instagram/signature_good.json"}) {
        Situation situation = sample(name);
        const auto adapter = adapter_of(situation);
        const std::string body(situation.request.view().body);
        for (std::size_t at = 0; at < body.size(); ++at) {
            std::string flipped = body;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
            situation.request.set_body(flipped);
            EXPECT_EQ(adapter->verify(situation.request.view(), situation.now).kind,
                      Verification::Kind::invalid)
                << name << " byte " << at;
        }
    }
}

TEST(MessagingMake, RefusesWhatCannotBeMetas) {
    for (const char* channel : {"messenger", "instagram"}) {
        AdapterConfig config;
        config.channel = channel;
        std::string problem;
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_THAT(problem, testing::StartsWith("credentials.app_secret is missing"));
        config.credentials["app_secret"] = {Secret("s"), Secret("")};
        EXPECT_EQ(make(config, problem), nullptr);
        config.credentials["app_secret"] = {Secret("s")};
        EXPECT_NE(make(config, problem), nullptr);
        config.settings["page_id"] = config.settings["instagram_id"] = "my shop";
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_THAT(problem, testing::HasSubstr("digits only"));
    }
}

TEST(MessagingMake, RefusesATokenThatIsNone) {
    for (const char* channel : {"messenger", "instagram"}) {
        AdapterConfig config;
        config.channel = channel;
        config.credentials["access_token"] = {Secret("a b")};
        std::string problem;
        EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
        EXPECT_THAT(problem, testing::StartsWith("credentials.access_token"));
    }
}

TEST(MessagingMake, RefusesALinkedPageByName) {
    AdapterConfig config;
    config.channel = "instagram";
    config.credentials["access_token"] = {Secret("t")};
    config.settings["page_id"] = "../me";
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("page_id"));
}

TEST(MessagingTraits, BoundAReplayByEightDays) {
    for (const char* name : {"messenger/text.json", "instagram/text.json"}) {
        const Situation situation = sample(name);
        const auto adapter = adapter_of(situation);
        EXPECT_EQ(adapter->traits().dedupe_horizon, std::chrono::hours(192));
        EXPECT_EQ(adapter->traits().shared_credential, "app_secret");
        EXPECT_TRUE(adapter->traits().redelivers);
    }
    Situation page = sample("messenger/text.json");
    Situation account = sample("instagram/text.json");
    EXPECT_EQ(adapter_of(page)->traits().routing_setting, "page_id");
    EXPECT_EQ(adapter_of(account)->traits().routing_setting, "instagram_id");
}

TEST(MessagingDecode, NeverTakesTheBusinessForACustomer) {
    for (const char* name : {"messenger/echo.json", "messenger/echo_image.json",
                             "messenger/echo_of_our_own.json", "messenger/message_to_itself.json",
                             "instagram/echo.json", "instagram/self_message.json"}) {
        Situation situation = sample(name);
        const InboundBatch batch = decoded(situation);
        ASSERT_EQ(batch.items.size(), 1u) << name;
        EXPECT_FALSE(std::holds_alternative<InboundMessage>(batch.items[0].what)) << name;
    }
}

/// A redelivery has the same bytes; another tap, another time.
TEST(MessagingDecode, NamesAnEventTheSameTwiceAndAnotherOneElse) {
    for (const char* name :
         {"messenger/postback_without_mid.json", "messenger/reaction.json",
          "messenger/optin_stop.json", "messenger/referral.json", "messenger/unknown_event.json"}) {
        Situation situation = sample(name);
        const auto id_of = [&] {
            const InboundBatch batch = decoded(situation);
            const auto* message = std::get_if<InboundMessage>(&batch.items.at(0).what);
            return message ? message->external_id
                           : std::get<InboundSignal>(batch.items.at(0).what).dedupe_id;
        };
        const std::string first = id_of();
        EXPECT_EQ(id_of(), first) << name;
        std::string body(situation.request.view().body);
        body.replace(body.find("1767225600001"), 13, "1767225600002");
        situation.request.set_body(body);
        EXPECT_NE(id_of(), first) << name;
    }
}

}  // namespace
}  // namespace postern::adapters
