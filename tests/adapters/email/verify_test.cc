// Who may deliver mail: each scheme with signatures that OpenSSL makes here, and with the published
// vectors where there are some.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "adapters/email/email.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"
#include "tests/adapters/situation.h"

namespace postern::adapters::email {
namespace {

using Kind = Verification::Kind;
using testing::HasSubstr;

constexpr Instant now{std::chrono::seconds(1'768'473'000)};  // 2026-01-15T10:30:00Z

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

std::string signed_by(EVP_PKEY* key, const EVP_MD* digest, std::string_view text) {
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    std::size_t size = 0;
    const auto* const from = reinterpret_cast<const unsigned char*>(text.data());
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), nullptr, &size, from, text.size()), 1);
    std::string out(size, '\0');
    EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                             from, text.size()),
              1);
    return shared::to_base64(out.substr(0, size));
}

std::unique_ptr<HttpAdapter> account(const std::string& inbound, std::vector<std::string> secrets,
                                     const std::string& base_url = {}) {
    AdapterConfig config;
    config.account = "main";
    config.channel = "email";
    config.settings["inbound"] = inbound;
    if (!base_url.empty()) config.settings["base_url"] = base_url;
    for (std::string& secret : secrets)
        config.credentials["inbound_secret"].emplace_back(std::move(secret));
    std::string problem;
    auto made = make(config, problem);
    EXPECT_NE(made, nullptr) << problem;
    return made;
}

Verification asked(const HttpAdapter& adapter, std::string_view body,
                   std::vector<std::pair<std::string, std::string>> headers, Instant at = now) {
    OwnedRequest request;
    request.headers = std::move(headers);
    request.set_body(body);
    return adapter.verify(request.view(), at);
}

std::string basic(const std::string& pair) {
    return "Basic " + shared::to_base64(pair);
}

TEST(EmailVerify, ABearerTokenOpensTheRawWebhook) {  // CG-37
    const auto raw = account("raw", {"new-secret", "old-secret"});
    EXPECT_EQ(asked(*raw, "x", {{"Authorization", "Bearer new-secret"}}).kind, Kind::valid);
    EXPECT_EQ(asked(*raw, "x", {{"Authorization", "bearer old-secret"}}).kind, Kind::valid);
    EXPECT_EQ(asked(*raw, "x", {{"Authorization", "Bearer other"}}).kind, Kind::invalid);
    EXPECT_EQ(asked(*raw, "x", {{"Authorization", "new-secret"}}).kind, Kind::invalid);
    EXPECT_EQ(asked(*raw, "x", {}).kind, Kind::invalid);
}

TEST(EmailVerify, PostmarksPasswordStandsInTheUrl) {
    const auto postmark = account("postmark", {"s3cret:with:colons"});
    EXPECT_EQ(asked(*postmark, "{}", {{"Authorization", basic("user:s3cret:with:colons")}}).kind,
              Kind::valid);
    EXPECT_EQ(asked(*postmark, "{}", {{"Authorization", basic("s3cret:with:colons")}}).kind,
              Kind::valid);
    EXPECT_EQ(asked(*postmark, "{}", {{"Authorization", basic("user:other")}}).kind, Kind::invalid);
    EXPECT_EQ(asked(*postmark, "{}", {{"Authorization", "Basic %%%"}}).kind, Kind::invalid);
}

TEST(EmailVerify, OnlyPostIsTaken) {
    const auto raw = account("raw", {"secret"});
    OwnedRequest request;
    request.method = "GET";
    request.headers = {{"Authorization", "Bearer secret"}};
    EXPECT_EQ(raw->verify(request.view(), now).kind, Kind::invalid);
}

TEST(EmailVerify, AnAccountThatOnlySendsRefusesEverything) {
    AdapterConfig config;
    config.channel = "email";
    std::string problem;
    const auto sending = make(config, problem);
    ASSERT_NE(sending, nullptr) << problem;
    EXPECT_EQ(asked(*sending, "x", {{"Authorization", "Bearer x"}}).kind, Kind::invalid);
}

