// The Bot API's refusals row by row, and the one answer that asks for a further step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("telegram"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

std::string refusal(int code, std::string_view words, std::string_view more = {}) {
    return R"({"ok":false,"error_code":)" + std::to_string(code) + R"(,"description":")" +
           std::string(words) + "\"" + std::string(more) + "}";
}

struct Row {
    int code;
    std::string_view words;
    SendResult result;
    std::string_view code_of_ours;
    AddressVerdict address = none;
};

const Row rows[] = {
    {400, "Bad Request: chat not found", permanent, "invalid_recipient", dead},
    {400, "Bad Request: user not found", permanent, "invalid_recipient", dead},
    {400, "Bad Request: PEER_ID_INVALID", permanent, "invalid_recipient", dead},
    {400, "Bad Request: invalid user_id specified", permanent, "invalid_recipient", dead},
    {403, "Forbidden: bot was blocked by the user", permanent, "blocked", blocked},
    {403, "Forbidden: user is deactivated", permanent, "invalid_recipient", dead},
    {403, "Forbidden: bot can't initiate conversation with a user", permanent, "not_started",
     blocked},
    {403, "Forbidden: bots can't send messages to bots", permanent, "invalid_recipient", dead},
    {403, "Forbidden: bot can't send messages to bots", permanent, "invalid_recipient", dead},
    {403, "Forbidden: bot was kicked from the supergroup chat", permanent, "not_a_member", blocked},
    {403, "Forbidden: bot is not a member of the channel chat", permanent, "not_a_member", blocked},
    {403, "Forbidden: the group chat was deleted", permanent, "invalid_recipient", dead},
    {403, "Forbidden: something new", permanent, "forbidden"},
    {400, "Bad Request: not enough rights to send photos to the chat", permanent, "no_rights"},
    {400, "Bad Request: CHAT_WRITE_FORBIDDEN", permanent, "no_rights"},
    {400, "Bad Request: have no rights to send a message", permanent, "no_rights"},
    {400, "Bad Request: need administrator rights in the channel chat", permanent, "no_rights"},
    {400, "Bad Request: CHAT_ADMIN_REQUIRED", permanent, "no_rights"},
    {400, "Bad Request: CHAT_RESTRICTED", permanent, "no_rights"},
    {400, "Bad Request: TOPIC_CLOSED", permanent, "no_rights"},
    {403, "Forbidden: not enough rights to send text messages", permanent, "no_rights"},
    {403, "Forbidden: bot have no rights to send a message", permanent, "no_rights"},
    {400, "Bad Request: group is deactivated", permanent, "invalid_recipient", dead},
    {400, "Bad Request: wrong remote file identifier specified", permanent, "media_unreachable"},
    {400, "Bad Request: message is too long", permanent, "invalid_content"},
    {400, "Bad Request: message text is empty", permanent, "rejected"},
    {400, "Bad Request: can't parse entities", permanent, "rejected"},
    {400, "Bad Request: BUTTON_DATA_INVALID", permanent, "rejected"},
    {400, "Bad Request: message to be replied not found", permanent, "reply_not_found"},
    {400, "Bad Request: wrong file identifier/HTTP URL specified", permanent, "media_unreachable"},
    {400, "Bad Request: failed to get HTTP URL content", permanent, "media_unreachable"},
    {400, "Bad Request: wrong type of the web page content", permanent, "media_unreachable"},
    {400, "Bad Request: file is too big", permanent, "media_unreachable"},
    {401, "Unauthorized", credential, "token_refused"},
    {404, "Not Found", credential, "token_refused"},
    {409, "Conflict: terminated by other getUpdates request", credential, "conflict"},
    {500, "Internal Server Error", transient, "provider_unavailable"},
    {503, "Service Unavailable", transient, "provider_unavailable"},
    {502, "Bad Gateway", transient, "provider_unavailable"},
    {504, "Gateway Timeout", transient, "provider_unavailable"},
    {400, "Bad Request: chat is deactivated", permanent, "invalid_recipient", dead},
    {400, "Bad Request: INPUT_USER_DEACTIVATED", permanent, "invalid_recipient", dead},
    {400, "Bad Request: USER_IS_BOT", permanent, "invalid_recipient", dead},
    {400, "Bad Request: USER_IS_BLOCKED", permanent, "blocked", blocked},
    {400, "Bad Request: CHANNEL_PRIVATE", permanent, "not_a_member", blocked},
    {400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", permanent, "no_rights"},
    {400, "Bad Request: wrong file_id or the file is temporarily unavailable", permanent,
     "media_unreachable"},
    {400, "Bad Request: can't upload file by URL", permanent, "media_unreachable"},
    {403, "Forbidden: the bot can't send messages to the bot", permanent, "invalid_recipient",
     dead},
};

TEST(TelegramClassify, KnowsEveryRefusal) {
    for (const Row& row : rows) {
        const SendOutcome out =
            outcome_of_answer(*adapter(), {row.code, refusal(row.code, row.words)});
        EXPECT_EQ(out.result, row.result) << row.words;
        EXPECT_EQ(out.code, row.code_of_ours) << row.words;
        EXPECT_EQ(out.address, row.address) << row.words;
        EXPECT_EQ(out.provider_code, std::to_string(row.code));
        EXPECT_EQ(out.detail, row.words);
    }
}

SendOutcome limited(std::string_view to, int seconds = 14) {
    OutboundContent content;
    content.text = "Hola";
    const std::string told = std::to_string(seconds);
    OwnedAnswer answer(429, refusal(429, "Too Many Requests: retry after " + told,
                                    R"(,"parameters":{"retry_after":)" + told + "}"));
    const SendRequest request{to, content, {}, {}, {}, sending_now()};
    return std::get<SendOutcome>(adapter()->answered(request, 0, answer.view()));
}

TEST(TelegramClassify, WaitsAsLongAsItIsToldAtTheScopeThatCanBeMeant) {  // CG-40
    EXPECT_EQ(limited("77").result, rate_limited);
    EXPECT_EQ(limited("77").scope, LimitScope::recipient);
    EXPECT_EQ(limited("77", 30).scope, LimitScope::recipient);
    EXPECT_EQ(limited("77", 31).scope, LimitScope::account);
    EXPECT_EQ(limited("-100200").scope, LimitScope::recipient);
    EXPECT_EQ(limited("-100200", 300).scope, LimitScope::recipient);
    EXPECT_EQ(limited("77").retry_at, sending_now() + std::chrono::seconds(14));
    EXPECT_TRUE(limited("77").spreads);
    EXPECT_FALSE(limited("77", 31).spreads);
    EXPECT_FALSE(limited("-100200").spreads) << "a group has a limit of its own";
}

TEST(TelegramClassify, ReadsTheWaitWhereverAServerNamesIt) {
    const auto wait = [](const std::string& body, int status, const char* header = nullptr) {
        std::vector<std::pair<std::string, std::string>> headers;
        if (header != nullptr) headers.emplace_back("Retry-After", header);
        return outcome_of_answer(*adapter(), {status, body, headers}).retry_at;
    };
    using std::chrono::seconds;
    const std::string words = refusal(429, "Too Many Requests: retry after 14");
    EXPECT_EQ(wait(words, 429), sending_now() + seconds(14));
    EXPECT_EQ(wait(refusal(420, "FLOOD_WAIT: retry after 9"), 420), sending_now() + seconds(9));
    EXPECT_EQ(wait(words, 429, "20"), sending_now() + seconds(20));
    EXPECT_EQ(wait(refusal(429, "Too Many Requests: retry after"), 429), std::nullopt);
    EXPECT_EQ(wait("<html>", 503, "60"), sending_now() + seconds(60));
    EXPECT_EQ(outcome_of_answer(*adapter(), {503, "<html>"}).result, transient);
}

TEST(TelegramClassify, ReadsACodeThatIsText) {
    const SendOutcome out = outcome_of_answer(
        *adapter(), {200, R"({"ok":false,"error_code":"403","description":"Forbidden: bot was )"
                          R"(blocked by the user"})"});
    EXPECT_EQ(out.code, "blocked");
}

