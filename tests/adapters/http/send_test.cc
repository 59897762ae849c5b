// The `send` document: each mistake is answered with its key and with what to write; an answer is
// judged by the document, and by HTTP where it is silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http/send.h"
#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters::http {
namespace {

using enum SendResult;

constexpr std::string_view url = R"("url":"https://a.test/m")";

AdapterConfig config_of(std::string_view send) {
    AdapterConfig config = sending_config("http");
    config.settings["send"] = send;
    return config;
}

std::string problem_of(const std::string& send) {
    std::string problem;
    const auto adapter = make_sending_adapter(config_of(send), problem);
    EXPECT_EQ(adapter == nullptr, !problem.empty()) << send;
    return problem;
}

/// `{"url":…,<more>}`
std::string with(std::string_view more) {
    return "{" + std::string(url) + "," + std::string(more) + "}";
}

struct Mistake {
    std::string send;
    std::string_view problem;
};

TEST(HttpSend, AnswersEveryMistakeWithItsKeyAndWhatToWrite) {
    const Mistake mistakes[] = {
        {"7", "send: write a table"},
        {"{", "send: write a table"},
        {"{}", "send.url: write an http or https URL"},
        {R"({"url":"ftp://a.test"})", "send.url: write an http or https URL"},
        {R"({"url":"https://a.test/a b"})", "send.url: write an http or https URL without blanks"},
        {R"({"url":"/m"})", "send.url: write a whole URL, or the account's base_url"},
        {R"({"url":"https://{{to}}.test/"})", "send.url: the host must stand there as it is"},
        {R"({"url":"https://a.test/{{too}}"})", "send.url: no placeholder {{too}}; known are to"},
        {R"({"url":"https://a.test/{{to"})", "send.url: a {{ without its }}"},
        {with(R"("id":{"head":"X"})"), "send.id.header: write the header"},
        {with(R"("ok":{"in":[1]})"), "send.ok.pointer: write where"},
        {with(R"("methd":"POST")"), "send.methd: no such key; known here: method"},
        {with(R"("method":"post")"), "send.method: write one of POST PUT PATCH GET DELETE"},
        {with(R"("method":"GET","body":"{{to}}")"), "send.body: a GET has none"},
        {with(R"("format":"yaml")"), "send.format: write one of json form text xml"},
        {with(R"("format":"form")"), "send.body: write what is sent, with {{to}}"},
        {with(R"("format":"form","body":{"a":{"b":1}})"), "send.body: a form holds texts"},
        {with(R"("format":"xml","body":{"a":"{{to}}"})"), "send.body: write a string"},
        {with(R"("body":7)"), "send.body: write a string or a table"},
        {with(R"("body":{"a":"{{nobody}}"})"), "send.body: no placeholder {{nobody}}"},
        {with(R"("body":{"a":"{{text}}"})"), "send.body: nothing says to whom: write {{to}}"},
        {with(R"("body":"{\"to\":{{to}},}")"), "send.body: no JSON once it is filled in"},
        {with(R"("body":"to={{to}}")"), "send.body: no JSON once it is filled in"},
        {with(R"("headers":{"A B":"x"})"), "send.headers.A B: no header that can be set"},
        {with(R"("headers":{"Content-Length":"1"})"), "send.headers.Content-Length: no header"},
        {with(R"("headers":{"X-A":"a\r\nX-B: b"})"), "send.headers.X-A: write it on one line"},
        {with(R"("headers":{"X-A":7})"), "send.headers.X-A: write a string"},
        {with(R"("headers":{"X-A":"{{x}}"})"), "send.headers.X-A: no placeholder {{x}}"},
        {with(R"("ok":"200")"), "send.ok: write HTTP statuses"},
        {with(R"("ok":[])"), "send.ok: write HTTP statuses"},
        {with(R"("ok":[20])"), "send.ok: write HTTP statuses"},
        {with(R"("ok":{})"), "send.ok.status: write statuses, a pointer"},
        {with(R"("ok":{"pointer":"status"})"), "send.ok.pointer: write a JSON pointer"},
        {with(R"("ok":{"in":["ok"]})"), "send.ok.pointer: write where the words stand"},
        {with(R"("ok":{"pointer":"/s","in":[]})"), "send.ok.in: write a list"},
        {with(R"("ok":{"pointer":"/s","in":[{}]})"), "send.ok.in: write a list"},
        {with(R"("ok":{"pointer":"/s","is":"ok"})"), "send.ok.is: no such key"},
        {with(R"("retry":[999])"), "send.retry: write HTTP statuses"},
        {with(R"("id":"id")"), "send.id: write a JSON pointer"},
        {with(R"("id":{})"), "send.id.header: write the header that holds it"},
        {with(R"("detail":"error")"), "send.detail: write a JSON pointer"},
        {with(R"("idempotent":"yes")"), "send.idempotent: write true or false"},
        {with(R"("idempotent":true,"body":{"to":"{{to}}"})"),
         "send.idempotent: the provider knows"},
    };
    for (const Mistake& mistake : mistakes) {
        EXPECT_THAT(problem_of(mistake.send), testing::StartsWith(std::string(mistake.problem)))
            << mistake.send;
    }
}

TEST(HttpSend, MissesTheSecretThatADocumentNames) {
    AdapterConfig config = config_of(with(R"("headers":{"Authorization":"Bearer {{secret}}"})"));
    config.credentials.clear();
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("send.headers: {{secret}} stands for"));
}

TEST(HttpSend, LeavesAnAccountWithoutTheDocumentToReceiveOnly) {
    std::string problem;
    EXPECT_EQ(make_sending_adapter(sending_config("http"), problem), nullptr);
    EXPECT_EQ(problem, "");
}

TEST(HttpSend, TellsWhatTheDocumentPromises) {
    std::string problem;
    AdapterConfig config = config_of(with(R"("idempotent":true)"));
    EXPECT_TRUE(make_sending_adapter(config, problem)->send_traits().idempotent);
    EXPECT_FALSE(make_sending_adapter(config, problem)->send_traits().receipts);
    config.settings["receive"] = "{}";
    EXPECT_TRUE(make_sending_adapter(config, problem)->send_traits().receipts);
    EXPECT_TRUE(make_sending_adapter(config, problem)->send_traits().echo);
}

SendOutcome judged(std::string_view more, OwnedAnswer answer) {
    std::string problem;
    const auto adapter = make_sending_adapter(config_of(with(more)), problem);
    EXPECT_EQ(problem, "");
    return outcome_of_answer(*adapter, std::move(answer));
}

TEST(HttpSend, TakesTheIdFromWhereTheDocumentSays) {
    const auto id = [](std::string_view more, OwnedAnswer answer) {
        const SendOutcome out = judged(more, std::move(answer));
        EXPECT_EQ(out.result, accepted);
        return out.external_id;
    };
    EXPECT_EQ(id(R"("method":"POST")", {200, R"({"id":"m1"})"}), "m1");
    EXPECT_EQ(id(R"("id":"/messages/0/id")", {201, R"({"messages":[{"id":9007199254740993}]})"}),
              "9007199254740993");
    EXPECT_EQ(id(R"("id":{"header":"X-Id"})", {202, "", {{"x-id", "m2"}}}), "m2");
    EXPECT_EQ(id(R"("id":{"after":"<id>","until":"</id>"})", {200, "<r><id> 7f </id></r>"}), "7f");
    EXPECT_EQ(id(R"("id":{"after":"OK:"})", {200, "OK: 81\r\nend"}), "81");
    EXPECT_EQ(id(R"("id":{"after":"OK:","until":";"})", {200, "OK: 81"}), "att_1");
    // Nothing there: receipts can only name ours.
    EXPECT_EQ(id(R"("id":"")", {204, ""}), "att_1");
    EXPECT_EQ(id(R"("id":"/id")", {200, "OK"}), "att_1");
}

TEST(HttpSend, BelievesTheConditionMoreThanTheStatus) {
    constexpr std::string_view ok = R"("ok":{"status":[200],"pointer":"/status","in":["ok",0]})";
    EXPECT_EQ(judged(ok, {200, R"({"status":"ok"})"}).result, accepted);
    EXPECT_EQ(judged(ok, {200, R"({"status":0})"}).result, accepted);
    EXPECT_EQ(judged(ok, {200, R"({"status":"failed"})"}).result, permanent);
    EXPECT_EQ(judged(ok, {200, "{}"}).result, permanent);
    EXPECT_EQ(judged(ok, {200, "<html>"}).result, unknown);
    EXPECT_EQ(judged(ok, {201, R"({"status":"ok"})"}).result, permanent);
    constexpr std::string_view not_zero = R"("ok":{"pointer":"/id","not_in":[0,""]})";
    EXPECT_EQ(judged(not_zero, {200, R"({"id":17})"}).result, accepted);
    EXPECT_EQ(judged(not_zero, {200, R"({"id":0})"}).result, permanent);
    constexpr std::string_view words = R"("ok":{"contains":["<code>0<"]},)"
                                       R"("dead":{"contains":["<code>9<"]},)"
                                       R"("detail":{"after":"<text>","until":"</text>"})";
    EXPECT_EQ(judged(words, {200, "<code>0</code>"}).result, accepted);
    EXPECT_EQ(judged(words, {200, "<code>9</code><text>gone</text>"}).detail, "gone");
    EXPECT_EQ(judged(words, {200, "<code>9</code>"}).address, AddressVerdict::dead);
    constexpr std::string_view there = R"("ok":{"pointer":"/sid"})";
    EXPECT_EQ(judged(there, {200, R"({"sid":"x"})"}).result, accepted);
    EXPECT_EQ(judged(there, {200, R"({"sid":null})"}).result, permanent);
}

TEST(HttpSend, MapsWhatTheProviderSaysToWhatItMeans) {
    constexpr std::string_view map =
        R"("ok":[200],"detail":"/error/text",)"
        R"("opted_out":{"pointer":"/error/code","in":["blacklisted"]},)"
        R"("dead":{"pointer":"/error/code","in":[1005]},)"
        R"("blocked":{"pointer":"/error/code","in":["blocked"]},)"
        R"("credential":[402],"rate_limited":{"status":[400],"pointer":"/error/slow"},)"
        R"("permanent":[500],"retry":[409,502],"unknown":[504])";
    const auto error = [&](int status, std::string_view code) {
        return judged(map, {status,
                            R"({"error":{"text":"no","code":)" + std::string(code) + "}}",
                            {{"Retry-After", "9"}}});
    };
    EXPECT_EQ(error(400, R"("blacklisted")").address, AddressVerdict::opted_out);
    EXPECT_EQ(error(400, "1005").address, AddressVerdict::dead);
    EXPECT_EQ(error(400, "1005").provider_code, "1005");
    EXPECT_EQ(error(400, "1005").detail, "no");
    EXPECT_EQ(error(400, R"("blocked")").address, AddressVerdict::blocked);
    EXPECT_EQ(error(402, "1").result, credential);
    EXPECT_EQ(error(400, R"(1,"slow":true)").result, rate_limited);
    EXPECT_EQ(error(400, R"(1,"slow":true)").retry_at, sending_now() + std::chrono::seconds(9));
    EXPECT_EQ(error(500, "1").result, permanent);
    EXPECT_EQ(error(409, "1").result, transient);
    EXPECT_EQ(error(502, "1").result, transient);
    EXPECT_EQ(error(504, "1").result, unknown);
    EXPECT_EQ(error(400, "1").result, permanent);
}

TEST(HttpSend, FallsBackToWhatHttpSays) {
    const auto result = [](int status) {
        return judged(R"("method":"POST")", {status, "x"}).result;
    };
    for (const int status : {200, 201, 202, 204}) EXPECT_EQ(result(status), accepted);
    for (const int status : {400, 404, 409, 422}) EXPECT_EQ(result(status), permanent);
    for (const int status : {401, 403}) EXPECT_EQ(result(status), credential);
    for (const int status : {301, 500, 502, 504}) EXPECT_EQ(result(status), unknown);
    EXPECT_EQ(result(429), rate_limited);
    EXPECT_EQ(result(503), transient);
}

TEST(HttpSend, NeverKeepsTheSecretOfTheRequest) {
    constexpr std::string_view basic = R"("headers":{"Authorization":"Basic {{basic.acme}}"})";
    const SendOutcome out =
        judged(basic, {400, "bad header Basic YWNtZTpodHRwLXNlY3JldA== for http-secret"});
    EXPECT_EQ(out.detail, "bad header Basic *** for ***");
    EXPECT_EQ(judged(basic, {400, "no: YWNtZTpodHRwLXNlY3JldA%3D%3D, http%2Dsecret"}).detail,
              "no: ***, ***");
    // Nor where the document says that an id or a code stands.
    const std::string places =
        std::string(basic) + R"(,"id":"/id","permanent":{"pointer":"/code"})";
    EXPECT_EQ(judged(places, {200, R"({"id":"YWNtZTpodHRwLXNlY3JldA=="})"}).external_id, "att_1");
    EXPECT_EQ(judged(places, {200, R"({"id":"4711"})"}).external_id, "4711");
    EXPECT_EQ(judged(places, {400, R"({"code":"http-secret"})"}).provider_code, "***");
}

}  // namespace
}  // namespace postern::adapters::http
