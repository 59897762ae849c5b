// CG-38: messages that name no account, over a real core: which one they take, what stands behind
// it, and what people are told of the choice.
#include "gateway/model/channel.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;
using policy::RouteRule;

constexpr const char* ana = "+573001234567";
constexpr const char* ana_second = "+573009876543";

class Routing : public ApiRig {
  protected:
    void SetUp() override { thread_.advance(1s); }
    void set_routes(std::vector<RouteRule> rules) {
        routes_ = std::move(rules);
        configure();
    }
    std::string contact_of(const std::string& phone) {
        return get("/v1/contacts?phone=%2B" + phone.substr(1)).member("id");
    }
    /// A text to Ana, without an account.
    std::string body(const std::string& category, const std::string& more = {}) {
        return R"({"to":{"contact":")" + contact_of(ana) + R"("},"category":")" + category +
               R"(","content":{"type":"text","text":"hola"})" + more + "}";
    }
    /// One message from all of these numbers of one person.
    void receive_from(const std::vector<std::string>& phones) {
        core::ReceiveMessage command;
        command.inbound.account = 1;
        const auto scope = model::channel_scope(model::channel_number("whatsapp"));
        for (const std::string& phone : phones) {
            command.inbound.identities.push_back({scope, reader_.blind("identity", phone)});
            command.message.sender.aliases.push_back({phone, adapters::IdentityScope::channel});
        }
        command.inbound.dedupe_hash = 1000 + ++received_;
        command.inbound.fresh_key.fill(9);
        command.message.external_id = "wamid.x" + std::to_string(received_);
        command.message.content.text = "hola";
        command.message.provider_time = thread_.now().wall;
        (void)core_.apply(std::move(command));
        thread_.advance(1s);
    }
};

TEST_F(Routing, AReplyGoesWhereThePersonWroteLast) {
    receive(ana, "hola");
    const Reply reply = post("/v1/messages", body("reply"));
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("account"), "wa-main");
    EXPECT_EQ(reply.member("address"), ana);
    EXPECT_TRUE(reply.has(R"("fallback":[])")) << reply.body;
    ASSERT_EQ(core_.dispatched.size(), 1u);
    EXPECT_EQ(core_.dispatched[0].account, 1u);
    const Reply why = get("/v1/messages/" + reply.member("id") + "/why");
    EXPECT_TRUE(why.has(R"("choice":{"account":"wa-main","rule":"default","text":"wa-main was )"
                        R"(chosen (default): the person wrote there last.")"))
        << why.body;
}

TEST_F(Routing, AReplyGoesToTheNumberThatThePersonWroteFromLast) {
    receive(ana, "hola");
    receive_from({ana, ana_second});
    receive_from({ana_second});
    EXPECT_EQ(post("/v1/messages", body("reply")).member("address"), ana_second);
    EXPECT_EQ(post("/v1/messages", body("reply", R"(,"account":"wa-main")")).member("address"),
              ana_second)
        << "the number that was learned last";
}

TEST_F(Routing, TakesTheFirstAccountThatMayGoAndTheOthersStandBehind) {
    receive(ana, "hola");
    set_routes({{std::nullopt, {"wa-main", "tg-shop", "sms-main"}}});
    const Reply open = post("/v1/messages", body("transactional"));
    ASSERT_EQ(open.status, 202) << open.body;
    EXPECT_EQ(open.member("account"), "wa-main");
    EXPECT_TRUE(open.has(R"("fallback":["sms-main"])")) << open.body;
    const Reply bare = post("/v1/messages", body("transactional", R"(,"fallback":[])"));
    EXPECT_TRUE(bare.has(R"("fallback":[])")) << bare.body;

    thread_.advance(25h);
    core_.dispatched.clear();
    const Reply closed = post("/v1/messages", body("transactional"));
    ASSERT_EQ(closed.status, 202) << closed.body;
    EXPECT_EQ(closed.member("account"), "sms-main");
    EXPECT_EQ(closed.member("address"), ana);
    EXPECT_EQ(closed.member("contact"), open.member("contact"));
    EXPECT_TRUE(closed.has(R"("fallback":[])")) << "what is refused stands behind nobody";
    ASSERT_EQ(core_.dispatched.size(), 1u);
    EXPECT_EQ(core_.dispatched[0].account, 3u);
    const Reply why = get("/v1/messages/" + closed.member("id") + "/why");
    EXPECT_TRUE(
        why.has("Not before it: wa-main: window_24h refuses it; tg-shop: the person has no "
                "address there."))
        << why.body;
    EXPECT_TRUE(why.has(R"({"account":"tg-shop","source":"listed","outcome":"not_possible",)"
                        R"("rule":"no_address")"));
    // The choice was made once: a repeated look says the same.
    set_routes({{std::nullopt, {"sms-main"}}});
    EXPECT_TRUE(get("/v1/messages/" + closed.member("id") + "/why").has("wa-main: window_24h"));
}

