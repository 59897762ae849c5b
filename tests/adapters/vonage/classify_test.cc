// Vonage's codes row by row, the answers of several parts, and what no code explains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

std::unique_ptr<SendingAdapter> adapter(const char* api) {
    AdapterConfig config = sending_config("vonage");
    config.settings["api"] = api;
    std::string problem;
    auto made = make_sending_adapter(config, problem);
    EXPECT_EQ(problem, "");
    return made;
}

struct Row {
    std::vector<int> codes;
    SendResult result;
    AddressVerdict address = none;
    int wait_s = 0;
    LimitScope scope = LimitScope::account;
};

void expect_row(const Row& row, int code, const SendOutcome& out) {
    EXPECT_EQ(out.result, row.result) << code;
    EXPECT_EQ(out.address, row.address) << code;
    EXPECT_EQ(out.scope, row.scope) << code;
    EXPECT_EQ(out.provider_code, std::to_string(code));
    EXPECT_EQ(out.detail, "no");
    const auto wait = std::chrono::seconds{row.wait_s};
    EXPECT_EQ(out.retry_at,
              row.wait_s == 0 ? std::nullopt : std::optional<Instant>(sending_now() + wait))
        << code;
}

TEST(VonageClassify, KnowsEveryStatusOfTheSmsApi) {
    const Row rows[] = {
        {{1, 10}, rate_limited, none, 1},
        {{2, 3, 6, 12, 15, 99}, permanent},
        {{4, 8, 9, 11, 14, 22, 23, 29, 32}, credential},
        {{5, 13}, transient},
        {{7}, permanent, blocked},
        {{33}, permanent, dead},
    };
    for (const Row& row : rows) {
        for (const int code : row.codes) {
            expect_row(
                row, code,
                outcome_of_answer(*adapter("sms"),
                                  {200, R"({"message-count":"1","messages":[{"status":")" +
                                            std::to_string(code) + R"(","error-text":"no"}]})"}));
        }
    }
}

TEST(VonageClassify, KnowsEveryCodeOfTheMessagesApiWhereverItStands) {
    const Row rows[] = {
        {{1000}, rate_limited, none, 1},
        {{1010, 1020, 1021, 1022, 1040, 1090, 1120, 1130, 1150, 1210}, permanent},
        {{1250, 1270, 1280, 1340, 1360, 1380, 1381, 1382}, permanent},
        {{1030, 1100, 1230, 1330, 1331}, transient},
        {{1050}, permanent, blocked},
        {{1060, 1070, 1080, 1140, 1160, 1350, 1370}, credential},
        {{1170, 1190, 1260, 1300, 1310}, permanent, dead},
        {{1180}, transient, none, 900},
        {{1200}, transient, none, 86400},
        {{1220}, transient, none, 600},
        {{1290}, transient, none, 3600},
        {{1240}, permanent, opted_out},
        {{1241}, rate_limited, none, 60, LimitScope::recipient},
    };
    for (const Row& row : rows) {
        for (const int code : row.codes) {
            const std::string number = std::to_string(code);
            for (const std::string& place :
                 {R"("type":"https://developer.vonage.com/api-errors/messages#)" + number + "\"",
                  R"("type":"https://developer.vonage.com/api-errors/messages/)" + number + "\"",
                  R"("type":"about:blank","title":")" + number + "\"", R"("title":)" + number,
                  R"("code":)" + number}) {
                expect_row(row, code,
                           outcome_of_answer(*adapter("messages"),
                                             {422, "{" + place + R"(,"detail":"no"})"}));
            }
        }
    }
}

TEST(VonageClassify, TakesTooManyRequestsForALimitWhateverNumberStandsBeside) {
    const SendOutcome out = outcome_of_answer(
        *adapter("messages"),
        {429, R"({"type":"https://developer.nexmo.com/api-errors/messages-olympus#1010",
                  "title":"Rate Limit Hit","detail":"Please wait, then retry your request"})"});
    EXPECT_EQ(out.result, rate_limited);
    EXPECT_EQ(out.provider_code, "1010");
}

TEST(VonageClassify, TakesAnSmsOfSeveralPartsIfEachWasTaken) {
    const SendOutcome one = outcome_of_answer(
        *adapter("sms"), {200, R"({"message-count":"1","messages":[{"to":"573001234567",
            "message-id":"0C01","status":"0","client-ref":"att_1"}]})"});
    EXPECT_EQ(one.result, accepted);
    EXPECT_EQ(one.external_id, "0C01");
    const SendOutcome two =
        outcome_of_answer(*adapter("sms"), {200, R"({"message-count":"2","messages":[
            {"message-id":"0C01","status":"0"},{"message-id":"0C02","status":0}]})"});
    EXPECT_EQ(two.result, accepted);
    EXPECT_EQ(two.external_id, "0C01");
}

TEST(VonageClassify, DoesNotSendAgainWhatWentInPart) {
    const SendOutcome out =
        outcome_of_answer(*adapter("sms"), {200, R"({"message-count":"3","messages":[
            {"message-id":"0C01","status":"0"},{"message-id":"0C02","status":"0"},
            {"status":"1","error-text":"Throttled"}]})"});
    EXPECT_EQ(out.result, permanent);
    EXPECT_EQ(out.code, "partly_sent");
    EXPECT_TRUE(out.partly);
    EXPECT_EQ(out.provider_code, "1");
    EXPECT_EQ(out.detail, "2 of 3 parts were taken, then: Throttled");
    EXPECT_EQ(out.retry_at, std::nullopt);
}

