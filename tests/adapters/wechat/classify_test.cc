// WeChat's return codes row by row, and what becomes of a token that is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/token_grant.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

using enum SendResult;
using enum AddressVerdict;

std::unique_ptr<SendingAdapter> adapter() {
    std::string problem;
    auto made = make_sending_adapter(sending_config("wechat"), problem);
    EXPECT_EQ(problem, "");
    return made;
}

std::variant<SendStep, SendOutcome> after(int status, std::string_view body) {
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{"oA1", content, {}, "msg_1.1", {}, sending_now()};
    OwnedAnswer answer(status, body);
    return adapter()->answered(request, 0, answer.view());
}

SendOutcome outcome(int status, std::string_view body) {
    const auto next = after(status, body);
    const auto* const end = std::get_if<SendOutcome>(&next);
    EXPECT_NE(end, nullptr) << body;
    return end != nullptr ? *end : SendOutcome{};
}

std::string refusal(int code, std::string_view words) {
    return R"({"errcode":)" + std::to_string(code) + R"(,"errmsg":")" + std::string(words) +
           R"("})";
}

struct Row {
    int code;
    SendResult result;
    std::string_view ours;
    AddressVerdict address = none;
    LimitScope scope = LimitScope::account;
};

const Row rows[] = {
    {-1000, transient, "provider_unavailable"},
    {-1, transient, "provider_unavailable"},
    {40001, credential, "token_refused"},
    {40002, credential, "token_refused"},
    {40003, permanent, "invalid_recipient", dead},
    {40004, permanent, "media_unreachable"},
    {40007, permanent, "media_unreachable"},
    {40012, permanent, "media_unreachable"},
    {40013, credential, "account_unknown"},
    {40014, credential, "token_refused"},
    {40031, permanent, "invalid_recipient", dead},
    {40033, permanent, "invalid_content"},
    {40035, permanent, "invalid_content"},
    {40037, permanent, "template_not_found"},
    {40125, credential, "token_refused"},
    {40164, credential, "address_not_allowed"},
    {40243, credential, "account_restricted"},
    {42007, credential, "token_refused"},
    {43108, rate_limited, "recipient_rate_limited", none, LimitScope::recipient},
    {50007, credential, "account_restricted"},
    {89501, credential, "address_not_allowed"},
    {89503, credential, "address_not_allowed"},
    {89506, credential, "address_not_allowed"},
    {89507, credential, "address_not_allowed"},
    {41001, credential, "token_refused"},
    {41002, credential, "token_refused"},
    {41004, credential, "token_refused"},
    {41006, permanent, "media_unreachable"},
    {42001, credential, "token_refused"},
    {43001, permanent, "rejected"},
    {43004, permanent, "not_subscribed", blocked},
    {43019, permanent, "blacklisted", blocked},
    {43101, permanent, "template_refused"},
    {43117, rate_limited, "recipient_rate_limited", none, LimitScope::recipient},
    {44002, permanent, "invalid_content"},
    {44004, permanent, "invalid_content"},
    {40036, permanent, "template_not_found"},
    {40118, permanent, "media_unreachable"},
    {40121, permanent, "media_unreachable"},
    {44001, permanent, "media_unreachable"},
    {44003, permanent, "invalid_content"},
    {45035, credential, "address_not_allowed"},
    {61004, credential, "address_not_allowed"},
    {61016, credential, "permission_missing"},
    {61450, transient, "provider_unavailable"},
    {45001, permanent, "media_unreachable"},
    {45002, permanent, "invalid_content"},
    {45008, permanent, "invalid_content"},
    {45009, rate_limited, "daily_limit"},
    {45011, rate_limited, "account_rate_limited"},
    {45015, permanent, "window_closed"},
    {45047, permanent, "window_used_up"},
    {45065, permanent, "rejected"},
    {45166, permanent, "content_refused"},
    {46001, permanent, "media_unreachable"},
    {46004, permanent, "invalid_recipient", dead},
    {47001, permanent, "invalid_content"},
    {47003, permanent, "template_parameters"},
    {48001, credential, "permission_missing"},
    {48002, permanent, "blocked", blocked},
    {48003, credential, "account_restricted"},
    {48004, credential, "account_restricted"},
    {48008, credential, "permission_missing"},
    {50001, credential, "permission_missing"},
    {50002, credential, "permission_missing"},
    {50005, permanent, "not_subscribed", blocked},
    {61003, credential, "permission_missing"},
    {61451, permanent, "rejected"},
    {87014, permanent, "content_refused"},
    {99999, permanent, "rejected"},
};

TEST(WeChatClassify, KnowsEveryReturnCode) {
    for (const Row& row : rows) {
        const SendOutcome out = outcome(200, refusal(row.code, "words rid: 6f"));
        EXPECT_EQ(out.result, row.result) << row.code;
        EXPECT_EQ(out.code, row.ours) << row.code;
        EXPECT_EQ(out.address, row.address) << row.code;
        EXPECT_EQ(out.scope, row.scope) << row.code;
        EXPECT_EQ(out.provider_code, std::to_string(row.code));
        EXPECT_EQ(out.detail, "words rid: 6f");
    }
}

TEST(WeChatClassify, WaitsForTheNextQuotaDayOfChina) {  // CG-40
    // 2026-01-02T00:00Z is 08:00 in Beijing: midnight there is 16 hours away.
    EXPECT_EQ(outcome(200, refusal(45009, "quota")).retry_at,
              sending_now() + std::chrono::hours(16));
    EXPECT_EQ(outcome(200, refusal(45011, "minute")).retry_at,
              sending_now() + std::chrono::minutes(1));
    EXPECT_EQ(outcome(200, refusal(43117, "freq")).retry_at,
              sending_now() + std::chrono::minutes(10));
}