TEST_F(Routing, TheCallersFallbackStandsBehindTheChosenOne) {
    receive(ana, "hola");
    const Reply reply = post("/v1/messages", body("reply", R"(,"fallback":["sms-main"])"));
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("account"), "wa-main");
    EXPECT_TRUE(reply.has(R"("fallback":["sms-main"])"));
    const Reply none = post("/v1/messages", body("reply", R"(,"fallback":["tg-shop"])"));
    EXPECT_EQ(none.status, 422);
    EXPECT_EQ(none.member("field"), "fallback[0]") << none.body;
}

TEST_F(Routing, PassesOverAnAccountThatCannotCarryTheContent) {
    receive(ana, "hola");
    set_routes({{model::Category::reply, {"sms-main", "wa-main"}}});
    const std::string buttons = R"({"to":{"contact":")" + contact_of(ana) +
                                R"("},"category":"reply","content":{"type":"buttons","text":"ok?",)"
                                R"("buttons":[{"kind":"reply","id":"y","title":"Yes"}]}})";
    const Reply reply = post("/v1/messages", buttons);
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("account"), "wa-main");
    EXPECT_TRUE(get("/v1/messages/" + reply.member("id") + "/why")
                    .has(R"({"account":"sms-main","source":"listed","outcome":"not_possible",)"
                         R"("rule":"not_supported")"));
}

TEST_F(Routing, AHealthyAccountIsPreferredToOneThatWaits) {
    receive(ana, "hola");
    set_routes({{std::nullopt, {"wa-main", "sms-main"}}});
    ASSERT_EQ(post("/v1/accounts/wa-main/pause", R"({"reason":"x"})").status, 200);
    const Reply reply = post("/v1/messages", body("transactional"));
    EXPECT_EQ(reply.member("account"), "sms-main") << reply.body;
    EXPECT_TRUE(reply.has(R"("fallback":["wa-main"])")) << reply.body;
    ASSERT_EQ(post("/v1/accounts/sms-main/pause", R"({"reason":"x"})").status, 200);
    const Reply waits = post("/v1/messages", body("transactional"));
    EXPECT_EQ(waits.member("account"), "wa-main") << waits.body;
    EXPECT_EQ(waits.member("state"), "waiting");
}