TEST(VonageClassify, DoesNotGuessWhatItCannotRead) {
    for (const char* body : {R"({"messages":[]})", R"({"messages":[{"status":"0"}]})",
                             R"({"messages":[7]})", R"({"messages":[{"message-id":"1"}]})"}) {
        const SendOutcome out = outcome_of_answer(*adapter("sms"), {200, body});
        EXPECT_EQ(out.result, unknown) << body;
        EXPECT_EQ(out.external_id, "");
    }
    for (const char* body : {"", "{}", "[]", R"({"message_uuid":""})", "<html>"}) {
        EXPECT_EQ(outcome_of_answer(*adapter("messages"), {202, body}).result, unknown) << body;
        EXPECT_EQ(outcome_of_answer(*adapter("sms"), {200, body}).result, unknown) << body;
    }
}

TEST(VonageClassify, TakesTheIdOfAMessage) {
    const SendOutcome out = outcome_of_answer(
        *adapter("messages"), {202, R"({"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-000000000001"})"});
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "aaaaaaaa-bbbb-4ccc-8ddd-000000000001");
}

TEST(VonageClassify, LeavesWhatWasSentBeforeToItsReceipt) {
    const SendOutcome nameless = outcome_of_answer(
        *adapter("messages"), {422, R"({"title":1320,"detail":"Message already sent"})"});
    EXPECT_EQ(nameless.result, unknown);
    EXPECT_EQ(nameless.code, "already_sent");
    const SendOutcome named =
        outcome_of_answer(*adapter("messages"), {422, R"({"title":1320,"message_uuid":"u-1"})"});
    EXPECT_EQ(named.result, accepted);
    EXPECT_EQ(named.external_id, "u-1");
}

TEST(VonageClassify, FollowsTheStatusWhereNoCodeExplains) {
    const std::pair<int, SendResult> rows[] = {
        {400, permanent},  {401, credential}, {402, credential},   {403, credential},
        {404, credential}, {422, permanent},  {429, rate_limited}, {500, unknown},
        {502, unknown},    {503, transient},  {504, unknown},
    };
    for (const auto& [status, result] : rows) {
        for (const char* api : {"sms", "messages"}) {
            const SendOutcome out =
                outcome_of_answer(*adapter(api), {status, R"({"title":"No","detail":"because"})"});
            EXPECT_EQ(out.result, result) << api << status;
            EXPECT_EQ(out.provider_code, std::to_string(status));
            EXPECT_NE(out.detail.find("because"), std::string::npos);
        }
    }
}

TEST(VonageClassify, ObeysRetryAfter) {
    const SendOutcome out = outcome_of_answer(
        *adapter("messages"), {429, R"({"title":1000,"detail":"slow"})", {{"Retry-After", "7"}}});
    EXPECT_EQ(out.retry_at, sending_now() + std::chrono::seconds{7});
}

TEST(VonageClassify, StrikesTheSecretOutPlainAndEncoded) {
    const SendOutcome plain =
        outcome_of_answer(*adapter("sms"), {500, "you said vonage-api-secret, and so"});
    EXPECT_EQ(plain.detail, "you said ***, and so");
    const SendOutcome encoded = outcome_of_answer(
        *adapter("messages"),
        {401, R"({"detail":"Basic YWJjZDEyMzQ6dm9uYWdlLWFwaS1zZWNyZXQ= is wrong"})"});
    EXPECT_EQ(encoded.detail, "Basic *** is wrong");
}

TEST(VonageValidity, IsWhatIsLeftWithinVonagesBounds) {
    using namespace std::chrono_literals;
    OutboundContent content;
    content.text = "Hola";
    const auto ttl = [&](std::chrono::milliseconds left) -> std::string {
        SendRequest request{"+573001234567", content, {}, "att_1", {}, sending_now()};
        request.expires = sending_now() + left;
        const auto step = adapter("sms")->first_step(request);
        const std::size_t at = step->call.body.find("&ttl=");
        return at == std::string::npos ? "" : step->call.body.substr(at + 5);
    };
    EXPECT_EQ(ttl(60s), "60000");
    EXPECT_EQ(ttl(1s), "20000");
    EXPECT_EQ(ttl(168h), "604800000");
    EXPECT_EQ(ttl(168h + 1ms), "");
    EXPECT_EQ(ttl(0s), "");
}

TEST(VonageSettings, SayWhatASenderLacks) {
    const auto problem_of = [](AdapterConfig config) {
        std::string problem;
        EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
        return problem;
    };
    AdapterConfig config = sending_config("vonage");
    config.settings["from"] = "pigeon:7";
    EXPECT_THAT(problem_of(config), testing::StartsWith("from:"));
    config.settings["from"] = "ACME";
    config.settings["api"] = "voice";
    EXPECT_THAT(problem_of(config), testing::StartsWith("api:"));
    config.settings["api"] = "sms";
    config.credentials.clear();
    EXPECT_THAT(problem_of(config), testing::StartsWith("credentials.api_secret"));
    config.credentials["signature_secret"] = {Secret("s")};
    EXPECT_THAT(problem_of(config), testing::StartsWith("credentials.api_secret"));
    config.settings["api"] = "messages";
    EXPECT_THAT(problem_of(config), testing::StartsWith("credentials.private_key"));
    config.settings.erase("api_key");
    config.settings["api"] = "sms";
    EXPECT_THAT(problem_of(config), testing::StartsWith("api_key is missing"));
}

}  // namespace
}  // namespace postern::adapters
