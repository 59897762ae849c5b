// Checks and connects: the provider is asked through the account's connections, and what it says is
// told beside what the gateway knows.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class AccountsCheck : public ApiRig, protected ProviderCalls, protected AccountConnections {
  protected:
    void SetUp() override {
        for (auto [name, channel] : {std::pair{"tg-shop", "telegram"}, {"wa-main", "whatsapp"}}) {
            auto config = std::make_shared<adapters::AdapterConfig>();
            config->account = name;
            config->channel = channel;
            config->credentials["bot_token"].emplace_back("123456:a-token");
            config->credentials["secret_token"].emplace_back("hush");
            configs_[name] = config;
        }
        calls_ = this;
        connections_ = this;
        restart();
    }
    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread&,
              std::function<void(const Answer&)> done) override {
        asked_.push_back(std::to_string(account) + " " + call.url + " " + call.body);
        ASSERT_FALSE(answers_.empty());
        Answer answer = std::move(answers_.front());
        answers_.erase(answers_.begin());
        answer.body.reserve(answer.body.size() + 64);
        done(answer);
    }
    bool try_login(model::AccountNumber, net::IoThread&,
                   std::function<void(const Login&)> done) override {
        if (!login_) return false;
        done(*login_);
        return true;
    }
    [[nodiscard]] std::shared_ptr<const adapters::AdapterConfig> account_config(
        std::string_view name) const override {
        const auto found = configs_.find(std::string(name));
        return found == configs_.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::string public_base() const override { return base_; }

    void will(std::string body, int status = 200) {
        answers_.push_back(
            {.status = status, .headers = {}, .body = std::move(body), .problem = {}});
    }

    std::map<std::string, std::shared_ptr<adapters::AdapterConfig>> configs_;
    std::string base_ = "https://gw.example.com/";
    std::vector<std::string> asked_;
    std::vector<Answer> answers_;
    std::optional<Login> login_;
};

constexpr std::string_view me = R"({"ok":true,"result":{"username":"shop_bot"}})";

TEST_F(AccountsCheck, ACheckChangesNothingAtTheProvider) {
    will(std::string(me));
    will(R"({"ok":true,"result":{"url":"https://gw.example.com/webhooks/tg-shop"}})");
    const Reply reply = post("/v1/accounts/tg-shop/check", "{}");
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.member("identity"), "@shop_bot");
    EXPECT_EQ(reply.member("webhook_url"), "https://gw.example.com/webhooks/tg-shop");
    EXPECT_EQ(reply.member("webhook_set"), "true");
    ASSERT_EQ(asked_.size(), 2u);
    EXPECT_EQ(asked_[0], "2 https://api.telegram.org/bot123456:a-token/getMe {}");
    EXPECT_FALSE(reply.has("a-token"));
}