TEST(EmailVerify, SettingsThatMakeNoSenseAreNamed) {
    AdapterConfig config;
    config.channel = "email";
    config.settings["inbound"] = "pigeon";
    std::string problem;
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_THAT(problem, HasSubstr("inbound"));
    config.settings["inbound"] = "mailgun";
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_THAT(problem, HasSubstr("inbound_secret"));
    config.credentials["inbound_secret"].emplace_back("secret");
    config.credentials["api_key"].emplace_back("key");
    EXPECT_NE(make(config, problem), nullptr);
    config.settings["inbound"] = "raw";
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_THAT(problem, HasSubstr("api_key"));
}

constexpr std::string_view sendgrid_key =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAhfmF/C2RDkoJ4+WmZ5pojpPLBUr321s32bluAKC1O0ZSn3ry5dxLS3aPK"
    "haqHZaVvRfx1hZllLyiXxlMG5XlA==";

TEST(EmailVerify, ThePublishedSignatureOfSendGridHolds) {
    const auto sendgrid = account("sendgrid", {std::string(sendgrid_key)});
    const std::string body =
        R"([{"email":"ana@example.com","timestamp":1768472990,"event":"bounce","type":"bounce",)"
        R"("status":"5.1.1","reason":"550 5.1.1 unknown user","sg_event_id":"evt-0001",)"
        R"("sg_message_id":"msg-0001.filter","gw_id":"m-42"}])"
        "\r\n";
    const std::string signature =
        "MEYCIQCvxIZYvrzDieXZ3y+"
        "N81egvQc5LtAnvtEtGcZTkJTnrgIhAIWZNXjO22c24Q7kvpHDmJ7BLj5B1TxAqWuao9tYKW"
        "jl";
    const std::vector<std::pair<std::string, std::string>> headers = {
        {"X-Twilio-Email-Event-Webhook-Signature", signature},
        {"X-Twilio-Email-Event-Webhook-Timestamp", "1768473000"}};
    EXPECT_EQ(asked(*sendgrid, body, headers).kind, Kind::valid);
    EXPECT_EQ(asked(*sendgrid, body.substr(0, body.size() - 2), headers).kind, Kind::invalid);
    EXPECT_EQ(asked(*sendgrid, body, headers, now + std::chrono::hours(26)).kind, Kind::invalid);
    EXPECT_EQ(asked(*sendgrid, body, headers, now - std::chrono::hours(1)).kind, Kind::invalid);
}

TEST(EmailVerify, SendGridsSignatureIsOfItsKeyAndItsTimestamp) {
    const Key key(EVP_EC_gen("P-256"));
    const Key other(EVP_EC_gen("P-256"));
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    const std::string spki =
        shared::to_base64({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    const auto sendgrid = account("sendgrid", {spki, "password"});
    const auto with = [&](const std::string& signature, const std::string& time) {
        return asked(*sendgrid, "body",
                     {{"X-Twilio-Email-Event-Webhook-Signature", signature},
                      {"X-Twilio-Email-Event-Webhook-Timestamp", time}})
            .kind;
    };
    const std::string good = signed_by(key.get(), EVP_sha256(), "1768473000body");
    EXPECT_EQ(with(good, "1768473000"), Kind::valid);
    EXPECT_EQ(with(good, "1768473001"), Kind::invalid);
    EXPECT_EQ(with(signed_by(other.get(), EVP_sha256(), "1768473000body"), "1768473000"),
              Kind::invalid);
    EXPECT_EQ(with("no base64", "1768473000"), Kind::invalid);
    EXPECT_EQ(with(good, ""), Kind::invalid);
    // Inbound Parse without a security policy: the password in the URL.
    EXPECT_EQ(asked(*sendgrid, "body", {{"Authorization", basic("u:password")}}).kind, Kind::valid);
    EXPECT_EQ(asked(*sendgrid, "body", {{"Authorization", basic("u:" + spki)}}).kind,
              Kind::invalid);
}

std::string mailgun_form(const std::string& time, const std::string& token,
                         const std::string& signature) {
    return "timestamp=" + time + "&token=" + token + "&signature=" + signature +
           "&from=a%40b.example";
}

TEST(EmailVerify, MailgunSignsTimestampAndTokenOnce) {
    const auto mailgun = account("mailgun", {"key-mailgun-signing-0001"});
    const std::string token = "0123456789abcdef0123456789abcdef0123456789abcdef01";
    const std::string vector = "2df0e3c8d6464e6144ad374ae3fb35bf187ab24655a52c1895b40e62dbec6927";
    const std::vector<std::pair<std::string, std::string>> form = {
        {"Content-Type", "application/x-www-form-urlencoded"}};
    const auto valid = asked(*mailgun, mailgun_form("1768473000", token, vector), form);
    EXPECT_EQ(valid.kind, Kind::valid);
    EXPECT_EQ(valid.once, token);
    EXPECT_EQ(asked(*mailgun, mailgun_form("1768473001", token, vector), form).kind, Kind::invalid);
    const std::string later = mailgun_form("1768473000", token, vector);
    EXPECT_EQ(asked(*mailgun, later, form, now + std::chrono::hours(8)).kind, Kind::valid);
    EXPECT_EQ(asked(*mailgun, later, form, now + std::chrono::hours(9)).kind, Kind::invalid);
    EXPECT_EQ(asked(*mailgun, later, form, now - std::chrono::minutes(20)).kind, Kind::invalid);

    const std::string made =
        shared::hmac(shared::Digest::sha256, Secret("key-mailgun-signing-0001"), "1768473000tok")
            .hex();
    const std::string json =
        R"({"signature":{"timestamp":"1768473000","token":"tok","signature":")" + made +
        R"("},"event-data":{"event":"delivered"}})";
    EXPECT_EQ(asked(*mailgun, json, {{"Content-Type", "application/json"}}).kind, Kind::valid);
    EXPECT_EQ(asked(*mailgun, "{}", {{"Content-Type", "application/json"}}).kind, Kind::invalid);
}