TEST_F(Routing, SaysOfEveryAccountWhyItCannotBe) {
    receive(ana, "hola");
    const Reply unused =
        post("/v1/messages", R"({"to":{"channel":"telegram","address":"4711"},"category":"reply",)"
                             R"("fallback":["wa-main"],"content":{"type":"text","text":"a"}})");
    EXPECT_EQ(unused.member("field"), "fallback[0]") << unused.body;
    set_routes({{model::Category::marketing, {"tg-shop"}}, {std::nullopt, {"tg-shop", "wa-main"}}});
    const Reply nowhere = post("/v1/messages", body("marketing"));
    EXPECT_EQ(nowhere.status, 422);
    EXPECT_EQ(nowhere.member("code"), "no_account") << nowhere.body;
    EXPECT_TRUE(nowhere.has(R"({"field":"account","code":"no_address","detail":"tg-shop: )"));

    thread_.advance(25h);
    const Reply refused = post("/v1/messages", body("reply"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.member("code"), "no_account") << refused.body;
    EXPECT_TRUE(refused.has(R"({"field":"account","code":"no_address","detail":"tg-shop: )"));
    EXPECT_TRUE(refused.has(R"({"field":"account","code":"window_24h","detail":"wa-main: )"));
    EXPECT_TRUE(refused.has(R"("decision":"refuse")")) << "the verdict on the preferred one";
    EXPECT_TRUE(core_.dispatched.empty());
}

TEST_F(Routing, NamesWhatIsMissingToChoose) {
    receive(ana, "hola");
    const Reply purpose = post("/v1/messages", R"({"to":{"contact":")" + contact_of(ana) +
                                                   R"("},"content":{"type":"text","text":"a"}})");
    EXPECT_EQ(purpose.status, 422);
    EXPECT_EQ(purpose.member("field"), "category") << purpose.body;
    const Reply among = post("/v1/messages", R"({"to":{"address":"1"},"category":"reply",)"
                                             R"("content":{"type":"text","text":"a"}})");
    EXPECT_EQ(among.member("field"), "account") << among.body;
    const Reply nobody =
        post("/v1/messages", R"({"to":{"channel":"line","address":"U1"},"category":"reply",)"
                             R"("content":{"type":"text","text":"a"}})");
    EXPECT_EQ(nobody.member("code"), "no_account") << nobody.body;
    EXPECT_TRUE(nobody.has("[[route]]"));
}

TEST_F(Routing, OfAnAddressTheAccountsOfItsChannelAreCandidates) {
    const Reply reply =
        post("/v1/messages", R"({"to":{"channel":"sms","address":"+57 300 123 4567"},)"
                             R"("category":"transactional","content":{"type":"text","text":"a"}})");
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("account"), "sms-main");
    EXPECT_EQ(reply.member("address"), ana);
    EXPECT_TRUE(get("/v1/messages/" + reply.member("id") + "/why")
                    .has(R"("source":"channel","outcome":"chosen")"));
}

TEST_F(Routing, ACheckAnswersTheChoiceThatTheMessageWouldMake) {
    receive(ana, "hola");
    set_routes({{std::nullopt, {"wa-main", "sms-main"}}});
    thread_.advance(25h);
    const auto rows = reader_.applied();
    const Reply check = post("/v1/messages/check", body("transactional"));
    ASSERT_EQ(check.status, 200) << check.body;
    EXPECT_TRUE(check.has(R"("choice":{"account":"sms-main","rule":"route:*")")) << check.body;
    EXPECT_EQ(check.member("encoding"), "gsm7") << "what it costs is of the chosen account";
    EXPECT_TRUE(check.has(R"("preview":{"account":"sms-main","channel":"twilio")"));
    EXPECT_EQ(reader_.applied(), rows);
    EXPECT_EQ(post("/v1/messages", body("transactional")).member("account"), "sms-main");

    set_routes({{std::nullopt, {"wa-main"}}});
    const Reply refused = post("/v1/messages/check", body("transactional"));
    EXPECT_EQ(refused.status, 200);
    EXPECT_EQ(refused.member("decision"), "refuse");
    EXPECT_TRUE(refused.has(R"("choice":{"account":null)")) << refused.body;
}

TEST_F(Routing, EachMessageOfABatchIsChosenForAlone) {
    receive(ana, "hola");
    const std::string sms = R"({"to":{"channel":"sms","address":"+573001112233"},)"
                            R"("category":"reply","content":{"type":"text","text":"a"}})";
    const Reply batch =
        post("/v1/messages/batch",
             R"({"messages":[)" + body("reply") + "," + sms + "," +
                 R"({"to":{"address":"1"},"content":{"type":"text","text":"a"}}]})");
    ASSERT_EQ(batch.status, 200) << batch.body;
    EXPECT_EQ(batch.count(R"("status":202)"), 2u) << batch.body;
    EXPECT_EQ(batch.count(R"("account":"wa-main")"), 1u);
    EXPECT_EQ(batch.count(R"("account":"sms-main")"), 1u);
    EXPECT_EQ(batch.count(R"({"status":422,"error":)"), 1u);
}

