// Every channel can be made, and a configuration that makes no sense is refused with words.
#include "adapters/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/media/media_limits.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

AdapterConfig config_of(std::string channel) {
    AdapterConfig config;
    config.account = "main";
    config.channel = std::move(channel);
    return config;
}

TEST(Registry, NamesItsChannelsInTheOrderOfTheContract) {
    EXPECT_THAT(channels(), testing::ElementsAre("whatsapp", "messenger", "instagram", "telegram",
                                                 "line", "viber", "wechat", "twilio", "vonage",
                                                 "smpp", "email", "webchat", "http"));
}

TEST(Registry, RefusesAnUnknownChannelAndNamesTheKnown) {
    std::string problem;
    EXPECT_EQ(make(config_of("pigeon"), problem), nullptr);
    EXPECT_THAT(problem, testing::HasSubstr("pigeon"));
    EXPECT_THAT(problem, testing::HasSubstr("whatsapp messenger"));
}

TEST(Registry, RefusesAnAccountWithoutItsCredential) {
    std::string problem;
    EXPECT_EQ(make(config_of("whatsapp"), problem), nullptr);
    EXPECT_THAT(problem, testing::HasSubstr("app_secret"));
    EXPECT_EQ(make(config_of("telegram"), problem), nullptr);
    EXPECT_THAT(problem, testing::HasSubstr("secret_token"));
}

TEST(Registry, RefusesATelephoneNumberWhereMetasIdIsMeant) {
    AdapterConfig config = config_of("whatsapp");
    config.credentials["app_secret"] = {Secret("s")};
    config.settings["phone_number_id"] = "+15550001111";
    std::string problem;
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_THAT(problem, testing::HasSubstr("phone_number_id"));
}

TEST(Registry, RefusesASecretTokenThatTelegramCannotSend) {
    for (const std::string& token :
         {std::string("with space"), std::string(257, 'a'), std::string()}) {
        AdapterConfig config = config_of("telegram");
        config.credentials["secret_token"] = {Secret("good"), Secret(token)};
        std::string problem;
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_THAT(problem, testing::HasSubstr("1-256"));
    }
}

TEST(Registry, TellsTheTraitsThatCoreAndIngressActOn) {
    AdapterConfig whatsapp = config_of("whatsapp");
    whatsapp.credentials["app_secret"] = {Secret("s")};
    AdapterConfig telegram = config_of("telegram");
    telegram.credentials["secret_token"] = {Secret("s")};
    std::string problem;

    const auto one = make(whatsapp, problem);
    const auto other = make(telegram, problem);

    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->traits().dedupe_horizon, std::chrono::hours(192));
    EXPECT_EQ(one->traits().routing_setting, "phone_number_id");
    EXPECT_EQ(one->traits().shared_credential, "app_secret");
    EXPECT_EQ(other->traits().dedupe_horizon, std::chrono::hours(48));
    EXPECT_EQ(other->traits().reply_body, "");
}

TEST(SendingRegistry, LeavesAnAccountWithoutItsCredentialsToReceiveOnly) {
    for (const std::string_view channel : channels()) {
        std::string problem;
        EXPECT_EQ(make_sending_adapter(config_of(std::string(channel)), problem), nullptr);
        EXPECT_EQ(problem, "") << channel;
    }
}

TEST(SendingRegistry, RefusesAnUnknownChannel) {
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config_of("pigeon"), problem), nullptr);
    EXPECT_THAT(problem, testing::HasSubstr("pigeon"));
}

TEST(SendingRegistry, SaysWhatIsMissingOfAnAccountThatMeansToSend) {
    const auto problem_of = [](AdapterConfig config) {
        std::string problem;
        EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
        return problem;
    };
    AdapterConfig whatsapp = config_of("whatsapp");
    whatsapp.credentials["access_token"] = {Secret("t")};
    EXPECT_THAT(problem_of(whatsapp), testing::StartsWith("phone_number_id is missing"));
    whatsapp.credentials["access_token"] = {Secret("a\nb")};
    EXPECT_THAT(problem_of(whatsapp), testing::StartsWith("credentials.access_token"));
    AdapterConfig telegram = config_of("telegram");
    telegram.credentials["bot_token"] = {Secret("12:a/../b")};
    EXPECT_THAT(problem_of(telegram), testing::StartsWith("credentials.bot_token"));
    AdapterConfig twilio = config_of("twilio");
    twilio.settings["from"] = "+15005550006";
    EXPECT_THAT(problem_of(twilio), testing::StartsWith("credentials.auth_token"));
    twilio.credentials["auth_token"] = {Secret("t")};
    EXPECT_THAT(problem_of(twilio), testing::StartsWith("account_sid is missing"));
}

TEST(AdapterConfig, AnswersEmptyForWhatIsNotSet) {
    const AdapterConfig config = config_of("http");
    EXPECT_TRUE(config.credential("secret").empty());
    EXPECT_EQ(config.setting("send"), "");
}

TEST(MediaLimits, AreTheCarriersWhereAChannelHasSeveral) {
    const auto rules = [](std::string channel, const std::string& from) {
        AdapterConfig config = sending_config(std::move(channel));
        config.settings["from"] = from;
        config.settings["api"] = "messages";
        std::string problem;
        const auto adapter = make_sending_adapter(config, problem);
        EXPECT_EQ(problem, "");
        return adapter ? std::string(adapter->send_traits().media_rules) : "none";
    };
    EXPECT_EQ(rules("twilio", "+14155550100"), "");
    EXPECT_EQ(rules("twilio", "whatsapp:+14155550100"), "twilio/whatsapp");
    EXPECT_EQ(rules("vonage", "whatsapp:14155550100"), "whatsapp");
    EXPECT_EQ(rules("vonage", "messenger:107083064136738"), "messenger");
    EXPECT_EQ(rules("vonage", "mms:14155550100"), "vonage/mms");
    EXPECT_EQ(rules("vonage", "rcs:Acme"), "");
    EXPECT_EQ(media_types({"vonage/mms", MediaKind::audio, "audio/ogg"}), "MP3");
    EXPECT_EQ(media_types({"vonage/mms", MediaKind::video, "video/mp4"}), "");
    EXPECT_EQ(media_types({"vonage/mms", MediaKind::document, "application/pdf"}), "");
}

}  // namespace
}  // namespace postern::adapters