/// What a redelivery of it repeats.
std::vector<std::string> dedupe_ids(const HttpAdapter& adapter, std::string_view body,
                                    const std::string& type) {
    OwnedRequest request;
    request.headers = {{"Content-Type", type}};
    request.set_body(body);
    const auto batch = adapter.decode(request.view(), now);
    std::vector<std::string> out;
    if (!batch) return out;
    for (const InboundItem& item : batch->items) {
        if (const auto* mail = std::get_if<InboundMessage>(&item.what))
            out.push_back(mail->dedupe_id.empty() ? mail->external_id : mail->dedupe_id);
        if (const auto* signal = std::get_if<InboundSignal>(&item.what))
            out.push_back(signal->dedupe_id);
    }
    return out;
}

/// Tokens that were used are remembered in memory alone: what makes a replay harmless after a
/// restart is that an event keeps its name however it is signed.
TEST(EmailVerify, AMailgunEventOrMailThatIsSignedAnewIsTheSame) {
    const auto mailgun = account("mailgun", {"key-mailgun-signing-0001"});
    const auto event = [&](const std::string& token) {
        return dedupe_ids(*mailgun,
                          R"({"signature":{"timestamp":"1768473000","token":")" + token +
                              R"(","signature":"00"},"event-data":{"event":"complained","id":"e1",)"
                              R"("timestamp":1768472000.1,"recipient":"ana@example.com"}})",
                          "application/json");
    };
    EXPECT_EQ(event("first"), (std::vector<std::string>{"e1:complaint:ana@example.com"}));
    EXPECT_EQ(event("second"), event("first"));
    const auto mail = [&](const std::string& token) {
        return dedupe_ids(
            *mailgun,
            mailgun_form("1768473000", token, "00") +
                "&body-plain=hola&sender=a%40b.example&Message-Id=%3Cm1%40b.example%3E",
            "application/x-www-form-urlencoded");
    };
    ASSERT_EQ(mail("first").size(), 1U);
    EXPECT_NE(mail("first").front(), "");
    EXPECT_EQ(mail("second"), mail("first"));
}

constexpr std::string_view topic = "arn:aws:sns:us-east-1:123456789012:ses-events";

struct Envelope {
    std::string type = "Notification";
    std::string topic_arn{topic};
    std::string certificate =
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem";
    std::string time = "2026-01-15T10:30:00.000Z";
    std::string version = "1";
    std::string signature = "AA==";
    std::string message = "hi";

