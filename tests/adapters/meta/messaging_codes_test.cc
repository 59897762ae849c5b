// Meta's error codes row by row, the same for Messenger and Instagram; and answers that name none.
// CG-40: what Meta says about its limits is obeyed at the scope that it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;

std::unique_ptr<SendingAdapter> adapter(const char* channel) {
    std::string problem;
    auto made = make_sending_adapter(sending_config(channel), problem);
    EXPECT_EQ(problem, "");
    return made;
}

SendOutcome outcome_of_error(const char* channel, int status, const std::string& members) {
    const std::string body = R"({"error":{"message":"refused","type":"OAuthException",)" + members +
                             R"(,"fbtrace_id":"A"}})";
    return outcome_of_answer(*adapter(channel), {status, body});
}

struct Row {
    int code;
    std::vector<int> subcodes;  // 0: none in the answer
    SendResult result;
    std::string_view word;
    int wait_s = 0;
    LimitScope scope = LimitScope::account;
    AddressVerdict address = AddressVerdict::none;
};

const Row rows[] = {
    {-2, {0, 2207003}, transient, "provider_unavailable"},
    {-1, {0, 2207001}, transient, "provider_unavailable"},
    {1, {0, 99}, transient, "provider_unavailable"},
    {1, {1357046}, unknown, "may_have_been_sent"},
    {2, {0}, transient, "provider_unavailable"},
    {2, {2018344}, credential, "terms_not_accepted"},
    {3, {0}, credential, "permission_missing"},
    {4, {0, 1}, rate_limited, "app_rate_limited", 0, LimitScope::group},
    {4, {2018354}, rate_limited, "topic_rate_limited", 3600, LimitScope::recipient},
    {9, {2018352}, permanent, "optin_limit"},
    {10, {0, 77}, credential, "permission_missing"},
    {10, {2018278, 2534022, 2018065}, permanent, "window_closed"},
    {10,
     {1893015},
     permanent,
     "marketing_opted_out",
     0,
     LimitScope::account,
     AddressVerdict::opted_out},
    {10, {1893063, 1404170}, credential, "account_restricted"},
    {10,
     {2018108},
     permanent,
     "person_unavailable",
     0,
     LimitScope::account,
     AddressVerdict::blocked},
    {10, {2534077}, credential, "account_not_linked"},
    {17, {0}, rate_limited, "account_rate_limited"},
    {32, {0}, rate_limited, "account_rate_limited"},
    {100, {0, 2018014, 2018164, 2534015, 2534025}, permanent, "invalid_content"},
    {100, {33}, credential, "sender_unknown"},
    {100,
     {2018001, 2534014},
     permanent,
     "invalid_recipient",
     0,
     LimitScope::account,
     AddressVerdict::dead},
    {100, {2018008, 2018047, 2018074, 2018109, 2018294}, permanent, "media_unreachable"},
    {100, {2534013}, credential, "account_not_linked"},
    {100, {2534029}, credential, "account_restricted"},
    {100, {2534037}, transient, "thread_owned_elsewhere", 60},
    {5, {0}, credential, "permission_missing"},
    {101, {0}, credential, "token_refused"},
    {102, {0}, credential, "token_refused"},
    {341, {0}, rate_limited, "app_rate_limited", 0, LimitScope::group},
    {1200, {0}, transient, "provider_unavailable"},
    {104, {0}, credential, "token_refused"},
    {190, {0, 463}, credential, "token_refused"},
    {2500, {0}, credential, "token_refused"},
    {200, {0, 2018028, 2018021, 2018027}, credential, "permission_missing"},
    {230, {0}, credential, "permission_missing"},
    {299, {0}, credential, "permission_missing"},
    {200,
     {1545041},
     permanent,
     "person_unavailable",
     0,
     LimitScope::account,
     AddressVerdict::blocked},
    {200, {2534041}, credential, "access_disabled"},
    {368, {0}, credential, "account_restricted"},
    {551,
     {0, 1545041},
     permanent,
     "person_unavailable",
     0,
     LimitScope::account,
     AddressVerdict::blocked},
    {613, {0, 2534040}, rate_limited, "account_rate_limited"},
    {613, {1893016}, permanent, "optin_limit"},
    {613, {2018338}, rate_limited, "tag_abuse_warning", 3600},
    {803, {0}, credential, "sender_unknown"},
    {2022, {0}, credential, "account_restricted"},
    {36103, {0}, credential, "account_not_eligible"},
    {80001, {0}, rate_limited, "account_rate_limited"},
    {80002, {0}, rate_limited, "account_rate_limited"},
    {80006, {0}, rate_limited, "account_rate_limited"},
    {2018300, {0}, transient, "thread_owned_elsewhere", 60},
    {2018321, {0}, transient, "thread_owned_elsewhere", 60},
    {9000001, {0}, permanent, "message_deleted"},
};

void expect_row(const char* channel, const Row& row, int subcode, int status) {
    std::string spelled = std::to_string(row.code);
    std::string members = R"("code":)" + spelled;
    if (subcode != 0) {
        members += R"(,"error_subcode":)" + std::to_string(subcode);
        spelled += "/" + std::to_string(subcode);
    }
    const SendOutcome out = outcome_of_error(channel, status, members);
    EXPECT_EQ(out.result, row.result) << spelled << " " << to_string(out.result);
    EXPECT_EQ(out.code, row.word) << spelled;
    EXPECT_EQ(out.scope, row.scope) << spelled;
    EXPECT_EQ(out.address, row.address) << spelled;
    EXPECT_EQ(out.provider_code, spelled);
    const auto wait = row.wait_s == 0 ? std::optional<Instant>{}
                                      : sending_now() + std::chrono::seconds(row.wait_s);
    EXPECT_EQ(out.retry_at, wait) << spelled;
}

