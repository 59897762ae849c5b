// Viber's statuses row by row: they come with HTTP 200, and decide whatever HTTP says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("viber"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

SendOutcome outcome(int status, std::string_view body,
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    return outcome_of_answer(*adapter(), {status, body, std::move(headers)});
}

std::string refusal(int status, std::string_view words) {
    return R"({"status":)" + std::to_string(status) + R"(,"status_message":")" +
           std::string(words) + R"(","chat_hostname":"SN-CHAT-01_"})";
}

struct Row {
    int status;
    std::string_view words;
    SendResult result;
    std::string_view code;
    AddressVerdict address = none;
};

const Row rows[] = {
    {1, "invalidUrl", credential, "webhook_invalid"},
    {2, "invalidAuthToken", credential, "token_refused"},
    {3, "badData", permanent, "invalid_content"},
    {4, "missingData", permanent, "invalid_content"},
    {5, "receiverNotRegistered", permanent, "invalid_recipient", dead},
    {6, "receiverNotSubscribed", permanent, "not_subscribed", blocked},
    {7, "publicAccountBlocked", credential, "account_blocked"},
    {8, "publicAccountNotFound", credential, "account_unknown"},
    {9, "publicAccountSuspended", credential, "account_suspended"},
    {10, "webhookNotSet", credential, "webhook_missing"},
    {11, "receiverNoSuitableDevice", permanent, "device_unsupported"},
    {13, "apiVersionNotSupported", permanent, "client_too_old"},
    {14, "incompatibleWithVersion", permanent, "invalid_content"},
    {15, "publicAccountNotAuthorized", credential, "permission_missing"},
    {16, "inchatReplyMessageNotAllowed", permanent, "rejected"},
    {17, "publicAccountIsNotInline", permanent, "rejected"},
    {18, "noPublicChat", permanent, "rejected"},
    {19, "cannotSendBroadcast", permanent, "rejected"},
    {20, "broadcastNotAllowed", permanent, "rejected"},
    {21, "unsupportedCountry", permanent, "country_restricted"},
    {22, "paymentUnsupported", permanent, "rejected"},
    {23, "freeMessagesExceeded", permanent, "monthly_limit"},
    {24, "noBalance", credential, "billing_problem"},
    {25, "general error", transient, "provider_error"},
    {-1, "general error", transient, "provider_error"},
};

TEST(ViberClassify, KnowsEveryStatus) {
    for (const Row& row : rows) {
        const SendOutcome out = outcome(200, refusal(row.status, row.words));
        EXPECT_EQ(out.result, row.result) << row.words;
        EXPECT_EQ(out.code, row.code) << row.words;
        EXPECT_EQ(out.address, row.address) << row.words;
        EXPECT_EQ(out.provider_code, std::to_string(row.status));
        EXPECT_EQ(out.detail, row.words);
    }
}

TEST(ViberClassify, KeepsAllDigitsOfTheToken) {
    const auto id = [](std::string_view token) {
        return outcome(200, R"({"status":0,"status_message":"ok","message_token":)" +
                                std::string(token) + "}")
            .external_id;
    };
    EXPECT_EQ(id("4987381194038857789"), "4987381194038857789");
    EXPECT_EQ(id("17293822569102704642"), "17293822569102704642");
    EXPECT_EQ(id(R"("4987381194038857789")"), "4987381194038857789");
}

TEST(ViberClassify, AsksForTheTokenOfWhatWasTaken) {
    EXPECT_EQ(outcome(200, R"({"status":0,"status_message":"ok"})").result, unknown);
}

TEST(ViberClassify, StopsTheBotOrThePersonAsTheWordsSay) {  // CG-40
    const SendOutcome bot = outcome(200, refusal(12, "tooManyRequests"));
    EXPECT_EQ(bot.result, rate_limited);
    EXPECT_EQ(bot.code, "account_rate_limited");
    EXPECT_EQ(bot.scope, LimitScope::account);
    EXPECT_EQ(bot.retry_at, std::nullopt);
    const SendOutcome person =
        outcome(200, refusal(12, "Too many messages to this user without a reply"));
    EXPECT_EQ(person.scope, LimitScope::recipient);
    EXPECT_EQ(person.code, "recipient_rate_limited");
    // 2026-01-02T00:00 is a full hour: the next one is meant.
    EXPECT_EQ(person.retry_at, sending_now() + std::chrono::hours(1));
}

TEST(ViberClassify, ReadsHttpOnlyWhereViberSaysNothing) {
    EXPECT_EQ(outcome(502, "<html>").result, unknown);
    EXPECT_EQ(outcome(503, "<html>", {{"Retry-After", "60"}}).result, transient);
    EXPECT_EQ(outcome(503, "<html>", {{"Retry-After", "60"}}).retry_at,
              sending_now() + std::chrono::seconds(60));
    EXPECT_EQ(outcome(500, refusal(3, "badData")).result, unknown);
    EXPECT_EQ(outcome(200, "").result, unknown);
    EXPECT_EQ(outcome(400, "").result, permanent);
    EXPECT_EQ(outcome(400, refusal(2, "invalidAuthToken")).result, credential);
    EXPECT_EQ(outcome(401, "").result, credential);
    EXPECT_EQ(outcome(404, "").result, credential);
    const SendOutcome limited = outcome(429, "", {{"Retry-After", "9"}});
    EXPECT_EQ(limited.result, rate_limited);
    EXPECT_EQ(limited.retry_at, sending_now() + std::chrono::seconds(9));
}

TEST(ViberClassify, StrikesTheTokenOut) {
    EXPECT_EQ(outcome(200, refusal(3, "bad viber-auth-token!")).detail, "bad ***!");
}

TEST(ViberSending, RefusesASendersNameBeyondVibersLength) {
    AdapterConfig config = sending_config("viber");
    config.settings["sender_name"] = std::string(29, 'n');
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("sender_name"));
}

TEST(ViberSending, FindsATapOnWhatItSent) {
    OutboundContent content;
    content.type = ContentType::buttons;
    content.text = "?";
    for (const char* id : {"yes 1&=%", "no_1"}) {
        OutboundButton& button = content.buttons.emplace_back();
        button.id = id;
        button.title = "Título de " + std::string(id);
    }
    const SendRequest request{"person", content, {}, "msg_1.1", {}, sending_now()};
    const std::string sent = adapter()->first_step(request)->call.body;
    const std::string_view member = R"("tracking_data":")";
    const std::size_t begin = sent.find(member) + member.size();
    const std::string tracking = sent.substr(begin, sent.find('"', begin) - begin);
    AdapterConfig config = sending_config("viber");
    std::string problem;
    const auto inbound = make(config, problem);
    OwnedRequest callback;
    callback.set_body(R"({"event":"message","message_token":7,"sender":{"id":"person"},)"
                      R"("message":{"type":"text","text":"yes 1&=%","tracking_data":")" +
                      tracking + R"("}})");

    const auto batch = inbound->decode(callback.view(), sending_now());

    ASSERT_TRUE(batch && batch->items.size() == 1);
    const auto& said = std::get<InboundMessage>(batch->items[0].what).content;
    EXPECT_EQ(said.type, ContentType::choice);
    EXPECT_EQ(said.choice, ChoiceKind::button);
    EXPECT_EQ(said.choice_id, "yes 1&=%");
    EXPECT_EQ(said.text, "Título de yes 1&=%");
    EXPECT_EQ(said.details_json, R"({"tracking_data":"msg_1.1"})");
}

}  // namespace
}  // namespace postern::adapters