TEST(TelegramClassify, SpellsTheIdOfAnAcceptedMessageAsInboundIdsAre) {
    const SendOutcome out = outcome_of_answer(
        *adapter(),
        {200, R"({"ok":true,"result":{"message_id":61,"chat":{"id":-1001234567890}}})"});
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "-1001234567890:61");
    const SendOutcome business = outcome_of_answer(
        *adapter(), {200, R"({"ok":true,"result":{"business_connection_id":"c1","message_id":61,)"
                          R"("chat":{"id":77}}})"});
    EXPECT_EQ(business.external_id, "c1:77:61");
    const SendOutcome to_one = outcome_of_answer(
        *adapter(), {200, R"({"ok":true,"result":{"message_id":0,"ephemeral_message_id":88,)"
                          R"("chat":{"id":-500}}})"});
    EXPECT_EQ(to_one.external_id, "-500:e88");
}

TEST(TelegramClassify, AcceptsAReactionWhoseAnswerIsNoMessage) {
    OutboundContent content;
    content.type = ContentType::reaction;
    content.reaction_to = "77:55";
    OwnedAnswer answer(200, R"({"ok":true,"result":true})");
    const SendRequest request{"77", content, {}, "att_1", {}, sending_now()};
    const auto out = std::get<SendOutcome>(adapter()->answered(request, 0, answer.view()));
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "reaction:att_1");
}

TEST(TelegramClassify, FollowsAGroupToItsNewIdOnce) {
    const std::string body =
        refusal(400, "Bad Request: group chat was upgraded to a supergroup chat",
                R"(,"parameters":{"migrate_to_chat_id":-1009000000001})");
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{"-500", content, {}, {}, {}, sending_now()};
    OwnedAnswer answer(400, body);

    const auto next = adapter()->answered(request, 0, answer.view());
    const auto end = adapter()->answered(request, 1, answer.view());

    ASSERT_TRUE(std::holds_alternative<SendStep>(next));
    EXPECT_THAT(std::get<SendStep>(next).call.body,
                testing::StartsWith(R"({"chat_id":-1009000000001,"text":"Hola")"));
    ASSERT_TRUE(std::holds_alternative<SendOutcome>(end));
    EXPECT_EQ(std::get<SendOutcome>(end).result, permanent);
}

TEST(TelegramClassify, LeavesAnAnswerThatIsNotTheBotApisUnknown) {
    const auto result = [](int status, std::string_view body) {
        return outcome_of_answer(*adapter(), {status, body}).result;
    };
    EXPECT_EQ(result(502, "<html>"), unknown);
    EXPECT_EQ(result(200, ""), unknown);
    EXPECT_EQ(result(200, R"({"ok":true,"result":{}})"), unknown);
    EXPECT_EQ(result(200, R"({"ok":true})"), unknown);
    EXPECT_EQ(result(429, ""), rate_limited);
    EXPECT_EQ(result(401, ""), credential);
}

}  // namespace
}  // namespace postern::adapters