TEST(MessagingCodes, AreMetasTableForBothChannels) {
    for (const char* channel : {"messenger", "instagram"}) {
        for (const Row& row : rows) {
            for (const int subcode : row.subcodes) {
                // Whatever the HTTP status, the code decides.
                expect_row(channel, row, subcode, 400);
                expect_row(channel, row, subcode, 500);
            }
        }
    }
}

TEST(MessagingCodes, LeaveAnUnknownCodeToTheStatus) {
    EXPECT_EQ(outcome_of_error("messenger", 400, R"("code":999999)").result, permanent);
    EXPECT_EQ(outcome_of_error("messenger", 429, R"("code":999999)").result, rate_limited);
    EXPECT_EQ(outcome_of_error("messenger", 500, R"("code":999999)").result, transient);
    EXPECT_EQ(outcome_of_error("messenger", 400, R"("code":"ten")").result, permanent);
}

TEST(MessagingCodes, AreReadFromTextToo) {
    EXPECT_EQ(outcome_of_error("messenger", 400, R"("code":"10")").code, "permission_missing");
    const SendOutcome out =
        outcome_of_error("messenger", 400, R"("code":"10","error_subcode":"2018278")");
    EXPECT_EQ(out.code, "window_closed");
    EXPECT_EQ(out.provider_code, "10/2018278");
}

TEST(MessagingCodes, KnowTheOneErrorThatIsToldInWords) {
    const auto outcome = [](std::string_view words) {
        const std::string body =
            R"({"error":{"code":100,"message":"(#100) )" + std::string(words) + R"("}})";
        return outcome_of_answer(*adapter("messenger"), {400, body});
    };
    const SendOutcome nobody = outcome("No matching user found");
    EXPECT_EQ(nobody.code, "invalid_recipient");
    EXPECT_EQ(nobody.address, AddressVerdict::dead);
    EXPECT_EQ(outcome("Invalid parameter").code, "invalid_content");
}

TEST(MessagingAnswer, HasTheIdOfAnAcceptedMessage) {
    const char* const body = R"({"recipient_id":"7001","message_id":"m_out1"})";
    const SendOutcome out = outcome_of_answer(*adapter("messenger"), {200, body});
    EXPECT_EQ(out.result, accepted);
    EXPECT_EQ(out.external_id, "m_out1");
}

TEST(MessagingAnswer, OfAMessageWithoutAnIdIsNotUnderstood) {
    for (const char* body : {"", "{}", "[]", R"({"recipient_id":"7001"})", R"({"message_id":7})"}) {
        EXPECT_EQ(outcome_of_answer(*adapter("messenger"), {200, body}).result, unknown) << body;
    }
}

TEST(MessagingAnswer, ToAReactionNamesThePersonAlone) {
    OutboundContent content;
    content.type = ContentType::reaction;
    content.reaction_to = "ig_1";
    const SendRequest request{"8001", content, {}, "msg_1.1", {}, sending_now()};
    OwnedAnswer answer{200, R"({"recipient_id":"8001"})"};

    const auto next = adapter("instagram")->answered(request, 0, answer.view());

    const auto* out = std::get_if<SendOutcome>(&next);
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(out->result, accepted);
    EXPECT_EQ(out->external_id, "reaction:msg_1.1");
}

TEST(MessagingAnswer, ThatIsNotGraphsIsUnknownBeyondTheDoor) {
    const auto result = [](int status) {
        return outcome_of_answer(*adapter("instagram"), {status, "<html>Bad gateway</html>"})
            .result;
    };
    EXPECT_EQ(result(502), unknown);
    EXPECT_EQ(result(301), unknown);
    EXPECT_EQ(result(503), transient);
    EXPECT_EQ(result(404), permanent);
}

TEST(MessagingAnswer, WaitsAsLongAsTheUsageHeaderSays) {
    const SendOutcome out = outcome_of_answer(
        *adapter("messenger"),
        {400,
         R"({"error":{"code":80006,"message":"limit"}})",
         {{"X-Business-Use-Case-Usage", R"({"1":[{"type":"messenger",)"
                                        R"("estimated_time_to_regain_access":19}]})"}}});
    EXPECT_EQ(out.retry_at, sending_now() + std::chrono::minutes(19));
}

TEST(MessagingAnswer, KeepsMetasWordsButNeverTheToken) {
    const SendOutcome out = outcome_of_error(
        "messenger", 400, R"("code":100,"error_user_msg":"bad EAAtesttoken here")");
    EXPECT_EQ(out.detail, "refused: bad *** here");
}

TEST(MessagingTraits, SayWhatTheCoreMayRelyOn) {
    EXPECT_TRUE(adapter("messenger")->send_traits().echo);
    EXPECT_FALSE(adapter("instagram")->send_traits().echo);
    for (const char* channel : {"messenger", "instagram"}) {
        EXPECT_TRUE(adapter(channel)->send_traits().receipts);
        EXPECT_FALSE(adapter(channel)->send_traits().idempotent);
        EXPECT_TRUE(adapter(channel)->send_traits().typing);
    }
}

}  // namespace
}  // namespace postern::adapters
