// What providers take that is no message, and count: read marks, typing, access tokens.
#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

class Signs : public SimRig {};

/// Up to the next quote.
std::string text_after(const std::string& text, const std::string& before) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find('"', begin) - begin);
}

TEST_F(Signs, LineMarksAsReadWhatATokenNames) {
    const auto mark = [this](const std::string& token) {
        return json("/line/v2/bot/chat/markAsRead", R"({"markAsReadToken":")" + token + "\"}",
                    {{"Authorization", "Bearer line-token"}})
            .status;
    };
    EXPECT_EQ(mark("mr1"), 400);
    EXPECT_EQ(mark(""), 400);
    const auto told = json("/_sim/inbound", R"({"account":"line-main","text":"hi","count":1})");
    ASSERT_EQ(told.status, 200) << told.body;
    const auto webhooks = taker.wait_for(1);
    ASSERT_EQ(webhooks.size(), 1u);
    const std::string token = text_after(webhooks[0].body, R"("markAsReadToken":")");
    EXPECT_EQ(mark(token), 200) << webhooks[0].body;
    EXPECT_EQ(mark(token), 200) << "it does not end";
    EXPECT_NE(get("/_sim/summary").body.find(R"("by_what":{"line read":2})"), std::string::npos);
    EXPECT_EQ(ledger_count(), 0u);
}

TEST_F(Signs, WeChatShowsTypingAndCountsItsTokens) {
    const auto given = json("/wechat/cgi-bin/stable_token",
                            R"({"grant_type":"client_credential","appid":"wx0000000000000001",)"
                            R"("secret":"wechat-secret"})");
    const std::string token = text_after(given.body, R"("access_token":")");
    const auto typing = [&](const std::string& body) {
        return json("/wechat/cgi-bin/message/custom/typing?access_token=" + token, body).body;
    };
    EXPECT_NE(typing(R"({"command":"Typing"})").find("40003"), std::string::npos);
    EXPECT_NE(typing(R"({"touser":"o","command":"Type"})").find("45072"), std::string::npos);
    EXPECT_NE(typing(R"({"touser":"o","command":"Typing"})").find("\"errcode\":0"),
              std::string::npos);
    EXPECT_NE(get("/_sim/summary").body.find(R"("by_what":{"wechat token":1,"wechat typing":1})"),
              std::string::npos);
    EXPECT_EQ(ledger_count(), 0u);
}

}  // namespace
}  // namespace postern::sim