TEST(WeChatClassify, NamesWhatHasNoIdAfterTheAttempt) {
    const SendOutcome custom = outcome(200, R"({"errcode":0,"errmsg":"ok"})");
    EXPECT_EQ(custom.result, accepted);
    EXPECT_EQ(custom.external_id, "custom:msg_1.1");
    EXPECT_EQ(
        outcome(200, R"({"errcode":0,"errmsg":"ok","msgid":3017456789012345678})").external_id,
        "3017456789012345678");
}

TEST(WeChatClassify, LeavesAnAnswerThatIsNotWeChatsUnknown) {
    EXPECT_EQ(outcome(502, "<html>").result, unknown);
    EXPECT_EQ(outcome(503, "<html>").result, transient);
    EXPECT_EQ(outcome(200, "").result, unknown);
    EXPECT_EQ(outcome(200, "{}").result, unknown);
    EXPECT_EQ(outcome(500, R"({"errcode":0})").result, unknown);
    EXPECT_EQ(outcome(404, "").result, credential);
    EXPECT_EQ(outcome(429, "").result, rate_limited);
}

TEST(WeChatSend, LeavesTheTokenToWhoMakesTheCall) {
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{"oA1", content, {}, "msg_1.1", {}, sending_now()};
    const auto first = adapter()->first_step(request);
    ASSERT_TRUE(first.has_value());
    EXPECT_TRUE(first->irrevocable);
    EXPECT_EQ(first->call.url, "https://api.weixin.qq.com/cgi-bin/message/custom/send");
    EXPECT_EQ(first->call.token_in, "access_token");
    ProviderCall call = first->call;
    bear(call, Secret("a&b"));
    EXPECT_THAT(call.url, testing::EndsWith("/custom/send?access_token=a%26b"));
    bear(call, Secret("another"));
    EXPECT_THAT(call.url, testing::EndsWith("?access_token=a%26b")) << "it bears one already";
}

TEST(WeChatSend, KnowsARefusalForTheTokensSake) {
    for (const int code : {40001, 40014, 41001, 42001}) {
        OwnedAnswer answer(200, refusal(code, "access_token expired"));
        EXPECT_TRUE(adapter()->token_refused(answer.view())) << code;
        EXPECT_EQ(outcome(200, refusal(code, "again")).result, credential) << code;
    }
    for (const char* body : {R"({"errcode":0})", R"({"errcode":45015})", "{}", "<html>"}) {
        OwnedAnswer answer(200, body);
        EXPECT_FALSE(adapter()->token_refused(answer.view())) << body;
    }
}

TEST(WeChatSend, ATypingSignIsDoneIfWeChatSaysSo) {
    const auto why = [](int status, std::string_view body) {
        OwnedAnswer answer(status, body);
        return adapter()->sign_refused(answer.view(), sending_now());
    };
    EXPECT_FALSE(why(200, R"({"errcode":0,"errmsg":"ok"})"));
    EXPECT_FALSE(why(200, refusal(45081, "already typing"))) << "it is shown";
    EXPECT_EQ(why(200, refusal(45080, "30 seconds"))->provider_code, "45080");
    EXPECT_TRUE(why(502, "<html>"));
}

GrantedToken granted(int status, std::string_view body) {
    const auto grant = make_token_grant(sending_config("wechat"));
    OwnedAnswer answer(status, body);
    return grant->answered(answer.view(), sending_now());
}

TEST(WeChatToken, IsTheStableOne) {
    const ProviderCall call = make_token_grant(sending_config("wechat"))->request();
    EXPECT_TRUE(call.for_token);
    EXPECT_EQ(call.url, "https://api.weixin.qq.com/cgi-bin/stable_token");
    EXPECT_EQ(call.body, R"({"grant_type":"client_credential","appid":"wx0000000000000001",)"
                         R"("secret":"wechat-app-secret","force_refresh":false})");
    EXPECT_EQ(make_token_grant(AdapterConfig{.channel = "wechat"}), nullptr) << "it only receives";
    EXPECT_EQ(make_token_grant(sending_config("line")), nullptr) << "its credentials do not end";
}

TEST(WeChatToken, EndsWhenWeChatSays) {
    const GrantedToken good = granted(200, R"({"access_token":"tok","expires_in":7200})");
    EXPECT_EQ(good.token.reveal(), "tok");
    EXPECT_EQ(good.lives, std::chrono::hours(2));
    EXPECT_EQ(granted(200, R"({"access_token":"tok"})").lives.count(), 0);
    EXPECT_EQ(granted(200, R"({"access_token":"tok","expires_in":-1})").lives.count(), 0);
}

TEST(WeChatToken, IsRefusedInWeChatsWordsWithoutTheSecret) {
    const auto refused = [](int status, std::string_view body) {
        const GrantedToken out = granted(status, body);
        EXPECT_TRUE(out.token.empty()) << body;
        return out.refusal;
    };
    const SendOutcome secret = refused(200, refusal(40125, "invalid appsecret wechat-app-secret"));
    EXPECT_EQ(secret.result, credential);
    EXPECT_EQ(secret.detail, "invalid appsecret ***");
    EXPECT_EQ(refused(200, refusal(40164, "invalid ip 203.0.113.7")).code, "address_not_allowed");
    EXPECT_EQ(refused(502, "<html>").result, transient);
    EXPECT_EQ(refused(200, "{}").result, transient);
    EXPECT_EQ(refused(200, R"({"access_token":"a\nb"})").result, transient);
}

TEST(WeChatSending, SaysWhatIsMissing) {
    AdapterConfig config = sending_config("wechat");
    config.settings.erase("app_id");
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("app_id is missing"));
}

}  // namespace
}  // namespace postern::adapters
