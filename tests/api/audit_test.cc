// Who changed what: a line a change, with the key that ordered it, before and after, and no secret.
// CG-85 (changes)
#include "gateway/api/audit_query.h"

#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class Audit : public ApiRig {
  protected:
    /// The newest line, if it is of this action; else why not.
    Reply newest(const std::string& action) {
        Reply line = get("/v1/audit?limit=1");
        EXPECT_EQ(line.member("action"), action) << line.body;
        EXPECT_EQ(line.count(R"("kind":"key")"), 1u) << line.body;
        EXPECT_EQ(line.count(R"("name":"owner")"), 1u) << line.body;
        return line;
    }
    std::string id_of_last_key() {
        const Reply keys = get("/v1/keys");
        const std::size_t at = keys.body.rfind(R"("id":")") + 6;
        return keys.body.substr(at, keys.body.find('"', at) - at);
    }
};

TEST_F(Audit, TellsOfKeysAndNeverOfTheirText) {
    const std::string text = make_key(R"(["messages:read"])");
    const std::string id = id_of_last_key();
    Reply line = newest("key.created");
    EXPECT_EQ(line.member("object"), id);
    EXPECT_TRUE(line.has(R"("before":null,"after":{"name":"k","scopes":["messages:read"])"));
    EXPECT_FALSE(line.has(text.substr(text.size() - 20)));
    const Reply rotated = post("/v1/keys/" + id + "/rotate", "");
    EXPECT_TRUE(newest("key.rotated").has(R"("previous_valid_until":"2026-)"));
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + id).status, 200);
    line = newest("key.revoked");
    EXPECT_EQ(line.count(R"("revoked_at":null)"), 1u) << line.body;
    EXPECT_EQ(line.count(R"("revoked_at":"2026-)"), 1u);
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + id).status, 200);
    EXPECT_EQ(get("/v1/audit?action=key.revoked").count(R"("action")"), 1u) << "once is enough";
}

TEST_F(Audit, TellsOfModeAccountsAndPauses) {
    (void)post("/v1/mode", R"({"mode":"inactive"})");
    EXPECT_TRUE(newest("mode.changed")
                    .has(R"("before":{"mode":"configuration"},"after":{"mode":"inactive"})"));
    (void)post("/v1/accounts/wa-main/pause", R"({"reason":"Ana called"})");
    const Reply paused = newest("account.paused");
    EXPECT_EQ(paused.member("object"), "wa-main");
    EXPECT_FALSE(paused.has("Ana")) << "what operators wrote may be about a person";
    (void)post("/v1/accounts/wa-main/resume", "");
    (void)newest("account.resumed");
    (void)post("/v1/pauses", R"({"category":"marketing","reason":"Ana called"})");
    EXPECT_TRUE(newest("sending.paused").has(R"("category":"marketing")"));
    (void)post("/v1/pauses/remove", R"({"category":"marketing"})");
    (void)newest("sending.resumed");
    EXPECT_EQ(post("/v1/pauses/remove", R"({"category":"marketing"})").status, 404);
    (void)newest("sending.resumed");
    EXPECT_EQ(get("/v1/audit?action=sending.*").count(R"("action")"), 2u);
}

TEST_F(Audit, TellsOfSuppressionsByAMaskedAddress) {
    const std::string body = R"({"channel":"twilio","address":"+573001234567",)"
                             R"("kind":"opted_out","reason":"Ana called"})";
    const std::string hash = post("/v1/suppressions", body).member("address_hash");
    const Reply line = newest("suppression.added");
    EXPECT_EQ(line.member("object"), hash);
    EXPECT_TRUE(line.has(R"("address":"+57…567","kind":"opted_out")")) << line.body;
    EXPECT_FALSE(line.has("3001234567"));
    EXPECT_FALSE(line.has("Ana"));
    (void)post("/v1/suppressions/remove", body);
    (void)newest("suppression.removed");
    EXPECT_EQ(get("/v1/audit?object=" + hash).count(R"("action")"), 2u);
    EXPECT_EQ(post("/v1/suppressions/remove", body).status, 404);
    EXPECT_EQ(get("/v1/audit?object=" + hash).count(R"("action")"), 2u);
    (void)post("/v1/suppressions/import", body + "\n" + body + "\nx");
    EXPECT_TRUE(newest("suppressions.imported").has(R"("imported":2,"rejected":1)"));
}

