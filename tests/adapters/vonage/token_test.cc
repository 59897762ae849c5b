// The tokens themselves: webhooks' HS256 beyond the shared vector, and the RS256 by which an
// application sends, judged by OpenSSL's public half of the key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "adapters/registry.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"
#include "adapters/vonage/token.h"
#include "tests/adapters/sending_situation.h"
#include "tests/adapters/situation.h"

namespace postern::adapters::vonage {
namespace {

constexpr Instant now{std::chrono::seconds{1'767'312'000}};

std::string base64url(std::string_view bytes) {
    std::string out = shared::to_base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

/// A webhook's token as a peer would make it.
std::string made_token(std::string_view header, std::string_view payload, const char* secret) {
    const std::string text = base64url(header) + "." + base64url(payload);
    return text + "." +
           base64url(shared::hmac(shared::Digest::sha256, Secret(secret), text).bytes());
}

bool is_good(std::string_view header, std::string_view payload) {
    std::string problem;
    AdapterConfig config;
    config.channel = "vonage";
    config.credentials["signature_secret"] = {Secret("s3cret")};
    OwnedRequest request;
    request.headers.emplace_back("authorization",
                                 "Bearer " + made_token(header, payload, "s3cret"));
    request.set_body("{}");
    return make(config, problem)->verify(request.view(), now).kind == Verification::Kind::valid;
}

constexpr std::string_view hs256 = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view payload =
    R"({"iat":1767312000,"jti":"1","iss":"Vonage","payload_hash":)"
    R"("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"})";

std::string changed(std::string_view from, std::string_view to) {
    std::string out(payload);
    out.replace(out.find(from), from.size(), to);
    return out;
}

TEST(VonageToken, IsJudgedByEachOfItsClaims) {
    EXPECT_TRUE(is_good(hs256, payload));
    EXPECT_FALSE(is_good(hs256, changed("Vonage", "vonage")));
    EXPECT_FALSE(is_good(hs256, changed("1767312000", "0")));
    EXPECT_FALSE(is_good(hs256, changed("1767312000", "9223372036854775807")));
    EXPECT_FALSE(is_good(hs256, changed("1767312000", "null")));
    EXPECT_FALSE(is_good(hs256, changed("44136f", "44136e")));
    EXPECT_FALSE(is_good(hs256, "[]"));
    EXPECT_FALSE(is_good(hs256, "{"));
}

TEST(VonageToken, OfAnyAlgorithmButHs256IsRefusedThoughItsDigestFits) {
    for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
                               R"({"alg":"hs256"})", R"({"typ":"JWT"})", "", "[]"}) {
        EXPECT_FALSE(is_good(header, payload)) << header;
    }
}

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

std::string pem_of(EVP_PKEY* key) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string pem(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

bool verifies(EVP_PKEY* key, std::string_view token) {
    const std::size_t dot = token.rfind('.');
    const auto signature = shared::from_base64url(token.substr(dot + 1));
    if (!signature) return false;
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    const bool good =
        EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestVerify(context, bytes(*signature), signature->size(), bytes(token), dot) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

std::string payload_of(std::string_view token) {
    const std::size_t first = token.find('.') + 1;
    return shared::from_base64url(token.substr(first, token.rfind('.') - first)).value_or("");
}

TEST(VonageApplicationToken, IsSignedAndSaysWhoseItIsAndForHowLong) {
    const Key key(EVP_RSA_gen(2048));
    const auto application = ApplicationKey::parse(Secret(pem_of(key.get())));
    ASSERT_NE(application, nullptr);

    const std::string token = application->token("app-1", now, "msg_1.1");

    EXPECT_TRUE(verifies(key.get(), token));
    EXPECT_THAT(
        payload_of(token),
        testing::MatchesRegex(R"(\{"application_id":"app-1","iat":1767312000,"jti":")"
                              R"([0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}",)"
                              R"("exp":1767312900\})"));
    std::string other = token;
    other[other.find('.') + 5] ^= 1;
    EXPECT_FALSE(verifies(key.get(), other));
}

TEST(VonageApplicationToken, IsTheSameForTheSameAttemptAndAnotherForAnyOther) {
    const Key key(EVP_RSA_gen(2048));
    const auto application = ApplicationKey::parse(Secret(pem_of(key.get())));
    ASSERT_NE(application, nullptr);
    const std::string token = application->token("app-1", now, "msg_1.1");

    EXPECT_EQ(application->token("app-1", now, "msg_1.1"), token);
    EXPECT_NE(payload_of(application->token("app-1", now, "msg_1.2")), payload_of(token));
    EXPECT_NE(
        payload_of(application->token("app-1", now + std::chrono::microseconds{1}, "msg_1.1")),
        payload_of(token));
}

TEST(VonageApplicationKey, IsAnRsaKeyOfItsSizeInPlainPem) {
    const Key small(EVP_RSA_gen(1024));
    const Key curve(EVP_EC_gen("P-256"));
    EXPECT_EQ(ApplicationKey::parse(Secret(pem_of(small.get()))), nullptr);
    EXPECT_EQ(ApplicationKey::parse(Secret(pem_of(curve.get()))), nullptr);
    EXPECT_EQ(ApplicationKey::parse(Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n")), nullptr);
    EXPECT_EQ(ApplicationKey::parse(Secret("")), nullptr);
}

TEST(VonageApplicationKey, ThatIsNoneIsToldWhenTheAccountIsMade) {
    AdapterConfig config = sending_config("vonage");
    config.settings["api"] = "messages";
    config.settings["application_id"] = "app-1";
    config.credentials["private_key"] = {Secret("not a key")};
    std::string problem;
    EXPECT_EQ(make_sending_adapter(config, problem), nullptr);
    EXPECT_THAT(problem, testing::StartsWith("credentials.private_key"));
}

TEST(VonageApplicationToken, IsStruckOutOfAComplaintThatRepeatsIt) {
    const Key key(EVP_RSA_gen(2048));
    const std::string pem = pem_of(key.get());
    AdapterConfig config = sending_config("vonage");
    config.settings["api"] = "messages";
    config.settings["application_id"] = "app-1";
    config.credentials["private_key"] = {Secret(pem)};
    std::string problem;
    const auto adapter = make_sending_adapter(config, problem);
    ASSERT_NE(adapter, nullptr) << problem;
    // What outcome_of_answer asks with, and when.
    const std::string token =
        ApplicationKey::parse(Secret(pem))->token("app-1", sending_now(), "att_1");

    const SendOutcome out = outcome_of_answer(
        *adapter, {401, R"({"title":"no","detail":"bad )" + token.substr(0, 400) + R"("})"});
    const SendOutcome whole =
        outcome_of_answer(*adapter, {401, R"({"title":"no","detail":"bad )" + token + R"("})"});

    EXPECT_EQ(out.result, SendResult::credential);
    EXPECT_EQ(whole.detail, "bad ***");
}

}  // namespace
}  // namespace postern::adapters::vonage
