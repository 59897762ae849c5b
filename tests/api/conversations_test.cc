// «Typing …» and read marks: through the account's connections, never a message.
#include "adapters/registry.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class Conversations : public ApiRig, protected ProviderCalls {
  protected:
    void SetUp() override {
        thread_.advance(1s);
        calls_ = this;
        restart();
    }
    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread&,
              std::function<void(const Answer&)> done) override {
        asked_.push_back(std::to_string(account) + " " + call.body);
        done(answer_);
    }
    /// The conversation of a first text from this number.
    std::string opened_by(const std::string& phone) {
        receive(phone, "hola");
        const Reply messages = get("/v1/messages?limit=1");
        EXPECT_EQ(messages.status, 200);
        return messages.member("conversation");
    }
    Reply show(const std::string& conversation, const std::string& sign,
               const std::string& body = {}) {
        return post("/v1/conversations/" + conversation + "/" + sign, body);
    }

    /// wa-main's people are written to by another channel's adapter.
    void speak(const std::string& channel, const std::string& credential) {
        adapters::AdapterConfig config;
        config.account = "wa-main";
        config.channel = channel;
        config.settings["app_id"] = "wx1";
        config.credentials[credential].emplace_back("a-token");
        std::string problem;
        auto table = std::make_shared<DeskTable>();
        table->add(config, 1, adapters::make_sending_adapter(config, problem), "reply");
        desk_.store(table);
    }

    Answer answer_{.status = 200, .body = R"({"success":true})"};
    std::vector<std::string> asked_;
};

TEST_F(Conversations, TypingAndReadGoToTheProviderAndAreNoMessages) {
    const std::string id = opened_by("+573001234567");
    ASSERT_EQ(id.substr(0, 4), "cnv_");
    receive("+573001234567", "y?");
    const auto messages = get("/v1/messages").count("\"direction\":");

    EXPECT_EQ(show(id, "typing").status, 200);
    thread_.advance(1s);
    const Reply read = show(id, "read", "{}");
    EXPECT_EQ(read.status, 200) << read.body;
    EXPECT_EQ(read.body, R"({"conversation":")" + id + R"(","done":true})");
    ASSERT_EQ(asked_.size(), 2u);
    EXPECT_NE(asked_[0].find("typing_indicator"), std::string::npos);
    EXPECT_NE(asked_[1].find(R"("message_id":"wamid.2")"), std::string::npos)
        << "the latest of theirs: " << asked_[1];
    EXPECT_EQ(get("/v1/messages").count("\"direction\":"), messages);
    EXPECT_TRUE(core_.dispatched.empty());
}

TEST_F(Conversations, OnceASecondIsEnough) {
    const std::string id = opened_by("+573001234567");
    EXPECT_EQ(show(id, "typing").status, 200);
    const Reply again = show(id, "typing");
    EXPECT_EQ(again.status, 429);
    EXPECT_EQ(again.header("Retry-After"), "1");
    EXPECT_EQ(show(id, "read").status, 200) << "another sign";
    EXPECT_EQ(show(opened_by("+573001234568"), "typing").status, 200) << "each its own";
    EXPECT_EQ(show(id, "typing").status, 200);
}

TEST_F(Conversations, SaysWhereTheChannelHasNoSuchThing) {
    const Reply sent =
        post("/v1/messages", R"({"to":{"channel":"telegram","address":"4711"},"account":"tg-shop",)"
                             R"("content":{"type":"text","text":"hola"}})");
    const std::string telegram = sent.member("conversation");
    EXPECT_EQ(show(telegram, "typing").status, 200) << "Telegram needs no message of theirs";
    EXPECT_EQ(show(telegram, "read").member("code"), "not_supported");

    const Reply first = post(
        "/v1/messages", R"({"to":{"address":"+573001234567"},"account":"wa-main","category":)"
                        R"("reply","content":{"type":"template","name":"a","language":"es"}})");
    const Reply nothing = show(first.member("conversation"), "read");
    EXPECT_EQ(nothing.status, 409) << first.body;
    EXPECT_EQ(nothing.member("code"), "nothing_to_mark");
    EXPECT_EQ(show("cnv_00000000000000000000000001", "typing").status, 404);
    EXPECT_EQ(show("con_00000000000000000000000001", "typing").status, 404);
    EXPECT_EQ(show(telegram, "typing", R"({"on":true})").status, 422);
}

TEST_F(Conversations, LineIsToldTheTokenOfTheLatestMessageThatHasOne) {
    speak("line", "access_token");
    receive("+573001234567", "hola", "Ana", R"({"markAsReadToken":"mr1"})");
    const std::string id = get("/v1/messages?limit=1").member("conversation");
    EXPECT_EQ(show(id, "read").status, 200);
    receive("+573001234567", "y?", "Ana", R"({"quoteToken":"q","markAsReadToken":"mr2"})");
    EXPECT_EQ(show(id, "read").status, 200);
    receive("+573001234567", "a tap", "Ana", R"({"params":{}})");
    EXPECT_EQ(show(id, "read").status, 200);
    EXPECT_EQ(asked_, (std::vector<std::string>{R"(1 {"markAsReadToken":"mr1"})",
                                                R"(1 {"markAsReadToken":"mr2"})",
                                                R"(1 {"markAsReadToken":"mr2"})"}));
    EXPECT_EQ(show(opened_by("+573001234568"), "read").member("code"), "nothing_to_mark");
}

TEST_F(Conversations, WeChatSaysInItsBodyWhetherItShowsTyping) {
    speak("wechat", "app_secret");
    const std::string id = opened_by("+573001234567");
    answer_ = {.status = 200, .body = R"({"errcode":0,"errmsg":"ok"})"};
    EXPECT_EQ(show(id, "typing").status, 200);
    EXPECT_NE(asked_.back().find(R"("command":"Typing")"), std::string::npos);
    thread_.advance(1s);
    answer_.body = R"({"errcode":45080,"errmsg":"need a message within 30 seconds"})";
    const Reply refused = show(id, "typing");
    EXPECT_EQ(refused.status, 502);
    EXPECT_NE(refused.member("detail").find("45080"), std::string::npos);
    EXPECT_EQ(show(id, "read").member("code"), "not_supported");
}

TEST_F(Conversations, NothingLeavesWhereNothingMay) {
    const std::string id = opened_by("+573009999999");
    const std::string tester = opened_by("+573001234567");
    (void)post("/v1/mode", R"({"mode":"inactive"})");
    EXPECT_EQ(show(id, "typing").member("code"), "mode_inactive");
    EXPECT_EQ(show(tester, "typing").status, 200) << "one of test_recipients";
    (void)post("/v1/mode", R"({"mode":"active"})");
    (void)post("/v1/accounts/wa-main/pause", R"({"reason":"x"})");
    EXPECT_EQ(show(id, "typing").member("code"), "account_paused");
    EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(Conversations, AProvidersNoIsToldAsSuch) {
    const std::string id = opened_by("+573001234567");
    answer_ = {.status = 400, .body = "{}"};
    EXPECT_EQ(show(id, "typing").member("code"), "provider_refused");
    thread_.advance(1s);
    answer_ = {.problem = "it failed lately"};
    const Reply none = show(id, "typing");
    EXPECT_EQ(none.status, 502);
    EXPECT_EQ(none.member("code"), "provider_unreachable");
}

}  // namespace
}  // namespace postern::api
