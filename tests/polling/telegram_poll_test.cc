// Long polling against a Bot API behind a real server, with the real core behind the intake:
// nothing is confirmed before it is durable, and nothing is lost or taken twice.
#include "gateway/polling/telegram_poll.h"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "tests/polling/bot_api.h"
#include "tests/polling/receiver_rig.h"

namespace postern::polling {
namespace {

using namespace std::chrono_literals;
using net::test::eventually;

class TelegramPollTest : public ReceiverRig {
  protected:
    TelegramPollTest() : ReceiverRig(make_telegram_poll, "bot", "telegram") {
        settings_.config.settings = {{"inbound", "poll"}, {"base_url", api_.url()}};
        settings_.config.credentials["bot_token"].emplace_back("123456:good");
        configure();
    }
    ~TelegramPollTest() override {
        stop();
        pool_->stop();
    }

    [[nodiscard]] bool comes(const std::vector<std::string>& wanted) {
        return eventually([&] { return texts() == wanted; });
    }
    [[nodiscard]] std::string last_error() const { return account_health().last_error(); }

    BotApi api_;
};

TEST_F(TelegramPollTest, OnlyAnAccountThatAsksForItPolls) {
    const lines::Ground ground{*pool_, *intake_, accounts_, {}, {}};
    std::string problem;
    settings_.config.settings["inbound"] = "webhook";
    EXPECT_EQ(make_telegram_poll(ground, settings_, problem), nullptr);
    settings_.config.settings.erase("inbound");
    EXPECT_EQ(make_telegram_poll(ground, settings_, problem), nullptr);
    EXPECT_EQ(problem, "");
}

TEST_F(TelegramPollTest, UpdatesBecomeMessagesInTheirOrder) {
    api_.add_text(900, "one");
    api_.add_text(901, "two");
    start();
    EXPECT_TRUE(comes({"one", "two"}));
    ASSERT_TRUE(eventually([&] { return api_.unconfirmed() == 0; }));
    api_.add_text(902, "three");
    EXPECT_TRUE(comes({"one", "two", "three"}));
    const auto calls = api_.calls();
    EXPECT_EQ(calls[0].offset, 0);
    EXPECT_NE(calls[0].body.find(R"("timeout":50)"), std::string::npos);
    EXPECT_NE(calls[0].body.find("message_reaction"), std::string::npos);
    EXPECT_EQ(calls[1].offset, 902);
    EXPECT_EQ(state_of(health()), "up");
    EXPECT_EQ(health().connects, 1U);
}

TEST_F(TelegramPollTest, ATapIsAnsweredSoThatNobodyWaitsForIt) {
    api_.add(900, R"("callback_query":{"id":"43820001","from":{"id":700,"is_bot":false,)"
                  R"("first_name":"Ana"},"chat_instance":"1","data":"yes","message":)"
                  R"({"message_id":5,"date":1767225600,"chat":{"id":700,"type":"private"}}})");
    api_.add_text(901, "callback_query");
    start();
    const auto answers = [&] {
        std::vector<std::string> bodies;
        for (const BotApi::Call& call : api_.calls()) {
            if (call.method == "answerCallbackQuery") bodies.push_back(call.body);
        }
        return bodies;
    };
    ASSERT_TRUE(eventually([&] { return api_.unconfirmed() == 0 && !answers().empty(); }));
    EXPECT_EQ(answers(), std::vector<std::string>{R"({"callback_query_id":"43820001"})"});
    api_.add_text(902, "three");
    ASSERT_TRUE(eventually([&] { return api_.unconfirmed() == 0; })) << "the polling goes on";
}

TEST_F(TelegramPollTest, TapsThatNobodyAnswersDoNotDelayWhatComesIn) {
    api_.hold_taps();
    for (int id = 800; id < 803; ++id) {
        api_.add(id, R"("callback_query":{"id":"4382)" + std::to_string(id) +
                         R"(","from":{"id":700,"is_bot":false,"first_name":"Ana"},)"
                         R"("chat_instance":"1","data":"yes","message":{"message_id":5,)"
                         R"("date":1767225600,"chat":{"id":700,"type":"private"}}})");
    }
    start();
    ASSERT_TRUE(eventually([&] { return api_.polls() == 2; }));
    api_.add_text(900, "one");
    EXPECT_TRUE(eventually([&] { return !texts().empty() && texts().back() == "one"; }));
    const auto calls = api_.calls();
    const auto taps = std::ranges::count_if(
        calls, [](const BotApi::Call& call) { return call.method == "answerCallbackQuery"; });
    EXPECT_LE(taps, 1) << "one after the other";
}

TEST_F(TelegramPollTest, NothingIsConfirmedBeforeItIsDurable) {  // CG-100
    there([this] { return inbox_.hold = true; });
    api_.add_text(900, "one");
    api_.add_text(901, "two");
    start();
    ASSERT_TRUE(eventually([&] { return there([this] { return inbox_.held.size(); }) == 2; }));
    EXPECT_EQ(api_.polls(), 1U);
    EXPECT_EQ(api_.unconfirmed(), 2U);
    there([this] {
        inbox_.hold = false;
        for (const auto& tell : inbox_.held) tell();
        return true;
    });
    EXPECT_TRUE(eventually([&] { return api_.unconfirmed() == 0; }));
    EXPECT_EQ(api_.calls().back().offset, 902);
}