TEST_F(Routing, ATemplateIsSaidInWordsWhereTheChannelHasNone) {
    receive(ana, "hola");
    ASSERT_EQ(post("/v1/templates", R"({"account":"wa-main","name":"order","language":"es",)"
                                    R"("category":"transactional","body":"Hola {{1}}"})")
                  .status,
              201);
    set_routes({{std::nullopt, {"sms-main", "wa-main"}}});
    const Reply check =
        post("/v1/messages/check",
             R"({"to":{"contact":")" + contact_of(ana) +
                 R"("},"category":"transactional","content":)"
                 R"({"type":"template","name":"order","language":"es","variables":{"1":"Ana"}}})");
    EXPECT_TRUE(check.has(R"("choice":{"account":"sms-main")")) << check.body;
    EXPECT_TRUE(check.has(R"("text":"Hola Ana","parts":["Hola Ana"])")) << check.body;
}

/// The text that is answered came in at wa-main.
TEST_F(Routing, AQuoteGoesWhereTheMessageIsThatItAnswers) {
    receive(ana, "hola");
    set_routes({{std::nullopt, {"sms-main", "wa-main"}}});
    EXPECT_EQ(post("/v1/messages", body("reply")).member("account"), "sms-main");
    const std::string quoted = get("/v1/messages?account=wa-main").member("id");
    const std::string external = get("/v1/messages/" + quoted).member("external_id");
    ASSERT_FALSE(quoted.empty());
    for (const std::string& id : {quoted, external}) {
        const Reply reply = post("/v1/messages", body("reply", R"(,"reply_to":")" + id + R"(")"));
        ASSERT_EQ(reply.status, 202) << reply.body;
        EXPECT_EQ(reply.member("account"), "wa-main");
        EXPECT_TRUE(reply.has(R"("fallback":[])")) << "another account has no such message";
        EXPECT_TRUE(get("/v1/messages/" + reply.member("id") + "/why")
                        .has("sms-main: what it answers is on wa-main"));
    }
    const Reply reaction = post(
        "/v1/messages", R"({"to":{"contact":")" + contact_of(ana) +
                            R"("},"category":"reply","content":{"type":"reaction","message":")" +
                            quoted + R"(","emoji":"👍"}})");
    ASSERT_EQ(reaction.status, 202) << reaction.body;
    EXPECT_EQ(reaction.member("account"), "wa-main");

    const Reply nobody = post("/v1/messages", body("reply", R"(,"reply_to":"wamid.unheard")"));
    EXPECT_EQ(nobody.status, 422);
    EXPECT_EQ(nobody.member("field"), "reply_to") << nobody.body;
    set_routes({{std::nullopt, {"sms-main"}}});
    const Reply other = post("/v1/messages", body("reply", R"(,"reply_to":")" + quoted + R"(")"));
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(other.member("field"), "reply_to") << other.body;
    EXPECT_TRUE(other.has("is on wa-main, which is no candidate (route:*)")) << other.body;
}

TEST_F(Routing, TheCallersFallbackIsTakenWhereEveryCandidateIsRefused) {
    receive(ana, "hola");
    set_routes({{std::nullopt, {"wa-main"}}});
    thread_.advance(25h);
    EXPECT_EQ(post("/v1/messages", body("transactional")).status, 422);
    const std::string with = R"(,"fallback":["sms-main"])";
    const Reply check = post("/v1/messages/check", body("transactional", with));
    EXPECT_TRUE(check.has(R"("choice":{"account":"sms-main")")) << check.body;
    const Reply reply = post("/v1/messages", body("transactional", with));
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("account"), "sms-main");
    const Reply why = get("/v1/messages/" + reply.member("id") + "/why");
    EXPECT_TRUE(
        why.has("sms-main was chosen (route:*): it is the fallback. Not before it: "
                "wa-main: window_24h refuses it"))
        << why.body;
    ASSERT_EQ(post("/v1/suppressions",
                   R"({"channel":"twilio","address":")" + std::string(ana) + R"(","reason":"x"})")
                      .status /
                  100,
              2);
    const Reply refused = post("/v1/messages", body("transactional", with));
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(refused.member("code"), "no_account");
    EXPECT_TRUE(refused.has("window_24h") && refused.has("suppressed")) << refused.body;
    const Reply told = post("/v1/messages/check", body("transactional", with));
    EXPECT_TRUE(told.has(R"("account":"sms-main","source":"fallback","outcome":"refuse")"))
        << told.body;
}

}  // namespace
}  // namespace postern::api