TEST_F(AccountsCheck, ConnectingSetsTheUrlThatTheCallerNames) {
    will(std::string(me));
    will(R"({"ok":true,"result":true})");
    will(R"({"ok":true,"result":{"url":"https://box.example.com/p/webhooks/tg-shop"}})");
    const Reply reply =
        post("/v1/accounts/tg-shop/connect", R"({"url":"https://box.example.com/p"})");
    EXPECT_EQ(reply.member("webhook_set"), "true") << reply.body;
    ASSERT_EQ(asked_.size(), 3u);
    EXPECT_NE(asked_[1].find(R"("url":"https://box.example.com/p/webhooks/tg-shop")"),
              std::string::npos);
}

TEST_F(AccountsCheck, ALoginIsTriedWhereThereIsOne) {
    const auto check = [&] {
        will(std::string(me));
        will(R"({"ok":true,"result":{"url":"https://gw.example.com/webhooks/tg-shop"}})");
        return post("/v1/accounts/tg-shop/check", "{}");
    };
    EXPECT_FALSE(check().has(R"("check":"login")"));
    login_ = {.taken = true, .code = {}, .problem = {}};
    EXPECT_TRUE(check().has(R"({"check":"login","result":"ok")"));
    login_ = {.taken = false, .code = "password_refused", .problem = "535 not 123456:a-token"};
    const Reply refused = check();
    EXPECT_EQ(refused.member("result"), "fail") << refused.body;
    EXPECT_TRUE(refused.has("password_refused: 535 not ")) << refused.body;
    EXPECT_FALSE(refused.has("a-token"));
}

TEST_F(AccountsCheck, OnlyAnOwnerLeadsTheWebhookToWhereNobodyConfiguredIt) {
    const std::string clerk = make_key(R"(["accounts:*"])");
    const auto connect = [&](const std::string& body) {
        return ask("POST", "/v1/accounts/tg-shop/connect", body, clerk);
    };
    for (const auto* elsewhere :
         {"https://evil.example", "https://gw.example.com.evil.example", "http://gw.example.com"}) {
        const Reply reply = connect(R"({"url":")" + std::string(elsewhere) + "\"}");
        EXPECT_EQ(reply.status, 403) << elsewhere;
        EXPECT_EQ(reply.member("code"), "scope_exceeded");
    }
    EXPECT_TRUE(asked_.empty()) << "the provider, and with it the secret, is left alone";
    for (const auto* configured : {R"({"url":"https://gw.example.com"})", "{}"}) {
        will(std::string(me));
        will(R"({"ok":true,"result":true})");
        will(R"({"ok":true,"result":{"url":"https://gw.example.com/webhooks/tg-shop"}})");
        EXPECT_EQ(connect(configured).member("webhook_set"), "true") << configured;
    }
    base_.clear();
    configs_["tg-shop"]->settings["public_url"] = "https://own.example/webhooks/tg-shop";
    asked_.clear();
    will(std::string(me));
    will(R"({"ok":true,"result":true})");
    will(R"({"ok":true,"result":{"url":"https://own.example/webhooks/tg-shop"}})");
    EXPECT_EQ(connect(R"({"url":"https://own.example/"})").member("webhook_set"), "true");
    EXPECT_EQ(connect(R"({"url":"https://gw.example.com"})").status, 403);
    EXPECT_EQ(asked_.size(), 3u);
}

TEST_F(AccountsCheck, ConnectingNeedsToKnowWhereProvidersReachUs) {
    base_.clear();
    const Reply reply = post("/v1/accounts/tg-shop/connect", "{}");
    EXPECT_EQ(reply.status, 422);
    EXPECT_TRUE(reply.has(R"("field":"url")"));
    for (const auto* wrong : {R"({"url":"gw.example.com"})", R"({"url":"https://a b"})",
                              R"({"url":"https://"})", R"({"url":"https://a?b=c"})"})
        EXPECT_EQ(post("/v1/accounts/tg-shop/connect", wrong).status, 422) << wrong;
    EXPECT_TRUE(asked_.empty());
}

TEST_F(AccountsCheck, AProviderThatDoesNotAnswerIsAFindingAndAskedOnce) {
    answers_.push_back({.status = 0, .headers = {}, .body = {}, .problem = "connection refused"});
    const Reply reply = post("/v1/accounts/tg-shop/check", "{}");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.member("result"), "fail");
    EXPECT_TRUE(reply.has("connection refused"));
    EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(AccountsCheck, SaysThatAnAccountIsPaused) {
    (void)post("/v1/accounts/tg-shop/pause", R"({"reason":"x"})");
    will(std::string(me));
    will(R"({"ok":true,"result":{"url":"https://gw.example.com/webhooks/tg-shop"}})");
    const Reply reply = post("/v1/accounts/tg-shop/check", "{}");
    EXPECT_EQ(reply.member("result"), "warn") << reply.body;
    EXPECT_TRUE(reply.has("postern accounts resume tg-shop"));
}

TEST_F(AccountsCheck, ListsWhatAPersonTypesIntoTheConsole) {
    const Reply reply = post("/v1/accounts/wa-main/check", "{}");
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.has(R"("field":"Callback URL","value":"https://gw.example.com/webhooks/)"
                          R"(wa-main")"))
        << reply.body;
    EXPECT_TRUE(asked_.empty()) << "without a token nothing is asked";
}

TEST_F(AccountsCheck, IsForWhoMayChangeAccounts) {
    const std::string reader = make_key(R"(["accounts:read"])");
    EXPECT_EQ(ask("POST", "/v1/accounts/tg-shop/check", "{}", reader).status, 403);
    EXPECT_EQ(post("/v1/accounts/nobody/check", "{}").status, 404);
    EXPECT_EQ(post("/v1/accounts/sms-main/check", "{}").status, 404) << "not in the configuration";
    EXPECT_EQ(post("/v1/accounts/tg-shop/check", R"({"uri":"x"})").status, 422);
}

}  // namespace
}  // namespace postern::api
