// /v1/templates over the real core, and messages that name a stored template.
#include "gateway/model/outbound_content.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class TemplatesApi : public ApiRig, protected ProviderCalls {
  protected:
    void SetUp() override {
        thread_.advance(std::chrono::seconds{1});
        calls_ = this;
        restart();
    }
    void call(model::AccountNumber account, adapters::ProviderCall call, net::IoThread&,
              std::function<void(const Answer&)> done) override {
        asked_.push_back(std::to_string(account) + " " + call.method + " " + call.url);
        Answer answer = answers_.empty() ? Answer{.problem = "nobody is there"} : answers_.front();
        if (!answers_.empty()) answers_.erase(answers_.begin());
        answer.body.reserve(answer.body.size() + 64);
        done(answer);
    }

    static std::string order(const std::string& more = {}, const std::string& language = "es") {
        return R"({"account":"wa-main","name":"order_ready","language":")" + language +
               R"(","category":"transactional","body":"Hola {{name}}, va {{2nd}}.")" + more + "}";
    }
    std::string make(const std::string& body) {
        const Reply reply = post("/v1/templates", body);
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.member("id");
    }
    Reply send(const std::string& account, const std::string& address, const std::string& content,
               const std::string& more = {}) {
        return post("/v1/messages", R"({"to":{"address":")" + address + R"("},"account":")" +
                                        account + R"(","content":{"type":"template",)" + content +
                                        "}" + more + "}");
    }
    static std::string variables(const std::string& json) {
        return R"("name":"order_ready","language":"es","variables":)" + json;
    }
    [[nodiscard]] const model::OutboundRow& sent() const {
        return model::get<model::OutboundRow>(*core_.dispatched.back().row);
    }

    std::vector<Answer> answers_;
    std::vector<std::string> asked_;
};