TEST_F(TelegramPollTest, WhatFoundNoRoomComesAgainBeforeWhatStandsBehindIt) {  // CG-100
    there([this] { return inbox_.refuse = 1; });
    api_.add_text(900, "one");
    api_.add_text(901, "two");
    start();
    EXPECT_TRUE(comes({"one", "two"})) << "in their order";
    EXPECT_TRUE(eventually([&] { return api_.unconfirmed() == 0; }));
    EXPECT_EQ(api_.calls()[1].offset, 0) << "the first was not durable";
}

TEST_F(TelegramPollTest, AnotherStartTakesNothingTwice) {
    there([this] { return inbox_.hold = true; });
    api_.add_text(900, "one");
    start();
    ASSERT_TRUE(eventually([&] { return there([this] { return inbox_.held.size(); }) == 1; }));
    stop();  // durable, and never confirmed
    there([this] {
        for (const auto& tell : inbox_.held) tell();
        return inbox_.hold = false;
    });
    EXPECT_EQ(api_.unconfirmed(), 1U);
    start();
    EXPECT_TRUE(eventually([&] { return api_.unconfirmed() == 0; }));
    EXPECT_EQ(texts(), std::vector<std::string>{"one"});
}

TEST_F(TelegramPollTest, AWebhookInTheWayIsRemovedAndItsUpdatesAreKept) {
    api_.set_webhook();
    api_.add_text(900, "one");
    start();
    EXPECT_TRUE(comes({"one"}));
    EXPECT_FALSE(api_.has_webhook());
    const auto calls = api_.calls();
    ASSERT_GE(calls.size(), 3U);
    EXPECT_EQ(calls[1].method, "deleteWebhook");
    EXPECT_EQ(calls[1].body, R"({"drop_pending_updates":false})");
}

TEST_F(TelegramPollTest, SomebodyElseWhoPollsIsWaitedForAndNoWebhookIsTouched) {
    api_.refuse(409,
                "Conflict: terminated by other getUpdates request; make sure that only one "
                "bot instance is running");
    api_.add_text(900, "one");
    start();
    EXPECT_TRUE(comes({"one"}));
    for (const auto& call : api_.calls()) EXPECT_EQ(call.method, "getUpdates");
    EXPECT_NE(health().problem.find("terminated by other"), std::string::npos);
    EXPECT_NE(last_error().find("terminated by other"), std::string::npos);
    EXPECT_EQ(state_of(health()), "up");
}

TEST_F(TelegramPollTest, ATokenThatIsRefusedIsTheAccountsHealthUntilItIsAccepted) {
    api_.refuse(401, "Unauthorized");
    api_.refuse(401, "Unauthorized");
    api_.add_text(900, "one");
    start();
    EXPECT_TRUE(comes({"one"}));
    const auto signals = there([this] { return inbox_.signals; });
    ASSERT_EQ(signals.size(), 2U) << "one as it broke, one as it was well again";
    EXPECT_NE(signals[0].find(R"("state":"token_refused")"), std::string::npos) << signals[0];
    EXPECT_NE(signals[1].find(R"("state":"ok")"), std::string::npos) << signals[1];
    EXPECT_EQ(signals[0].find("good"), std::string::npos) << "the token";
    EXPECT_EQ(health().problem, "401 Unauthorized");
}

TEST_F(TelegramPollTest, ALimitIsWaitedFor) {
    api_.refuse(429, "Too Many Requests: retry after 1", R"({"retry_after":1})");
    api_.add_text(900, "one");
    start();
    EXPECT_TRUE(comes({"one"}));
    EXPECT_GE(api_.polls(), 2U);
}

TEST_F(TelegramPollTest, AnUpdateThatNobodyUnderstandsIsSetAsideAndConfirmed) {
    api_.add(900, "");
    api_.add_text(901, "two");
    start();
    EXPECT_TRUE(comes({"two"}));
    EXPECT_TRUE(eventually([&] { return api_.unconfirmed() == 0; }));
    EXPECT_EQ(there([this] { return inbox_.quarantined; }), 1);
}

TEST_F(TelegramPollTest, AProviderThatCannotBeReachedIsAskedAgain) {
    settings_.config.settings["base_url"] = "http://127.0.0.1:1";
    start();
    EXPECT_TRUE(eventually([&] { return !health().problem.empty(); }));
    EXPECT_EQ(state_of(health()), "down");
    EXPECT_EQ(health().problem.find("good"), std::string::npos) << "the token";
}

TEST_F(TelegramPollTest, StoppingCutsAPollThatWaits) {
    start();
    ASSERT_TRUE(eventually([&] { return api_.polls() == 1; }));
    stop();
    api_.add_text(900, "late");
    EXPECT_EQ(api_.unconfirmed(), 1U);
    EXPECT_TRUE(texts().empty());
    EXPECT_EQ(state_of(health()), "");
}

}  // namespace
}  // namespace postern::polling