TEST_F(Audit, TellsOfTemplatesSubscriptionsQuarantineAndBackups) {
    const Reply made =
        post("/v1/templates", R"({"account":"wa-main","name":"otp",)"
                              R"("language":"es","category":"authentication",)"
                              R"("body":"Su clave","provider":{"status":"pending"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(newest("template.created").member("object"), made.member("id"));
    (void)ask("PATCH", "/v1/templates/" + made.member("id"),
              R"({"provider":{"status":"approved"}})");
    const Reply approved = newest("template.changed");
    EXPECT_EQ(approved.count(R"("status":"pending")"), 1u) << approved.body;
    EXPECT_EQ(approved.count(R"("status":"approved")"), 1u);
    EXPECT_FALSE(approved.has("Su clave"));
    (void)ask("DELETE", "/v1/templates/" + made.member("id"));
    (void)newest("template.deleted");

    model::SubscriptionRow row;
    row.url = "https://user:very-secret@app.example/in?token=very-secret";
    row.secret = "very-secret";
    const model::Ulid id = core_.apply(core::CreateSubscription{row}).id;
    Reply line = get("/v1/audit?limit=1");
    EXPECT_EQ(line.member("action"), "subscription.created");
    EXPECT_TRUE(line.has(R"("origin":"https://app.example")")) << line.body;
    EXPECT_TRUE(line.has(R"("actor":{"kind":"postern","id":null,"name":null})"));
    EXPECT_FALSE(line.has("very-secret"));
    const std::string path = "/v1/subscriptions/" + to_string(model::SubscriptionId{id});
    (void)post(path + "/enable", "");
    (void)newest("subscription.enabled");
    (void)ask("DELETE", path);
    EXPECT_FALSE(newest("subscription.deleted").has("very-secret"));

    (void)quarantine("{}");
    const std::string entry = get("/v1/quarantine").member("id");
    EXPECT_EQ(post("/v1/quarantine/" + entry + "/replay", "").status, 200);
    line = newest("quarantine.replayed");
    EXPECT_EQ(line.member("object"), entry);
    EXPECT_TRUE(line.has(R"("before":{"attempts":0},"after":{"attempts":1,"resolved":true})"));

    EXPECT_EQ(post("/v1/backups", R"({"path":"/new"})").status, 201);
    EXPECT_EQ(newest("backup.made").member("object"), "/new");
    EXPECT_EQ(post("/v1/backups", R"({"path":"/taken"})").status, 409);
    EXPECT_TRUE(newest("backup.failed").has("The folder exists already."));
}

TEST_F(Audit, TellsOfADeadLetterThatGoesAgain) {
    configure();
    thread_.advance(5s);
    const Reply sent = post("/v1/messages", R"({"account":"sms-main","category":"transactional",)"
                                            R"("to":{"address":"+573001234567"},)"
                                            R"("content":{"type":"text","text":"Hi"}})");
    ASSERT_EQ(sent.status / 100, 2) << sent.body;
    const std::string id = sent.member("id");
    EXPECT_NE(post("/v1/messages/" + id + "/redrive", "").status, 200) << "it is no dead letter";
    EXPECT_EQ(get("/v1/audit?action=message.redriven").count(R"("action")"), 0u);
    adapters::SendOutcome refused;
    refused.result = adapters::SendResult::permanent;
    answer(refused);
    EXPECT_EQ(post("/v1/messages/" + id + "/redrive", "").status, 200);
    const Reply line = newest("message.redriven");
    EXPECT_EQ(line.member("object"), id);
    EXPECT_TRUE(line.has(R"("before":{"state":"failed"},"after":{"state":"queued"})"));
}

TEST_F(Audit, IsFilteredByWhoWhatWhomAndWhen) {
    (void)make_key(R"(["mode:write"])");
    const std::string other = make_key(R"(["mode:*"])", R"(,"rate_per_second":7)");
    const std::string other_id = id_of_last_key();
    thread_.advance(1h);
    EXPECT_EQ(ask("POST", "/v1/mode", R"({"mode":"inactive"})", other).status, 200);
    EXPECT_EQ(get("/v1/audit?actor=" + other_id).count(R"("action")"), 1u);
    EXPECT_EQ(get("/v1/audit?actor=owner&action=key.*").count(R"("action")"), 2u);
    EXPECT_EQ(get("/v1/audit?actor=postern&action=key.created").count(R"("action")"), 1u);
    EXPECT_EQ(get("/v1/audit?actor=nobody").count(R"("action")"), 0u);
    EXPECT_EQ(get("/v1/audit?action=key").count(R"("action")"), 0u);
    EXPECT_EQ(get("/v1/audit?object=" + other_id).count(R"("action")"), 1u);
    EXPECT_EQ(get("/v1/audit?after=2026-01-31T12:30:00Z").count(R"("action")"), 1u);
    EXPECT_EQ(get("/v1/audit?before=2026-01-31T12:30:00Z&action=mode.*").count(R"("action")"), 0u);
    EXPECT_EQ(get("/v1/audit?after=yesterday").member("code"), "invalid_parameter");
}

TEST_F(Audit, IsForThoseWhoMayReadIt) {
    EXPECT_EQ(ask("GET", "/v1/audit", "", make_key(R"(["keys:read","messages:*"])")).status, 403);
    EXPECT_EQ(ask("GET", "/v1/audit", "", make_key(R"(["audit:read"])")).status, 200);
    EXPECT_EQ(ask("GET", "/v1/audit", "", "-").status, 401);
}

}  // namespace
}  // namespace postern::api