    [[nodiscard]] std::string json() const {
        return R"({"Type":")" + type + R"(","MessageId":"m1","TopicArn":")" + topic_arn +
               R"(","Message":")" + message + R"(","Timestamp":")" + time +
               R"(","SignatureVersion":")" + version + R"(","Signature":")" + signature +
               R"(","SigningCertURL":")" + certificate + "\"}";
    }
    [[nodiscard]] std::string canonical() const {
        return "Message\n" + message + "\nMessageId\nm1\nTimestamp\n" + time + "\nTopicArn\n" +
               topic_arn + "\nType\n" + type + "\n";
    }
};

TEST(EmailVerify, SnsIsAskedForACertificateOfAmazonAlone) {  // CG-37
    const auto ses = account("ses", {std::string(topic)});
    Envelope envelope;
    const Verification asks = asked(*ses, envelope.json(), {});
    EXPECT_EQ(asks.kind, Kind::need_fetch);
    EXPECT_EQ(asks.fetch_url, envelope.certificate);
    for (const char* elsewhere :
         {"http://sns.us-east-1.amazonaws.com/a.pem",
          "https://sns.us-east-1.amazonaws.com.evil/a.pem",
          "https://evil.example/sns.us-east-1.amazonaws.com/a.pem",
          "https://user@sns.us-east-1.amazonaws.com/a.pem",
          "https://sns.us-east-1.amazonaws.com:8443/a.pem",
          "https://sns.us-east-1.amazonaws.com/a.txt",
          "https://sns.us-east-1.amazonaws.com/a?b.pem", "https://sns.x.amazonaws.com/a.pem",
          "https://sns..amazonaws.com/a.pem", "https://s3.us-east-1.amazonaws.com/a.pem",
          "https://sns.s3-us-west-2.amazonaws.com/a.pem",
          "https://sns.s3-accelerate.amazonaws.com/a.pem", "https://sns.S3-x.amazonaws.com/a.pem",
          ""}) {
        envelope.certificate = elsewhere;
        EXPECT_EQ(asked(*ses, envelope.json(), {}).kind, Kind::invalid) << elsewhere;
    }
    envelope = {};
    envelope.topic_arn = "arn:aws:sns:us-east-1:666666666666:theirs";
    EXPECT_EQ(asked(*ses, envelope.json(), {}).kind, Kind::invalid);
    envelope = {};
    envelope.time = "2026-01-15T09:00:00.000Z";
    EXPECT_EQ(asked(*ses, envelope.json(), {}).kind, Kind::invalid);
    envelope = {};
    EXPECT_EQ(asked(*ses, envelope.json(), {{"x-amz-sns-rawdelivery", "true"}}).kind,
              Kind::invalid);
    EXPECT_EQ(asked(*ses, "{}", {}).kind, Kind::invalid);
    const auto laboratory = account("ses", {std::string(topic)}, "http://127.0.0.1:9/email");
    EXPECT_EQ(asked(*laboratory, envelope.json(), {}).fetch_url,
              "http://127.0.0.1:9/email/SimpleNotificationService-0123.pem");
    // A password in the endpoint's URL in place of the list of topics.
    const auto password = account("ses", {"pw"});
    EXPECT_EQ(asked(*password, envelope.json(), {{"Authorization", basic("u:pw")}}).kind,
              Kind::need_fetch);
    EXPECT_EQ(asked(*password, envelope.json(), {}).kind, Kind::invalid);
    // Raw delivery has no signature: the password alone vouches for it.
    const auto raw = [](const char* secret) {
        return std::vector<std::pair<std::string, std::string>>{{"x-amz-sns-rawdelivery", "true"},
                                                                {"Authorization", basic(secret)}};
    };
    EXPECT_EQ(asked(*password, "{}", raw("u:pw")).kind, Kind::valid);
    EXPECT_EQ(asked(*password, "{}", raw("u:other")).kind, Kind::invalid);
    EXPECT_EQ(asked(*ses, "{}", raw(("u:" + std::string(topic)).c_str())).kind, Kind::invalid);
}

