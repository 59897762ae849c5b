// Twilio's signature, quirk by quirk. The vectors marked [published] were checked against Twilio's
// own validator library; the others are derived here with the same primitive.
#include <gtest/gtest.h>

#include <random>

#include "adapters/shared/hmac.h"
#include "adapters/twilio/signature.h"
#include "adapters/twilio/twilio.h"

namespace postern::adapters::twilio {
namespace {

constexpr std::string_view token = "00112233445566778899aabbccddeeff";
constexpr std::string_view form_body =
    "ToCountry=US&MessageSid=SM00000000000000000000000000000001&AccountSid="
    "AC00000000000000000000000000000002&From=%2B15005550006&To=%2B15005550001&Body=Caf%C3%A9+%26+"
    "more+"
    "%3D+ok&NumMedia=0&NumSegments=1&ApiVersion=2010-04-01";
constexpr std::string_view form_signature = "bciHGtU+qGlDNVZBENet8beIUwY=";  // [published]
constexpr std::string_view form_signature_with_port =
    "GUb5SqJqm91g3vXbLgSv9oUAUaQ=";  // [published]
constexpr std::string_view json_body = R"({"event":"delivered","sid":"SM1"})";
constexpr std::string_view json_query =
    "tenant=acme&bodySHA256=2900b40589a9e4362125e4ef1e435bde69a21ada730da1780886eefedf2077c7";
constexpr std::string_view json_signature = "UaLMgEmt2eW0dCYnVi0CvbAi9PI=";  // [published]

AdapterConfig config(std::string_view public_url,
                     std::vector<std::string> tokens = {std::string(token)}) {
    AdapterConfig config;
    config.account = "sms-main";
    config.channel = "twilio";
    for (std::string& one : tokens) config.credentials["auth_token"].emplace_back(std::move(one));
    config.settings["public_url"] = public_url;
    return config;
}

/// A request that owns its bytes, with the padding that the contract promises.
struct Call {
    std::string method = "POST";
    std::string path = "/hooks/twilio/ch7";
    std::string query = "tenant=acme";
    std::string body{form_body};
    std::string signature{form_signature};