TEST_F(TemplatesApi, AreKeptShownChangedAndDeleted) {
    const std::string id = make(order(R"(,"header":"Pedido","footer":"Tienda","buttons":[{"kind":)"
                                      R"("url","title":"Ver","url":"https://a.example/{{1}}"}])"));
    const Reply shown = get("/v1/templates/" + id);
    EXPECT_EQ(shown.status, 200);
    EXPECT_TRUE(shown.has(R"("header":{"text":"Pedido"},"footer":"Tienda")")) << shown.body;
    EXPECT_TRUE(shown.has(R"("placeholders":["name","2nd"])"));
    EXPECT_TRUE(shown.has(R"("status":null)"));
    EXPECT_EQ(shown.member("version"), "1");
    EXPECT_EQ(shown.member("channel"), "whatsapp");

    const Reply changed =
        ask("PATCH", "/v1/templates/" + id, R"({"footer":null,"provider":{"status":"paused"}})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.member("version"), "2");
    EXPECT_TRUE(changed.has(R"("footer":null)"));
    EXPECT_TRUE(changed.has(R"("header":{"text":"Pedido"})"));

    const Reply whole = ask("PUT", "/v1/templates/" + id, order());
    EXPECT_EQ(whole.member("version"), "3");
    EXPECT_TRUE(whole.has(R"("header":null)"));
    EXPECT_TRUE(whole.has(R"("status":null)"));

    EXPECT_EQ(ask("DELETE", "/v1/templates/" + id).status, 200);
    EXPECT_EQ(get("/v1/templates/" + id).status, 404);
    EXPECT_EQ(ask("DELETE", "/v1/templates/" + id).status, 404);
}

TEST_F(TemplatesApi, AChangeOfAnotherStateIsRefused) {
    const std::string id = make(order());
    const std::string etag = get("/v1/templates/" + id).header("ETag");
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(ask("GET", "/v1/templates/" + id, "", "", {{"If-None-Match", etag}}).status, 304);

    const std::string body = R"({"footer":"a"})";
    const Reply first = ask("PATCH", "/v1/templates/" + id, body, "", {{"If-Match", etag}});
    EXPECT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.header("ETag"), get("/v1/templates/" + id).header("ETag"));
    const Reply late = ask("PATCH", "/v1/templates/" + id, body, "", {{"If-Match", etag}});
    EXPECT_EQ(late.status, 412);
    EXPECT_EQ(late.member("code"), "precondition_failed");
    EXPECT_EQ(late.member("title"), "Precondition Failed");
    EXPECT_EQ(ask("DELETE", "/v1/templates/" + id, "", "", {{"If-Match", etag}}).status, 412);
}

TEST_F(TemplatesApi, ThereIsOneOfEachNameAndLanguageOnAnAccount) {
    const std::string id = make(order());
    const Reply again = post("/v1/templates", order());
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.member("code"), "template_exists");
    EXPECT_TRUE(again.has(id));
    (void)make(R"({"account":"tg-shop","name":"order_ready","language":"es","body":"a {{b}}"})");
}

TEST_F(TemplatesApi, NamesEveryFieldAtFault) {
    struct Case {
        const char* body;
        const char* field;
        const char* code;
    };
    const std::string begin =
        R"({"account":"wa-main","name":"a","language":"es","category":"reply")";
    const Case cases[] = {
        {R"("body":"")", "body", "required"},
        {R"("body":"{{a b}}")", "body", "invalid_placeholder"},
        {R"("body":"{{a")", "body", "invalid_placeholder"},
        {R"("body":"{{1}} {{name}}")", "body", "mixed_placeholders"},
        {R"("body":"x","header":{"text":"{{}}"})", "header.text", "invalid_placeholder"},
        {R"("body":"x","header":{"kind":"song"})", "header.kind", "invalid"},
        {R"("body":"x","header":{})", "header.text", "required"},
        {R"("body":"x","buttons":[{"kind":"url","title":"t"}])", "buttons[0].url", "required"},
        {R"("body":"x","buttons":[{"kind":"url","title":"t","url":"https://a/{{ö}}"}])",
         "buttons[0].url", "invalid_placeholder"},
        {R"("body":"x","buttons":[{"title":"{{a}}","id":"b"}])", "buttons[0].title",
         "invalid_placeholder"},
        {R"("body":"x","provider":{"status":"fine"})", "provider.status", "invalid"},
        {R"("body":"x","langage":"es")", "langage", "unknown_field"},
    };
    for (const Case& one : cases) {
        const Reply reply = post("/v1/templates", begin + "," + one.body + "}");
        EXPECT_EQ(reply.status, 422) << one.body;
        EXPECT_TRUE(
            reply.has("\"field\":\"" + std::string(one.field) + "\",\"code\":\"" + one.code))
            << one.body << reply.body;
    }
    const Reply bare = post("/v1/templates", "{}");
    for (const char* field : {"account", "name", "language", "body", "category"})
        EXPECT_TRUE(bare.has("\"field\":\"" + std::string(field) + "\",\"code\":\"required\""));
    EXPECT_EQ(post("/v1/templates", R"({"account":"nobody","name":"a","language":"es",)"
                                    R"("category":"reply","body":"b"})")
                  .status,
              422);
}

TEST_F(TemplatesApi, WarnsOfWhatIsProbablyNotMeant) {  // MF-25
    const Reply plain =
        post("/v1/templates", R"({"account":"tg-shop","name":"p","language":"es","body":"Hola"})");
    EXPECT_TRUE(plain.has(R"("code":"no_placeholders")")) << plain.body;
    const Reply begins = post("/v1/templates", R"({"account":"wa-main","name":"q","language":"es",)"
                                               R"("category":"reply","body":"{{1}} y {{3}} x"})");
    EXPECT_EQ(begins.count(R"("code":"invalid_placeholder")"), 2u) << begins.body;
}

TEST_F(TemplatesApi, AreListedByWhatIsAskedFor) {
    (void)make(order());
    (void)make(order(R"(,"provider":{"status":"rejected","reason":"ABUSIVE"})", "en"));
    (void)make(R"({"account":"tg-shop","name":"hola","language":"es","body":"a {{b}}"})");
    const auto count = [this](const std::string& query) {
        return get("/v1/templates" + query).count("\"version\":");
    };
    EXPECT_EQ(count(""), 3u);
    EXPECT_EQ(count("?account=wa-main"), 2u);
    EXPECT_EQ(count("?name=order_ready&language=en"), 1u);
    EXPECT_EQ(count("?status=rejected"), 1u);
    EXPECT_EQ(count("?status=unknown"), 2u);
    EXPECT_EQ(get("/v1/templates?status=fine").status, 400);
    EXPECT_EQ(get("/v1/templates?account=nobody").status, 400);
    const Reply page = get("/v1/templates?limit=2");
    EXPECT_EQ(page.count("\"version\":"), 2u);
    EXPECT_EQ(count("?limit=2&cursor=" + page.member("next_cursor")), 1u);
}

// CG-41
TEST_F(TemplatesApi, ARejectedOneIsNotSentAndTheApprovedOneIs) {
    const std::string id = make(order(R"(,"provider":{"status":"rejected"})"));
    const std::string both = variables(R"({"name":"Ana","2nd":"x"})");
    const Reply refused = send("wa-main", "+573001234567", both);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(refused.member("code"), "template_approved");
    EXPECT_EQ(ask("PATCH", "/v1/templates/" + id, R"({"provider":{"status":"approved"}})").status,
              200);
    EXPECT_EQ(send("wa-main", "+573001234567", both).status, 202);
    EXPECT_EQ(core_.dispatched.size(), 1u);
    EXPECT_TRUE(sent().routes[0].words.empty()) << "WhatsApp has its own";
}

TEST_F(TemplatesApi, AMissingVariableIsNamed) {
    (void)make(order());
    const Reply reply = send("wa-main", "+573001234567", variables(R"({"name":"Ana"})"));
    EXPECT_EQ(reply.status, 422);
    EXPECT_TRUE(reply.has(R"("field":"content.variables.2nd","code":"required")")) << reply.body;
    const Reply other = send("wa-main", "+573001234567", R"("name":"nobody_knows","language":"es")",
                             R"(,"category":"reply")");
    EXPECT_EQ(other.status, 202) << other.body << ": what is not stored is the provider's to check";
    EXPECT_TRUE(other.has(R"("template_status":"unknown")")) << other.body;
}

TEST_F(TemplatesApi, AVariableThatTheTemplateHasNotIsNamed) {
    (void)make(order());
    const Reply reply =
        send("wa-main", "+573001234567", variables(R"({"name":"Ana","2nd":"x","nombre":"Ana"})"));
    EXPECT_EQ(reply.status, 422);
    EXPECT_TRUE(reply.has(R"("field":"content.variables.nombre","code":"unknown")")) << reply.body;
    EXPECT_FALSE(reply.has("content.variables.name\"")) << reply.body;
    const Reply other = send("wa-main", "+573001234567",
                             R"("name":"nobody_knows","language":"es","variables":{"x":"y"})",
                             R"(,"category":"reply")");
    EXPECT_EQ(other.status, 202) << other.body << ": what is not stored is the provider's to check";
}

TEST_F(TemplatesApi, TheTemplatesCategoryCountsWhereTheSendNamesNone) {
    (void)make(order(R"(,"provider":{"status":"approved"})"));
    const Reply reply = send("wa-main", "+573001234567", variables(R"({"name":"Ana","2nd":"x"})"));
    EXPECT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("category"), "transactional");
    EXPECT_TRUE(reply.has(R"("category_default":false)") || !reply.has("category_default"));
    const Reply own = send("wa-main", "+573001234568", variables(R"({"name":"Ana","2nd":"x"})"),
                           R"(,"category":"marketing")");
    EXPECT_EQ(own.member("category"), "marketing");
}

// MF-24
TEST_F(TemplatesApi, GoAsWordsWhereTheChannelHasNone) {
    (void)make(R"({"account":"tg-shop","name":"order_ready","language":"es",)"
               R"("body":"Hola {{name}} <b>"})");
    const Reply lacks = send("tg-shop", "4711", variables("{}"));
    EXPECT_TRUE(lacks.has("content.variables.name")) << lacks.body;
    EXPECT_EQ(send("tg-shop", "4711", variables(R"({"name":"Ana & {{x}}"})")).status, 202);
    EXPECT_EQ(sent().routes[0].words, "Hola Ana & {{x}} <b>");
    const Reply none = send("tg-shop", "4711", R"("name":"other","language":"es")");
    EXPECT_EQ(none.status, 422);
    EXPECT_TRUE(none.has("no template of this name is stored")) << none.body;
}

TEST_F(TemplatesApi, AFallbackSaysInWordsWhatTheTemplateSays) {
    (void)make(order(R"(,"provider":{"status":"approved"})"));
    const Reply reply = send("wa-main", "+573001234567", variables(R"({"name":"Ana","2nd":"x"})"),
                             R"(,"fallback":["sms-main"])");
    ASSERT_EQ(reply.status, 202) << reply.body;
    ASSERT_EQ(sent().routes.size(), 2u);
    EXPECT_EQ(sent().routes[0].words, "");
    EXPECT_EQ(sent().routes[1].words, "Hola Ana, va x.");
}

TEST_F(TemplatesApi, AnSmsIsCountedByItsWords) {
    (void)make(R"({"account":"sms-main","name":"order_ready","language":"es",)"
               R"("body":"Hola {{name}}"})");
    const Reply reply = post("/v1/messages/check",
                             R"({"to":{"address":"+573001234567"},"account":"sms-main","content":)"
                             R"({"type":"template",)" +
                                 variables(R"({"name":"Ana"})") + "}}");
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(reply.has(R"("segments":{"encoding":"gsm7","count":1,"units":8})")) << reply.body;
}

TEST_F(TemplatesApi, FollowTheProvidersListPageByPage) {
    const std::string known = make(order(R"(,"provider":{"id":"77","status":"pending"})"));
    const std::string gone = make(order(R"(,"provider":{"id":"70","status":"approved"})", "pt"));
    Answer first{.status = 200,
                 .body = R"({"data":[{"id":"77","name":"order_ready","language":"es","status":)"
                         R"("APPROVED","category":"UTILITY","components":[{"type":"BODY","text":)"
                         R"("Hola {{1}}"}]}],"paging":{"cursors":{"after":"A"},"next":"x"}})"};
    Answer second{.status = 200,
                  .body = R"({"data":[{"id":"78","name":"adios","language":"es","status":)"
                          R"("PAUSED","category":"MARKETING","components":[{"type":"BODY","text":)"
                          R"("Adios"}]}]})"};
    answers_ = {first, second};
    const Reply reply = ask("POST", "/v1/templates/sync?account=wa-main", "");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.body, R"({"account":"wa-main","listed":2,"created":1,"updated":1,)"
                          R"("disabled":1,"unchanged":0})");
    ASSERT_EQ(asked_.size(), 2u);
    EXPECT_NE(asked_[1].find("&after=A"), std::string::npos);
    EXPECT_EQ(get("/v1/templates/" + known).member("body"), "Hola {{1}}");
    EXPECT_TRUE(get("/v1/templates/" + gone).has(R"("status":"disabled","reason":"not_listed")"));
    EXPECT_TRUE(get("/v1/templates?name=adios").has(R"("category":"marketing")"));

    answers_ = {first, second};
    EXPECT_TRUE(ask("POST", "/v1/templates/sync", R"({"account":"wa-main"})")
                    .has(R"("created":0,"updated":0,"disabled":0,"unchanged":2)"));
}

TEST_F(TemplatesApi, SayWhyThereIsNoList) {
    const auto sync = [this](const std::string& account) {
        return ask("POST", "/v1/templates/sync?account=" + account, "");
    };
    EXPECT_EQ(sync("tg-shop").member("code"), "templates_not_listed");
    EXPECT_EQ(sync("nobody").status, 422);
    EXPECT_EQ(sync("").status, 422);
    EXPECT_EQ(sync("wa-main").member("code"), "provider_unreachable");
    answers_ = {Answer{.status = 403,
                       .body = R"({"error":{"message":"no","code":200,"type":"OAuthException"}})"}};
    const Reply refused = sync("wa-main");
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(refused.member("code"), "provider_refused");
    answers_ = {Answer{.status = 200, .body = "<html>"}};
    EXPECT_TRUE(sync("wa-main").has("unreadable_list"));
}

}  // namespace
}  // namespace postern::api
