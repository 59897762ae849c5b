// What a person sees of contacts that may be one: the list, the contact, and the «no» that lasts.
#include "gateway/model/channel.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using adapters::PersonKey;

constexpr std::string_view ana = "+573001234567";
constexpr model::AccountNumber telegram = 2, sms = 3;

class MergeSuggestions : public ApiRig {
  protected:
    /// A text to an account of the rig, with keys that are told beside the address.
    void receive_on(model::AccountNumber account, std::string_view address,
                    std::vector<adapters::ToldKey> told = {}) {
        const auto channel = model::channel_number(account == sms ? "twilio" : "telegram");
        core::ReceiveMessage command;
        command.inbound.account = account;
        command.inbound.identities = {
            {model::channel_scope(channel), reader_.blind("identity", address)}};
        for (const adapters::ToldKey& key : told)
            command.inbound.told.push_back(reader_.blind("identity", key.value));
        command.inbound.dedupe_hash = 1'000 + ++sent_;
        command.inbound.horizon_s = 86'400;
        command.inbound.fresh_key.fill(static_cast<std::uint8_t>(100 + sent_));
        command.message.external_id = "x" + std::to_string(sent_);
        command.message.sender.aliases = {{std::string(address), adapters::IdentityScope::channel}};
        command.message.sender.told = std::move(told);
        command.message.content.text = "hola";
        command.message.provider_time = thread_.now().wall;
        (void)core_.apply(std::move(command));
        thread_.advance(std::chrono::seconds{1});
    }
    std::string id_of(std::string_view query) {
        return get("/v1/contacts?" + std::string(query)).member("id");
    }

    std::uint32_t sent_ = 0;
};

TEST_F(MergeSuggestions, HaveTheShapeOfTheContract) {  // RI-06, RI-07, RI-12
    receive(std::string(ana), "hola");
    EXPECT_EQ(get("/v1/merge-suggestions").body, R"({"data":[],"next_cursor":null})");
    receive_on(sms, ana);

    const std::string older = id_of("channel=whatsapp"), younger = id_of("channel=twilio");
    const Reply list = get("/v1/merge-suggestions");
    ASSERT_EQ(list.count("\"id\":\"sug_"), 1u) << list.body;
    EXPECT_TRUE(list.has(R"("contacts":[")" + older + R"(",")" + younger + R"("])")) << list.body;
    EXPECT_TRUE(list.has(R"("keys":[{"key":"phone","value":"+573001234567"}])"));
    EXPECT_EQ(list.member("strength"), "exact");
    EXPECT_EQ(list.member("score"), "100");
    EXPECT_EQ(list.member("state"), "open");
    const Reply one = get("/v1/merge-suggestions/" + list.member("id"));
    EXPECT_EQ(one.status, 200);
    EXPECT_TRUE(list.has(one.body));
    // Both contacts are as they were.
    EXPECT_EQ(get("/v1/contacts").count("\"id\":\"con_"), 2u);
    EXPECT_EQ(get("/v1/contacts?phone=" + std::string("%2B573001234567")).count("\"id\":\"con_"),
              2u);
}

TEST_F(MergeSuggestions, AreAnEventAndStandInTheTimelineAndOnBothContacts) {  // RI-09, RI-11
    receive(std::string(ana), "hola");
    receive_on(telegram, "77", {{PersonKey::phone, std::string(ana), true}});
    const Reply events = get("/v1/events?types=merge.suggested");
    ASSERT_EQ(events.count("\"type\":\"merge.suggested\""), 1u) << events.body;
    const Reply list = get("/v1/merge-suggestions");
    const std::string item = list.body.substr(9, list.body.rfind("],\"next_cursor\"") - 9);
    EXPECT_TRUE(events.has("\"data\":{\"suggestion\":" + item + "}")) << events.body;
    EXPECT_EQ(events.member("channel"), "telegram");

    const std::string younger = id_of("channel=telegram");
    const Reply timeline = get("/v1/contacts/" + younger + "/timeline");
    EXPECT_EQ(timeline.count("merge.suggested"), 1u);
    EXPECT_EQ(timeline.count("message.received"), 1u);
    for (const std::string& id : {younger, id_of("channel=whatsapp")}) {
        EXPECT_EQ(get("/v1/contacts/" + id).member("merge_suggestions"), "1");
        EXPECT_EQ(get("/v1/merge-suggestions?contact=" + id).count("\"id\":\"sug_"), 1u);
    }
}