    Verification verify(const AdapterConfig& account) const {
        std::string problem;
        const auto adapter = make(account, problem);
        EXPECT_NE(adapter, nullptr) << problem;
        const std::string target = query.empty() ? path : path + "?" + query;
        const HeaderView headers[] = {{"x-twilio-signature", signature},
                                      {"host", "gw.example.net"}};
        const std::string padded = body + std::string(64, '\0');
        const WebhookRequest request{
            method, target, path, query, headers, std::string_view(padded).substr(0, body.size())};
        return adapter->verify(request, Instant{});
    }
    bool valid(const AdapterConfig& account) const {
        return verify(account).kind == Verification::Kind::valid;
    }
};

std::string sign(std::string_view text, std::string_view key = token) {
    return shared::hmac(shared::Digest::sha1, Secret{std::string(key)}, text).base64();
}

const AdapterConfig full = config("https://gw.example.net/hooks/twilio/ch7?tenant=acme");

TEST(TwilioSignature, AcceptsThePublishedForm) {
    EXPECT_TRUE(Call{}.valid(full));
}

TEST(TwilioSignature, AcceptsTheUrlSignedWithItsStandardPort) {
    EXPECT_TRUE(Call{.signature = std::string(form_signature_with_port)}.valid(full));
    const auto ported = config("https://gw.example.net:443/hooks/twilio/ch7");
    EXPECT_TRUE(Call{}.valid(ported));
    EXPECT_TRUE(Call{.signature = std::string(form_signature_with_port)}.valid(ported));
}

TEST(TwilioSignature, AcceptsAnOddPortWithAndWithoutIt) {
    const auto odd = config("https://gw.example.net:8443/hooks/twilio/ch7");
    const std::string with = "https://gw.example.net:8443/hooks/twilio/ch7?tenant=acme";

    EXPECT_TRUE(Call{}.valid(odd));
    EXPECT_TRUE((Call{.method = "GET", .body = "", .signature = sign(with)}.valid(odd)));
}

TEST(TwilioSignature, TakesThePathOfTheSettingWhateverAProxyMadeOfIt) {
    EXPECT_TRUE((Call{.path = "/webhooks/sms-main"}.valid(full)));
}

TEST(TwilioSignature, AppendsTheTargetToABareOrigin) {
    EXPECT_TRUE(Call{}.valid(config("https://gw.example.net")));
    EXPECT_TRUE(Call{}.valid(config("https://gw.example.net/")));
    EXPECT_FALSE((Call{.path = "/webhooks/sms-main"}.valid(config("https://gw.example.net"))));
}

TEST(TwilioSignature, TakesTheQueryOfTheRequestAndElseOfTheSetting) {
    EXPECT_TRUE((Call{.query = ""}.valid(full)));
    EXPECT_FALSE((Call{.query = "tenant=other"}.valid(full)));
    const auto plain = config("https://gw.example.net/hooks/twilio/ch7");
    EXPECT_TRUE(Call{}.valid(plain));
    EXPECT_FALSE((Call{.query = ""}.valid(plain)));
}

TEST(TwilioSignature, RebuildsTheUrlFromHostWhereNoneIsConfigured) {
    EXPECT_TRUE(Call{}.valid(config("")));
    EXPECT_TRUE(Call{.signature = std::string(form_signature_with_port)}.valid(config("")));
    EXPECT_FALSE((Call{.path = "/elsewhere"}.valid(config(""))));
}

TEST(TwilioSignature, DropsTheConnectionOverridesAfterTheHash) {
    EXPECT_TRUE(
        Call{}.valid(config("https://gw.example.net/hooks/twilio/ch7?tenant=acme#rc=3&rp=all")));
}

TEST(TwilioSignature, SignsUserInfoWhereItIsConfigured) {
    const auto account = config("https://ana:pw@gw.example.net/hooks");
    const std::string url = "https://ana:pw@gw.example.net/hooks";
    EXPECT_TRUE(
        (Call{.method = "GET", .query = "", .body = "", .signature = sign(url)}.valid(account)));
    EXPECT_FALSE(Call{}.valid(account));
}

TEST(TwilioSignature, RefusesWhatWasChanged) {
    std::string body{form_body};
    body.replace(body.find("ok&"), 2, "oK");
    EXPECT_FALSE((Call{.body = body}.valid(full)));
    EXPECT_FALSE(
        (Call{.body = std::string(form_body.substr(form_body.find('&') + 1))}.valid(full)));
    std::string swapped{form_body};
    swapped.replace(swapped.find("NumMedia=0"), 10, "NumMedia=1");
    swapped.replace(swapped.find("NumSegments=1"), 13, "NumSegments=0");
    EXPECT_FALSE((Call{.body = swapped}.valid(full)));
    EXPECT_FALSE((Call{.body = std::string(form_body) + "&Extra=1"}.valid(full)));
    EXPECT_FALSE(Call{}.valid(config("http://gw.example.net/hooks/twilio/ch7?tenant=acme")));
    EXPECT_FALSE((Call{.method = "GET"}.valid(full)));
    EXPECT_FALSE((Call{.method = "PUT"}.valid(full)));
    EXPECT_FALSE((Call{.signature = "bciHGtU+qGlDNVZBENet8beIUwY"}.valid(full)));
}

TEST(TwilioSignature, OrderAndRepetitionOfFieldsDoNotMatter) {
    std::string body{form_body};
    const std::string first = body.substr(0, body.find('&'));
    body = body.substr(first.size() + 1) + "&" + first + "&NumMedia=0";
    EXPECT_TRUE((Call{.body = body}.valid(full)));
}

TEST(TwilioSignature, SortsTheValuesOfARepeatedNameAndDropsEqualOnes) {
    const auto form = shared::parse_form("b=2&a=z&b=1&b=2&B=9&a+=%20x");
    ASSERT_TRUE(form.has_value());
    EXPECT_EQ(signed_fields(*form), "B9aza  xb1b2");
}

TEST(TwilioSignature, SignsAGetByItsUrlAlone) {
    const std::string query = "MessageSid=SM1&From=%2B15005550006&Body=a+b";
    const auto account = config("https://gw.example.net/in");
    const std::string good = sign("https://gw.example.net/in?" + query);
    EXPECT_TRUE(
        (Call{.method = "GET", .query = query, .body = "", .signature = good}.valid(account)));
    const std::string other = query + "c";
    EXPECT_FALSE(
        (Call{.method = "GET", .query = other, .body = "", .signature = good}.valid(account)));
}

TEST(TwilioSignature, ChecksAJsonBodyByItsDigestInTheUrl) {
    Call call{.query = std::string(json_query),
              .body = std::string(json_body),
              .signature = std::string(json_signature)};
    EXPECT_TRUE(call.valid(full));

    call.body[2] ^= 1;
    EXPECT_EQ(call.verify(full).reason, "bodySHA256 in the URL is not the digest of the body");
    call.body = json_body;
    call.query = "tenant=acme";
    EXPECT_FALSE(call.valid(full));
}

TEST(TwilioSignature, AcceptsEitherOfTwoLiveTokens) {
    const std::string url = "https://gw.example.net/hooks/twilio/ch7?tenant=acme";
    EXPECT_TRUE(Call{}.valid(config(url, {"new", std::string(token)})));
    EXPECT_TRUE(Call{}.valid(config(url, {std::string(token), "new"})));
    EXPECT_FALSE(Call{}.valid(config(url, {"new", "newer"})));
}

TEST(TwilioSignature, SaysWhatIsMissing) {
    EXPECT_EQ((Call{.signature = ""}.verify(full).reason),
              "the header X-Twilio-Signature is absent");
    EXPECT_EQ((Call{.body = "a=%zz"}.verify(full).reason),
              "the body is not a form and the URL has no bodySHA256");
}

TEST(TwilioSettings, NameTheKeyAndWhatToWrite) {
    for (const std::string_view url :
         {"gw.example.net", "ftp://x/y", "https://", "https:///p", "https://:443/p", "https://a b/",
          "https://u@", "https://h\n/"}) {
        std::string problem;
        EXPECT_EQ(make(config(url), problem), nullptr) << url;
        EXPECT_TRUE(problem.starts_with("public_url: write ")) << problem;
    }
    for (const auto& tokens : {std::vector<std::string>{}, {""}, {"a", ""}, {"a", "b", "c"}}) {
        std::string problem;
        EXPECT_EQ(make(config("https://h", tokens), problem), nullptr);
        EXPECT_TRUE(problem.starts_with("credentials.auth_token: write ")) << problem;
    }
}

TEST(TwilioSettings, TellTheTraits) {
    std::string problem;
    const auto adapter = make(full, problem);
    EXPECT_FALSE(adapter->traits().redelivers);
    EXPECT_EQ(adapter->traits().reply_content_type, "text/xml");
    EXPECT_EQ(adapter->traits().reply_body, "<Response/>");
    EXPECT_EQ(adapter->handshake({}), std::nullopt);
}

/// Cuts and flips of good bodies: decoding must stay within bounds whatever it is given.
TEST(TwilioDecode, SurvivesCutAndMutatedBodies) {
    std::string problem;
    const auto adapter = make(full, problem);
    std::mt19937 random(11);
    const std::string status =
        "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=%2B1500555000"
        "1&RawDlrDoneDate=2601151031";
    const std::string place =
        "MessageSid=SM1&From=whatsapp%3A%2B573001112233&Body=&Latitude=4.6&Longitu"
        "de=-74.08&MediaUrl0=https%3A%2F%2Fx%2FME1&ReferralBody=x&OptOutType=STOP";
    const std::string events =
        R"([{"id":"E1","type":"t","time":"2026-01-15T10:30:00Z","data":{}},7])";
    for (const std::string& seed : {std::string(form_body), status, place, events}) {
        for (std::size_t round = 0; round < 3000; ++round) {
            std::string body = seed;
            if (round < body.size()) body.resize(round);
            for (std::size_t flips = round % 4; flips > 0 && !body.empty(); --flips) {
                body[random() % body.size()] = static_cast<char>(random());
            }
            const std::string padded = body + std::string(64, '\0');
            const std::string_view query = round % 2 == 0 ? "bodySHA256=x" : "m=1";
            const WebhookRequest request{
                "POST", "/x", "/x", query, {}, std::string_view(padded).substr(0, body.size())};
            const auto batch = adapter->decode(request, Instant{});
            if (!batch) continue;
            for (const InboundItem& item : batch->items) EXPECT_LE(item.raw.size(), body.size());
        }
    }
}

}  // namespace
}  // namespace postern::adapters::twilio
