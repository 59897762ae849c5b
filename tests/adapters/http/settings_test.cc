// The `receive` document: each mistake is answered with its key and with what to write; and what
// data on disk cannot show, the webhook that is all query.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/errc.h"
#include "adapters/http/http.h"
#include "adapters/http/receive.h"
#include "tests/adapters/situation.h"

namespace postern::adapters::http {
namespace {

std::string problem_of(std::string_view receive) {
    AdapterConfig config;
    config.channel = "http";
    config.settings["receive"] = receive;
    config.credentials["secret"].emplace_back("s");
    std::string problem;
    const auto adapter = make(config, problem);
    EXPECT_EQ(adapter == nullptr, !problem.empty());
    return problem;
}

struct Mistake {
    std::string_view receive;
    std::string_view problem;
};

constexpr Mistake mistakes[] = {
    {"7", "receive: write a table"},
    {"{", "receive: write a table"},
    {R"({"bodi":"json"})", "receive.bodi: no such key; known here: body"},
    {R"({"body":"yaml"})", "receive.body: write one of json form query xml"},
    {R"({"body":7})", "receive.body: write a string"},
    {R"({"verify":"none"})", "receive.verify: write a table"},
    {R"({"verify":{"type":"jwt"}})", "receive.verify.type: write one of hmac header"},
    {R"({"verify":{"alg":"sha3"}})", "receive.verify.alg: write one of sha256 sha512 sha1 md5"},
    {R"({"verify":{"encoding":"utf"}})", "receive.verify.encoding: write one of hex base64"},
    {R"({"verify":{"header":""}})", "receive.verify.header: write the header's name"},
    {R"({"verify":{"payload":"x"}})", "receive.verify.payload: the body must be signed"},
    {R"({"verify":{"payload":"{{raw_body}}{{x}}"}})", "receive.verify.payload: known placeholders"},
    {R"({"verify":{"payload":"{{raw_body"}})", "receive.verify.payload: known placeholders"},
    {R"({"verify":{"payload":"{{timestamp}}{{raw_body}}"}})", "receive.verify.timestamp: payload"},
    {R"({"verify":{"timestamp":{"header":"X-T"}}})", "receive.verify.timestamp: it must be signed"},
    {R"({"verify":{"timestamp":{}}})", "receive.verify.timestamp.header: write the header"},
    {R"({"verify":{"payload":"{{timestamp}}{{raw_body}}",)"
     R"("timestamp":{"header":"T","tolerance_s":0}}})",
     "receive.verify.timestamp.tolerance_s: write a whole number from 1 to 86400"},
    {R"({"verify":{"type":"header"}})", "receive.verify.header: write the header that holds"},
    {R"({"verify":{"type":"query"}})", "receive.verify.name: write the query parameter"},
    {R"({"verify":{"type":"basic","user":"a:b"}})", "receive.verify.user: write the user name"},
    {R"({"verify":{"type":"none","header":"X"}})", "receive.verify.header: no such key"},
    {R"({"body":"query","verify":{"payload":"{{raw_body}}"}})", "receive.verify.payload: a query"},
    {R"({"kind":"massage"})", "receive.kind: write \"message\""},
    {R"({"kind":{"map":{"x":"massage"}}})", "receive.kind.map.x: write one of message status"},
    {R"({"kind":{"pointer":"event"}})", "receive.kind.pointer: write a JSON pointer"},
    {R"({"batch":7})", "receive.batch: write a string"},
    {R"({"body":"form","batch":"items"})", "receive.batch: only a JSON body"},
    {R"({"message":{"id":"id"}})", "receive.message.id: write a JSON pointer"},
    {R"({"message":{"id":"/a~2"}})", "receive.message.id: write a JSON pointer"},
    {R"({"message":{"form":"/x"}})", "receive.message.form: no such key; known here: id from"},
    {R"({"message":{"media":{"uri":"/x"}}})", "receive.message.media.uri: no such key"},
    {R"({"message":{"time":{"format":"rfc"}}})", "receive.message.time.format: write one of auto"},
    {R"({"message":{"time":{"format":"hh:mm"}}})", "receive.message.time.format: write one of"},
    {R"({"message":{"time":{"zone":"Bogota"}}})", "receive.message.time.zone: write the offset"},
    {R"({"message":{"text":"/a | b"}})", "receive.message.text: write a JSON pointer"},
    {R"({"message":{"text":"/a | {{arrival}}"}})", "receive.message.text: write a JSON pointer"},
    {R"({"status":{"value":{"map":{"OK":"fine"}}}})", "receive.status.value.map.OK: write one of"},
    {R"({"status":{"value":{"map":{"OK":7}}}})", "receive.status.value.map.OK: write a string"},
    {R"({"message":{"from":"/from | {{query.who}}"}})", "receive.verify: {{query.who}} is read"},
    {R"({"verify":{"payload":"{{path}}{{raw_body}}"},"kind":{"pointer":"{{query.k}}"}})",
     "receive.verify: {{query.k}} is read, so the query must be signed: write {{query}}"},
    {R"({"body":"form","status":{"id":"{{query.id}}"}})", "receive.verify: {{query.id}} is read"},
    {R"({"address":"mail"})", "receive.address: write one of opaque phone"},
    {R"({"region":"Colombia"})", "receive.region: write a country of ISO 3166"},
    {R"({"response":{"status":204}})", "receive.response.status: write a whole number"},
    {R"({"response":{"type":"a\r\nX: b"}})", "receive.response.type: write a media type"},
};

TEST(HttpSettings, EachMistakeNamesItsKeyAndTheWayOut) {
    for (const Mistake& mistake : mistakes) {
        EXPECT_THAT(problem_of(mistake.receive), testing::StartsWith(mistake.problem))
            << mistake.receive;
    }
}

TEST(HttpSettings, TakeADocumentAndAnswerWithItsResponse) {
    AdapterConfig config;
    config.credentials["secret"].emplace_back("s");
    config.settings["receive"] = R"({"response":{"status":200,"type":"text/plain","body":"ok"}})";
    std::string problem;
    const auto adapter = make(config, problem);

    ASSERT_NE(adapter, nullptr) << problem;
    EXPECT_EQ(adapter->traits().reply_content_type, "text/plain");
    EXPECT_EQ(adapter->traits().reply_body, "ok");
    EXPECT_EQ(adapter->handshake({}), std::nullopt);
}

TEST(HttpSettings, WithoutASecretAnAccountMaySendButNotReceive) {
    AdapterConfig config;
    std::string problem;
    const auto sender = make(config, problem);
    ASSERT_NE(sender, nullptr) << problem;
    EXPECT_EQ(sender->verify({}, Instant{}).reason, "credentials.secret is not configured");

    config.settings["receive"] = "{}";
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("credentials.secret: write the secret"));

    config.settings["receive"] = R"({"verify":{"type":"none"}})";
    problem.clear();
    EXPECT_NE(make(config, problem), nullptr) << problem;
}

TEST(HttpSettings, RefuseAnUnknownKindOfAddress) {
    AdapterConfig config;
    config.settings["address"] = "mail";
    std::string problem;
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_EQ(problem, "address: write one of opaque phone");
}

TEST(HttpSettings, DefaultsSurviveHalfADocument) {
    std::string problem;
    const Receive receive = parse_receive(R"({"message":{"text":"/body"}})", problem);

    EXPECT_EQ(problem, "");
    EXPECT_EQ(receive.message.text, "/body");
    EXPECT_EQ(receive.message.from, "/from");
    EXPECT_EQ(receive.verify.prefix, "sha256=");
}

TEST(HttpSettings, ReadTheQueryWhereItIsSignedOrATokenStandsForAll) {
    for (const std::string_view verify :
         {R"({"payload":"{{query}}{{raw_body}}"})", R"({"payload":"{{raw_body}}{{query_sorted}}"})",
          R"({"type":"none"})", R"({"type":"header","header":"X-Token"})"}) {
        const std::string receive = R"({"message":{"from":"{{query.who}}"},"verify":)";
        EXPECT_EQ(problem_of(receive + std::string(verify) + "}"), "");
    }
}

TEST(HttpQuery, IsReadOfAFormThatCameWithGetOnlyWhereABodyNeedNotBeSigned) {
    AdapterConfig config;
    config.credentials["secret"].emplace_back("s");
    config.settings["receive"] =
        R"({"body":"form","kind":"message","verify":{"type":"query","name":"key"}})";
    OwnedRequest request;
    request.method = "GET";
    request.query = "key=s&id=5&from=ana&text=hola";
    std::string problem;
    auto adapter = make(config, problem);
    ASSERT_NE(adapter, nullptr) << problem;
    ASSERT_EQ(adapter->decode(request.view(), Instant{})->items.size(), 1U);

    config.settings["receive"] = R"({"body":"form","kind":"message"})";
    adapter = make(config, problem);
    ASSERT_NE(adapter, nullptr) << problem;
    EXPECT_TRUE(adapter->decode(request.view(), Instant{}).has_error());
}

TEST(HttpQuery, ReadsAMessageThatIsAllQuery) {
    AdapterConfig config;
    config.credentials["secret"].emplace_back("whsec_generic_test");
    config.settings["receive"] =
        R"({"body":"query","verify":{"type":"query","name":"token"},"kind":"message"})";
    std::string problem;
    const auto adapter = make(config, problem);
    ASSERT_NE(adapter, nullptr) << problem;
    OwnedRequest request;
    request.method = "GET";
    request.query = "id=7&from=u-1&text=hola+%F0%9F%98%80&token=whsec_generic_test";

    EXPECT_EQ(adapter->verify(request.view(), Instant{}).kind, Verification::Kind::valid);
    const auto batch = adapter->decode(request.view(), Instant{});

    ASSERT_TRUE(batch.has_value());
    ASSERT_EQ(batch->items.size(), 1U);
    const auto& message = std::get<InboundMessage>(batch->items[0].what);
    EXPECT_EQ(message.content.text, "hola \xF0\x9F\x98\x80");
    EXPECT_EQ(batch->items[0].raw, request.query);
    request.query = "";
    EXPECT_EQ(adapter->decode(request.view(), Instant{}).error(),
              make_error_code(Errc::wrong_shape));
}

}  // namespace
}  // namespace postern::adapters::http
