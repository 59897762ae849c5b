// Vonage's two signatures: the digest over sorted fields, by each of its five methods and three
// spellings of a request, and the bearer token of the Messages API. The vectors were computed apart
// from this code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/form.h"
#include "adapters/vonage/signature.h"
#include "tests/adapters/situation.h"

namespace postern::adapters::vonage {
namespace {

using namespace std::chrono_literals;

constexpr Instant signed_at{std::chrono::seconds{1'768'473'000}};
constexpr std::string_view token_secret = "vonage-signature-secret-0123456789abcdef";

struct Vector {
    const char* method;
    const char* sig;
};
constexpr Vector vectors[] = {
    {"md5hash", "a29fec3f71a3063b3df2db384c9aec9f"},
    {"md5", "fc2e8802123110973524e2b61c6920d2"},
    {"sha1", "06e6b65119329d76a680390511faccc273813d59"},
    {"sha256", "edfd91503d065ea724a8aeaab44947ba7958bf95d28e42b1945127b57df5751c"},
    {"sha512",
     "3f16ede52ad6fd8c8e567cf823e6b54178f6f108e77771941062babe65eb50fb"
     "13085a3dcdbfadaad90fb968b6a8968c6607d560ff8bf67ca62b29fb9af99fc2"},
};

std::vector<shared::FormField> fields(std::string_view sig) {
    return {{"text", "A&B=C"},
            {"type", "text"},
            {"api-key", "abcd1234"},
            {"keyword", "A&B=C"},
            {"message-timestamp", "2026-01-15 10:30:00"},
            {"messageId", "0A00000012345678"},
            {"msisdn", "447700900001"},
            {"nonce", "nonce-0001"},
            {"timestamp", "1768473000"},
            {"to", "447700900000"},
            {"sig", std::string(sig)}};
}

AdapterConfig config(std::string_view method, std::vector<std::string> secrets = {"sigsecret"}) {
    AdapterConfig out;
    out.account = "main";
    out.channel = "vonage";
    for (std::string& one : secrets) {
        out.credentials["signature_secret"].emplace_back(std::move(one));
    }
    out.settings["signature_method"] = method;
    return out;
}

Verification judge(const AdapterConfig& account, OwnedRequest& request, Instant now = signed_at) {
    std::string problem;
    const auto adapter = make(account, problem);
    EXPECT_NE(adapter, nullptr) << problem;
    return adapter->verify(request.view(), now);
}

bool valid(const AdapterConfig& account, OwnedRequest request, Instant now = signed_at) {
    return judge(account, request, now).kind == Verification::Kind::valid;
}

OwnedRequest form_post(std::string_view sig) {
    OwnedRequest request;
    request.set_body(shared::encode_form(fields(sig)));
    return request;
}

OwnedRequest get(std::string_view sig) {
    OwnedRequest request;
    request.method = "GET";
    request.query = shared::encode_form(fields(sig));
    request.set_body("");
    return request;
}

OwnedRequest json_post(std::string_view sig) {
    std::string body = "{";
    for (const shared::FormField& field : fields(sig)) {
        body += "\"" + field.name + "\":\"" + field.value + "\",";
    }
    body.back() = '}';
    OwnedRequest request;
    request.set_body(body);
    return request;
}

TEST(VonageSignature, IsWhatVonageComputesByEachMethod) {
    const auto text = signed_text(fields("ignored"));
    ASSERT_TRUE(text);
    EXPECT_EQ(*text,
              "&api-key=abcd1234&keyword=A_B_C&message-timestamp=2026-01-15 10:30:00"
              "&messageId=0A00000012345678&msisdn=447700900001&nonce=nonce-0001&text=A_B_C"
              "&timestamp=1768473000&to=447700900000&type=text");
    for (const Vector& vector : vectors) {
        EXPECT_EQ(sign(*method_of(vector.method), Secret("sigsecret"), *text), vector.sig);
    }
}

TEST(VonageSignature, IsAcceptedFromQueryFormAndJson) {
    for (const Vector& vector : vectors) {
        const AdapterConfig account = config(vector.method);
        EXPECT_TRUE(valid(account, get(vector.sig))) << vector.method;
        EXPECT_TRUE(valid(account, form_post(vector.sig))) << vector.method;
        EXPECT_TRUE(valid(account, json_post(vector.sig))) << vector.method;
    }
}

TEST(VonageSignature, IsReadInEitherCaseAndByItsLengthWhereNoMethodIsSet) {
    std::string upper = vectors[3].sig;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_TRUE(valid(config("sha256"), get(upper)));
    for (const Vector& vector : vectors) EXPECT_TRUE(valid(config(""), get(vector.sig)));
}

TEST(VonageSignature, OfAnotherMethodThanTheAccountsIsRefused) {
    EXPECT_FALSE(valid(config("md5"), get(vectors[0].sig)));
    EXPECT_FALSE(valid(config("md5hash"), get(vectors[1].sig)));
    EXPECT_FALSE(valid(config("sha512"), get(vectors[3].sig)));
}

TEST(VonageSignature, IsTriedWithBothSecretsWhileOneIsChanged) {
    EXPECT_TRUE(valid(config("sha1", {"next", "sigsecret"}), get(vectors[2].sig)));
    EXPECT_FALSE(valid(config("sha1", {"next", "other"}), get(vectors[2].sig)));
}

TEST(VonageSignature, BreaksWithAnyFieldAndAnyDigit) {
    const AdapterConfig account = config("sha256");
    OwnedRequest more = get(vectors[3].sig);
    more.query += "&text2=x";
    EXPECT_FALSE(valid(account, more));
    std::string sig = vectors[3].sig;
    for (char& c : sig) {
        const char kept = c;
        c = c == '0' ? '1' : '0';
        EXPECT_FALSE(valid(account, get(sig)));
        c = kept;
    }
    EXPECT_FALSE(valid(account, get("")));
    EXPECT_FALSE(valid(account, get("zz")));
}

TEST(VonageSignature, AFieldsNameCannotHideTwoFields) {
    // "&a=1&b=2" is the text of two fields and, but for this check, of one named "a=1&b".
    const shared::FormField two[] = {{"a", "1"}, {"b", "2"}};
    const shared::FormField one[] = {{"a=1&b", "2"}};
    EXPECT_EQ(signed_text(two), "&a=1&b=2");
    EXPECT_EQ(signed_text(one), std::nullopt);
}

TEST(VonageSignature, IsGoodForFiveMinutesEitherWay) {
    const AdapterConfig account = config("sha256");
    const auto at = [&](auto away) {
        return valid(account, get(vectors[3].sig), signed_at + away);
    };
    EXPECT_TRUE(at(5min));
    EXPECT_TRUE(at(-5min));
    EXPECT_FALSE(at(5min + 1s));
    EXPECT_FALSE(at(-5min - 1s));
}

TEST(VonageSignature, WithoutATimestampIsRefused) {
    std::vector<shared::FormField> bare = {{"messageId", "1"}, {"msisdn", "447700900001"}};
    const std::string sig = sign(Method::sha256, Secret("sigsecret"), *signed_text(bare));
    bare.push_back({"sig", sig});
    OwnedRequest request;
    request.set_body(shared::encode_form(bare));
    EXPECT_THAT(judge(config("sha256"), request).reason, testing::HasSubstr("timestamp"));
}

TEST(VonageSignature, AbsentTellsTheOperatorWhatToSwitchOn) {
    OwnedRequest request;
    request.set_body(R"({"messageId":"1","msisdn":"447700900001","text":"x"})");
    const Verification answer = judge(config(""), request);
    EXPECT_EQ(answer.kind, Verification::Kind::invalid);
    EXPECT_THAT(answer.reason, testing::HasSubstr("support"));
    request.set_body("{");
    EXPECT_THAT(judge(config(""), request).reason, testing::HasSubstr("neither a form nor"));
}

// The Messages API.
constexpr std::string_view body =
    R"({"message_uuid":"11111111-2222-4333-8444-555555555555","to":"15005550006",)"
    R"("from":"447700900001","timestamp":"2026-01-15T10:30:00.000Z","channel":"sms",)"
    R"("message_type":"text","text":"hola"})";
constexpr std::string_view token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJpYXQiOjE3Njg0NzMwMDAsImp0aSI6IjBmOGZhZDViLWQ5Y2ItNDY5Zi1hMTY1LTcwODY3NzI4OTUwZSIsImlzcyI6Il"
    "ZvbmFnZSIsInBheWxvYWRfaGFzaCI6IjZlNmZhNjg5Njk4MTQ2YzAzNjUyNzk0NTRkNTc0YzczMmY2ZjhkOTdiMmMzODE0"
    "NjhiZTIwMGY3OTc5MDI4YWUiLCJhcGlfa2V5IjoiYWJjZDEyMzQiLCJhcHBsaWNhdGlvbl9pZCI6ImFhYWFhYWFhLWJiYm"
    "ItNGNjYy04ZGRkLTAxMjM0NTY3ODlhYiJ9.TT_2Pyw3UnGMH5jcxx07680nnw8NUxXNJVQAVTPO5rM";

AdapterConfig messages(std::vector<std::string> secrets = {std::string(token_secret)}) {
    AdapterConfig out = config("", std::move(secrets));
    out.settings["api"] = "messages";
    out.settings["application_id"] = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab";
    return out;
}

OwnedRequest bearing(std::string_view bearer, std::string_view text = body) {
    OwnedRequest request;
    request.headers.emplace_back("Authorization", "Bearer " + std::string(bearer));
    request.set_body(text);
    return request;
}

TEST(VonageToken, OfTheSharedVectorIsAccepted) {
    EXPECT_TRUE(valid(messages(), bearing(token)));
    EXPECT_TRUE(valid(messages({"next", std::string(token_secret)}), bearing(token)));
    EXPECT_FALSE(valid(messages({"next"}), bearing(token)));
    // One URL takes both: which API an account sends by does not matter here.
    EXPECT_TRUE(valid(config("sha256", {std::string(token_secret)}), bearing(token)));
}

TEST(VonageToken, HoldsForItsOwnBodyOnly) {
    std::string other(body);
    other.back() = ' ';
    EXPECT_FALSE(valid(messages(), bearing(token, other)));
    EXPECT_FALSE(valid(messages(), bearing(token, "")));
}

TEST(VonageToken, IsNotReadFromAnotherSchemeNorCutOrLengthened) {
    for (std::size_t bytes = 0; bytes < token.size(); ++bytes) {
        EXPECT_FALSE(valid(messages(), bearing(token.substr(0, bytes)))) << bytes;
    }
    EXPECT_FALSE(valid(messages(), bearing(std::string(token) + "A")));
    EXPECT_FALSE(valid(messages(), bearing(std::string(token) + ".A")));
    OwnedRequest basic = bearing(token);
    basic.headers.front().second = "Basic " + std::string(token);
    EXPECT_FALSE(valid(messages(), basic));
}

TEST(VonageToken, MayBeADayOldAsARedeliveryIsButNotFromTheFuture) {
    const auto at = [](auto away) { return valid(messages(), bearing(token), signed_at + away); };
    EXPECT_TRUE(at(24h));
    EXPECT_TRUE(at(-5min));
    EXPECT_FALSE(at(24h + 1s));
    EXPECT_FALSE(at(-5min - 1s));
}

TEST(VonageRouting, FollowsTheKeyOrTheApplicationThatTheWebhookNames) {
    std::string problem;
    AdapterConfig account = messages();
    const auto routing = [&] {
        const auto adapter = make(account, problem);
        OwnedRequest request = bearing(token);
        const auto batch = adapter->decode(request.view(), signed_at);
        return batch && batch->items.size() == 1 ? batch->items.front().routing : "nothing";
    };
    EXPECT_EQ(routing(), "");
    account.settings["application_id"] = "another";
    EXPECT_EQ(routing(), "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab");
    EXPECT_EQ(make(account, problem)->traits().routing_setting, "application_id");
    account.settings["api"] = "sms";
    account.settings["api_key"] = "another";
    EXPECT_EQ(routing(), "abcd1234");
    EXPECT_EQ(make(account, problem)->traits().routing_setting, "api_key");
}

TEST(VonageSettings, ThatMakeNoSenseAreRefusedWithWords) {
    const auto problem_of = [](const AdapterConfig& account) {
        std::string problem;
        EXPECT_EQ(make(account, problem), nullptr);
        return problem;
    };
    EXPECT_THAT(problem_of(config("", {})), testing::StartsWith("credentials.signature_secret"));
    EXPECT_THAT(problem_of(config("", {""})), testing::StartsWith("credentials.signature_secret"));
    EXPECT_THAT(problem_of(config("", {"a", "b", "c"})),
                testing::StartsWith("credentials.signature_secret"));
    EXPECT_THAT(problem_of(config("sha3")), testing::StartsWith("signature_method"));
    AdapterConfig voice = config("");
    voice.settings["api"] = "voice";
    EXPECT_THAT(problem_of(voice), testing::StartsWith("api:"));
}

}  // namespace
}  // namespace postern::adapters::vonage
