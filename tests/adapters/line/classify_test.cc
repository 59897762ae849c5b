// LINE's answers to a push row by row, and the key that makes a resend safe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

constexpr std::string_view echo = "msg_01JGFJJZ0000000000000000AB";
/// Python's uuid.uuid5 of the adapter's namespace and that name.
constexpr std::string_view key = "55b39823-25d7-5729-a73d-d95925dfab10";

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("line"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

SendOutcome outcome(int status, std::string_view body,
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{"U1", content, {}, echo, {}, sending_now()};
    OwnedAnswer answer(status, body, std::move(headers));
    return std::get<SendOutcome>(adapter()->answered(request, 0, answer.view()));
}

struct Row {
    int status;
    std::string_view message;
    SendResult result;
    std::string_view code;
    AddressVerdict address = none;
};

const Row rows[] = {
    {400, "Failed to send messages", permanent, "invalid_recipient", dead},
    {400, "The property, 'to', in the request body is invalid (line: -, column: -)", permanent,
     "invalid_recipient", dead},
    {400, "The request body has 1 error(s)", permanent, "invalid_content"},
    {400, "The request body could not be parsed as JSON (line: 1, column: 2)", permanent,
     "invalid_content"},
    {400, "Invalid quoteToken", permanent, "reply_not_found"},
    {400, "The retry key is invalid", permanent, "invalid_retry_key"},
    {400, "Something new", permanent, "rejected"},
    {401,
     "Authentication failed due to the following reason: invalid token. Confirm that the "
     "access token in the authorization header is valid.",
     credential, "token_refused"},
    {403, "Access to this API is not available for your account", credential, "permission_missing"},
    {404, "Not found", credential, "endpoint_unknown"},
    {410, "Gone", permanent, "rejected"},
    {413, "Payload too large", permanent, "too_large"},
    {415, "Unsupported media type", permanent, "invalid_content"},
    {418, "New", permanent, "rejected"},
    {429, "You have reached your monthly limit.", rate_limited, "monthly_limit"},
    {429, "The API rate limit has been exceeded. Try again later.", rate_limited,
     "account_rate_limited"},
    {500, "Internal server error", unknown, "provider_error"},
    {502, "Bad gateway", unknown, "provider_error"},
    {503, "Service unavailable", unknown, "provider_error"},
};

TEST(LineClassify, KnowsEveryRefusal) {
    for (const Row& row : rows) {
        const SendOutcome out =
            outcome(row.status, R"({"message":")" + std::string(row.message) + R"("})");
        EXPECT_EQ(out.result, row.result) << row.message;
        EXPECT_EQ(out.code, row.code) << row.message;
        EXPECT_EQ(out.address, row.address) << row.message;
        EXPECT_EQ(out.scope, LimitScope::account) << row.message;
        EXPECT_EQ(out.provider_code, std::to_string(row.status));
        EXPECT_EQ(out.detail, row.message);
    }
}

TEST(LineClassify, TellsWhichPropertyIsWrong) {
    const SendOutcome out =
        outcome(400, R"x({"message":"The request body has 1 error(s)","details":[)x"
                     R"x({"message":"May not be empty","property":"messages[0].text"},7]})x");
    EXPECT_EQ(out.detail, "The request body has 1 error(s); messages[0].text: May not be empty");
}

TEST(LineClassify, WaitsAnHourForTheMonthsQuotaAndAsToldForTheRate) {  // CG-40
    EXPECT_EQ(outcome(429, R"({"message":"You have reached your monthly limit."})").retry_at,
              sending_now() + std::chrono::hours(1));
    EXPECT_EQ(outcome(429, R"({"message":"rate"})").retry_at, std::nullopt);
    EXPECT_EQ(outcome(429, "", {{"Retry-After", "7"}}).retry_at,
              sending_now() + std::chrono::seconds(7));
}

TEST(LineClassify, KeepsTheIdsOfAllMessagesOfAPush) {
    const std::string_view three =
        R"({"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"},)"
        R"({"id":"461230966842064898"},{"quoteToken":"x"},{"id":"461230966842064899"}]})";
    for (const int status : {200, 409}) {  // now, or by an earlier request with the same key
        const SendOutcome out = outcome(status, three);
        EXPECT_EQ(out.result, accepted);
        EXPECT_EQ(out.external_id, "461230966842064899");
        EXPECT_THAT(out.earlier_ids,
                    testing::ElementsAre("461230966842064897", "461230966842064898"));
    }
    EXPECT_TRUE(outcome(200, R"({"sentMessages":[{"id":"1"}]})").earlier_ids.empty());
}

TEST(LineClassify, NamesARequestWhoseMessagesAreNotNamed) {
    EXPECT_EQ(outcome(200, "{}", {{"x-line-request-id", "123e4567"}}).external_id,
              "request:123e4567");
    EXPECT_EQ(outcome(200, "{}").external_id, "retry_key:" + std::string(key));
    EXPECT_EQ(outcome(200, "<html>", {{"X-Line-Request-Id", "1"}}).result, unknown);
}

TEST(LineClassify, CountsAKeyThatWasAcceptedBeforeAsSent) {
    const std::string_view told =
        R"({"message":"The retry key is already accepted","sentMessages":[{"id":"4612"}]})";
    const std::string_view untold = R"({"message":"The retry key is already accepted"})";
    EXPECT_EQ(outcome(409, told).result, accepted);
    EXPECT_EQ(outcome(409, told).external_id, "4612");
    EXPECT_EQ(outcome(409, untold, {{"X-Line-Accepted-Request-Id", "8d35"}}).external_id,
              "request:8d35");
    EXPECT_EQ(outcome(409, "").external_id, "retry_key:" + std::string(key));
}

TEST(LineClassify, LeavesWhatIsNotLinesUnknown) {
    EXPECT_EQ(outcome(302, "").result, unknown);
    EXPECT_EQ(outcome(200, "").result, unknown);
}

TEST(LineClassify, StrikesTheTokenOut) {
    const SendOutcome out = outcome(401, R"({"message":"Bearer line-access-token is invalid"})");
    EXPECT_EQ(out.detail, "Bearer *** is invalid");
}

TEST(LineSending, GivesTheSameNameTheSameKeyAndAnotherAnother) {
    const auto key_of = [](std::string_view name) {
        OutboundContent content;
        content.text = "Hola";
        const SendRequest request{"U1", content, {}, name, {}, sending_now()};
        const auto step = adapter()->first_step(request);
        for (const auto& [header, value] : step->call.headers) {
            if (header == "X-Line-Retry-Key") return value;
        }
        return std::string();
    };
    EXPECT_TRUE(adapter()->send_traits().idempotent);
    EXPECT_EQ(key_of(echo), key);
    EXPECT_EQ(key_of(echo), key_of(echo));
    EXPECT_NE(key_of("msg_01JGFJJZ0000000000000000AC"), key);
    EXPECT_EQ(key_of(""), "");
}

TEST(LineSending, AsksForATokenThatFitsAHeader) {
    AdapterConfig config = sending_config("line");
    config.credentials["access_token"] = {Secret("a b")};
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("credentials.access_token"));
}

}  // namespace
}  // namespace postern::adapters
