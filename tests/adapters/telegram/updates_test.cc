// Long polling without a network: what is asked, and what the answers mean.
#include "adapters/telegram/updates.h"

#include <gtest/gtest.h>

#include "adapters/registry.h"

namespace postern::adapters::telegram {
namespace {

using namespace std::chrono_literals;
using Kind = Polled::Kind;

AdapterConfig polling() {
    AdapterConfig config;
    config.account = "bot";
    config.channel = "telegram";
    config.settings["inbound"] = "poll";
    config.credentials["bot_token"].emplace_back("123456:ABC");
    return config;
}

Polled read(std::string body, int status = 200) {
    const std::size_t size = body.size();
    body.append(64, '\0');
    ProviderAnswer answer;
    answer.status = status;
    answer.body = std::string_view(body).substr(0, size);
    return read_updates(polling(), answer);
}

TEST(TelegramUpdates, AreAskedForFromWhereTheyWereConfirmed) {
    const ProviderCall first = get_updates(polling(), 0, 50s);
    EXPECT_EQ(first.method, "POST");
    EXPECT_EQ(first.url, "https://api.telegram.org/bot123456:ABC/getUpdates");
    EXPECT_EQ(first.body.find("offset"), std::string::npos);
    const ProviderCall next = get_updates(polling(), 902, 9999s);
    EXPECT_NE(next.body.find(R"("offset":902)"), std::string::npos);
    EXPECT_NE(next.body.find(R"("timeout":50)"), std::string::npos) << "no longer than it waits";
    EXPECT_EQ(delete_webhook(polling()).url,
              "https://api.telegram.org/bot123456:ABC/deleteWebhook");
}

TEST(TelegramUpdates, ComeApartAsWebhooksWouldBringThem) {
    const Polled polled = read(
        R"({"ok":true,"result":[{"update_id":8,"message":{"text":"\u00e9"}},{"update_id":7}]})");
    EXPECT_EQ(polled.kind, Kind::updates);
    ASSERT_EQ(polled.updates.size(), 2U);
    EXPECT_EQ(polled.updates[0].id, 7);
    EXPECT_EQ(polled.updates[1].id, 8);
    EXPECT_EQ(polled.updates[1].body, R"({"update_id":8,"message":{"text":"é"}})");
    EXPECT_TRUE(read(R"({"ok":true,"result":[]})").updates.empty());
    EXPECT_EQ(read(R"({"ok":true,"result":[]})").kind, Kind::updates);
}

TEST(TelegramUpdates, SayWhyThereAreNone) {
    const auto refusal = [](int code, const std::string& words) {
        return read(R"({"ok":false,"error_code":)" + std::to_string(code) + R"(,"description":")" +
                        words + "\"}",
                    code);
    };
    EXPECT_EQ(refusal(401, "Unauthorized").kind, Kind::refused);
    EXPECT_EQ(refusal(404, "Not Found").kind, Kind::refused);
    EXPECT_EQ(refusal(409, "Conflict: can't use getUpdates method while webhook is active").kind,
              Kind::webhook_set);
    EXPECT_EQ(refusal(409, "Conflict: terminated by other getUpdates request").kind,
              Kind::other_poller);
    EXPECT_EQ(refusal(500, "Internal Server Error").kind, Kind::trouble);
    EXPECT_EQ(refusal(500, "at /bot123456:ABC/").problem.find("123456:ABC"), std::string::npos);
    const Polled limited = read(
        R"({"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":7}})", 429);
    EXPECT_EQ(limited.kind, Kind::limited);
    EXPECT_EQ(limited.retry_after, 7s);
    EXPECT_EQ(read("slow down", 429).retry_after, 1s);
    EXPECT_EQ(read("<html>bad gateway</html>", 502).kind, Kind::trouble);
}

TEST(TelegramUpdates, ThatCouldNeverBeConfirmedAreNotTaken) {
    for (const char* odd :
         {R"({"ok":true,"result":[{"update_id":1},{"message":{}}]})", R"({"ok":true,"result":[7]})",
          R"({"ok":true,"result":{}})", R"({"ok":true})", R"([])", "", "null"}) {
        const Polled polled = read(odd);
        EXPECT_EQ(polled.kind, Kind::trouble) << odd;
        EXPECT_TRUE(polled.updates.empty()) << odd;
        EXPECT_FALSE(polled.problem.empty()) << odd;
    }
}

TEST(TelegramUpdates, NeedTheTokenAndNoSecret) {
    std::string problem;
    const auto adapter = make(polling(), problem);
    ASSERT_NE(adapter, nullptr) << problem;
    WebhookRequest forged;
    EXPECT_EQ(adapter->verify(forged, Instant{}).kind, Verification::Kind::invalid);
    AdapterConfig without = polling();
    without.credentials.clear();
    EXPECT_EQ(make(without, problem), nullptr);
    EXPECT_NE(problem.find("bot_token"), std::string::npos) << problem;
    AdapterConfig webhook = polling();
    webhook.settings.clear();
    EXPECT_EQ(make(webhook, problem), nullptr) << "a webhook is proved by its secret";
}

TEST(TelegramUpdates, ATapIsAnsweredInTheReplyToItsWebhook) {
    std::string problem;
    const auto adapter = make(polling(), problem);
    ASSERT_NE(adapter, nullptr) << problem;
    const auto reply = [&](std::string body) {
        const std::size_t size = body.size();
        body.append(64, '\0');
        WebhookRequest request;
        request.body = std::string_view(body).substr(0, size);
        return adapter->reply(request);
    };
    const std::string tap = R"({"update_id":1,"callback_query":{"id":"4382","data":"yes"}})";
    EXPECT_EQ(reply(tap), R"({"method":"answerCallbackQuery","callback_query_id":"4382"})");
    EXPECT_EQ(reply(R"({"message":{"text":"\"callback_query\""}})"), "");
    EXPECT_EQ(reply(R"({"callback_query":"no object"})"), "");
    EXPECT_EQ(reply(R"({"callback_query)"), "");
}

}  // namespace
}  // namespace postern::adapters::telegram