TEST_F(MergeSuggestions, AreDismissedForGood) {  // RI-14, RI-48
    receive(std::string(ana), "hola");
    receive_on(sms, ana);
    const std::string id = get("/v1/merge-suggestions").member("id");

    const Reply dismissed = post("/v1/merge-suggestions/" + id + "/dismiss", "{}");

    EXPECT_EQ(dismissed.status, 200);
    EXPECT_EQ(dismissed.member("state"), "dismissed");
    EXPECT_EQ(dismissed.member("id"), id);
    EXPECT_TRUE(dismissed.has(R"("keys":[{"key":"phone","value":"+573001234567"}])"));
    EXPECT_EQ(post("/v1/merge-suggestions/" + id + "/dismiss", "").status, 200);
    receive(std::string(ana), "otra vez");
    receive_on(sms, ana);
    EXPECT_EQ(get("/v1/merge-suggestions?state=open").count("sug_"), 0u);
    EXPECT_EQ(get("/v1/merge-suggestions?state=dismissed").count("\"id\":\"sug_"), 1u);
    EXPECT_EQ(get("/v1/merge-suggestions").count("\"id\":\"sug_"), 1u);
    EXPECT_EQ(get("/v1/contacts/" + id_of("channel=twilio")).member("merge_suggestions"), "0");
    EXPECT_EQ(get("/v1/events?types=merge.suggested").count("\"id\":\"evt_"), 1u);
    // Who said so is remembered, too.
    std::size_t told = 0;
    (void)reader_.scan(storage::keys::audit(0), storage::keys::audit(~model::Sequence{0}),
                       [&](std::string_view, const model::RecordPtr& record) {
                           const auto& row = model::get<model::AuditRow>(*record);
                           const bool ours = row.action == "merge_suggestion.dismissed";
                           told += ours && row.object == id && row.actor_name == "owner" ? 1 : 0;
                           return true;
                       });
    EXPECT_EQ(told, 1u);
}

TEST_F(MergeSuggestions, AreListedInPagesNewestFirst) {
    std::vector<std::string> phones;
    for (int i = 0; i < 5; ++i) phones.push_back("+57300123450" + std::to_string(i));
    for (const std::string& phone : phones) receive(phone, "hola");
    for (const std::string& phone : phones) receive_on(sms, phone);
    std::vector<std::string> seen;
    std::string cursor;
    do {
        const Reply page =
            get("/v1/merge-suggestions?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_LE(page.count("\"id\":\"sug_"), 2u);
        for (std::size_t at = page.body.find("+573"); at != std::string::npos;
             at = page.body.find("+573", at + 1))
            seen.push_back(page.body.substr(at, 13));
        cursor = page.member("next_cursor");
    } while (cursor != "null" && !cursor.empty());
    EXPECT_EQ(seen, std::vector<std::string>(phones.rbegin(), phones.rend()));
    EXPECT_EQ(get("/v1/merge-suggestions?limit=0").status, 400);
}

TEST_F(MergeSuggestions, SayWhatIsWrongWithAQuestion) {
    EXPECT_EQ(get("/v1/merge-suggestions?state=maybe").member("code"), "invalid_parameter");
    EXPECT_EQ(get("/v1/merge-suggestions?contact=ana").member("code"), "invalid_parameter");
    EXPECT_EQ(get("/v1/merge-suggestions/sug_x").status, 404);
    EXPECT_EQ(post("/v1/merge-suggestions/sug_00000000000000000000000000/dismiss", "{}").status,
              404);
    receive(std::string(ana), "hola");
    receive_on(sms, ana);
    std::string id = get("/v1/merge-suggestions").member("id");
    const std::string reader = make_key(R"(["contacts:read"])");
    EXPECT_EQ(ask("POST", "/v1/merge-suggestions/" + id + "/dismiss", "{}", reader).status, 403);
    id[15] = id[15] == '0' ? '1' : '0';  // of another history
    EXPECT_EQ(get("/v1/merge-suggestions/" + id).status, 404);
    EXPECT_EQ(post("/v1/merge-suggestions/" + id + "/dismiss", "{}").status, 404);
    EXPECT_EQ(get("/v1/merge-suggestions?state=open").count("\"id\":\"sug_"), 1u);
}

TEST_F(MergeSuggestions, FindContactsByWhatTheyToldBesideTheirAddress) {  // CG-97
    const std::string mail = "ana@example.com";
    receive_on(telegram, "77", {{PersonKey::phone, std::string(ana), true}});
    receive_on(telegram, "78", {{PersonKey::email, mail, false}});
    receive_on(telegram, "79",
               {{PersonKey::email, mail, false}, {PersonKey::phone, std::string(ana), false}});
    EXPECT_EQ(get("/v1/contacts?phone=%2B573001234567").count("\"id\":\"con_"), 2u);
    EXPECT_EQ(get("/v1/contacts?email=Ana@Example.com").count("\"id\":\"con_"), 2u);
    const Reply both = get("/v1/contacts?email=ana@example.com&phone=%2B573001234567");
    ASSERT_EQ(both.count("\"id\":\"con_"), 1u);
    EXPECT_TRUE(both.has(R"("address":"79")"));
    EXPECT_TRUE(both.has(
        R"("emails":[{"value":"ana@example.com","default":true,"verified":false,"label":null}])"));
    EXPECT_EQ(get("/v1/contacts?email=ana@example.com&channel=telegram").count("\"id\":\"con_"),
              2u);
    EXPECT_EQ(get("/v1/contacts?email=ana@example.com&channel=whatsapp").count("\"id\":\"con_"),
              0u);
}

TEST_F(MergeSuggestions, AndNoFilterOfContactsIsIgnored) {  // CG-101
    receive(std::string(ana), "hola");
    for (const char* query : {"tag=vip", "phon=%2B573001234567", "limit=5&created=2026"}) {
        const Reply reply = get(std::string("/v1/contacts?") + query);
        EXPECT_EQ(reply.status, 422) << query;
        EXPECT_EQ(reply.count("con_"), 0u);
    }
    EXPECT_TRUE(get("/v1/contacts?tag=vip").has(R"("field":"tag")"));
    EXPECT_EQ(get("/v1/contacts?phone=%2B573001234567&limit=5").count("\"id\":\"con_"), 1u);
}

}  // namespace
}  // namespace postern::api