/// A certificate of its own key, valid for ten years around `now`.
std::string self_signed(EVP_PKEY* key, long from = -3600,
                        const std::string& name = "sns.amazonaws.com") {
    const std::unique_ptr<X509, Freed<X509_free>> certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    const std::time_t base = 1'768'473'000;
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), base + from);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), base + from + 315'360'000);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
    EXPECT_GT(X509_sign(certificate.get(), key, EVP_sha256()), 0);
    const std::unique_ptr<BIO, Freed<BIO_free>> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

TEST(EmailVerify, SnsSignsWithItsCertificate) {
    const auto ses = account("ses", {std::string(topic)});
    const Key key(EVP_RSA_gen(2048));
    const Key other(EVP_RSA_gen(2048));
    const std::string pem = self_signed(key.get());
    const auto with = [&](const Envelope& envelope, const std::string& document) {
        OwnedRequest request;
        request.set_body(envelope.json());
        return ses->verify_with(request.view(), document, now).kind;
    };
    Envelope envelope;
    envelope.signature = signed_by(key.get(), EVP_sha1(), envelope.canonical());
    EXPECT_EQ(with(envelope, pem), Kind::valid);
    EXPECT_EQ(with(envelope, self_signed(other.get())), Kind::invalid);
    EXPECT_EQ(with(envelope, self_signed(key.get(), 86'400)), Kind::invalid);
    EXPECT_EQ(with(envelope, "no certificate"), Kind::invalid);
    Envelope changed = envelope;
    changed.message = "ho";
    EXPECT_EQ(with(changed, pem), Kind::invalid);
    changed = envelope;
    changed.version = "2";
    EXPECT_EQ(with(changed, pem), Kind::invalid);
    changed.signature = signed_by(key.get(), EVP_sha256(), changed.canonical());
    EXPECT_EQ(with(changed, pem), Kind::valid);
    changed.version = "3";
    EXPECT_EQ(with(changed, pem), Kind::invalid);
}

TEST(EmailVerify, WhatSignsIsIssuedToSnsOfTheUrlsOwnRegion) {  // CG-37
    const Key key(EVP_RSA_gen(2048));
    const auto with = [&](const std::string& name, const std::string& host,
                          const std::string& base_url = {}) {
        const auto ses = account("ses", {std::string(topic)}, base_url);
        Envelope envelope;
        envelope.certificate = "https://" + host + "/SimpleNotificationService-0123.pem";
        envelope.signature = signed_by(key.get(), EVP_sha1(), envelope.canonical());
        OwnedRequest request;
        request.set_body(envelope.json());
        return ses->verify_with(request.view(), self_signed(key.get(), -3600, name), now);
    };
    const std::string old = "sns.eu-west-1.amazonaws.com";
    EXPECT_EQ(with("sns.amazonaws.com", old).kind, Kind::valid);
    EXPECT_EQ(with(old, old).kind, Kind::valid);
    EXPECT_EQ(with("sns-signing.af-south-1.amazonaws.com", "sns.af-south-1.amazonaws.com").kind,
              Kind::valid);
    EXPECT_EQ(with("sns-cn-north-1.amazonaws.com.cn", "sns.cn-north-1.amazonaws.com.cn").kind,
              Kind::valid);
    for (const char* const other :
         {"www.example.com", "sns-signing.eu-south-1.amazonaws.com", "*.amazonaws.com",
          "sns.amazonaws.com.cn", "s3.amazonaws.com", "amazonaws.com", ""}) {
        const Verification verified = with(other, old);
        EXPECT_EQ(verified.kind, Kind::invalid) << other;
        EXPECT_THAT(verified.reason, HasSubstr("not issued to SNS"));
    }
    // A laboratory of one's own, which the operator has written down.
    EXPECT_EQ(with("laboratory", old, "http://127.0.0.1:9/email").kind, Kind::valid);
}

TEST(EmailVerify, OtherSchemesFetchNothing) {
    const auto raw = account("raw", {"secret"});
    OwnedRequest request;
    EXPECT_EQ(raw->verify_with(request.view(), "x", now).kind, Kind::invalid);
}

TEST(EmailVerify, MailMayBeLargeAndNothingElse) {
    EXPECT_EQ(account("raw", {"s"})->traits().body_bytes_max, std::size_t{50} << 20);
}

}  // namespace
}  // namespace postern::adapters::email
