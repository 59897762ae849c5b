// Vonage's Messages API as it takes messages: whose token it believes, what it refuses, what it
// says afterwards. The gateway's own tokens and its reading of the webhooks' are the counterpart.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "adapters/vonage/token.h"
#include "gateway/sim/signatures.h"
#include "gateway/sim/vonage_token.h"
#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

namespace vonage = adapters::vonage;

/// A key pair: the private half as PEM, the public one as a file.
class KeyPair {
  public:
    KeyPair() {
        EVP_PKEY* const key = EVP_RSA_gen(2048);
        BIO* const secret = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
        private_pem = text_of(secret);
        BIO* const known = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(known, key);
        std::string name = (std::filesystem::temp_directory_path() / "vonage-XXXXXX").string();
        ::close(::mkstemp(name.data()));
        file = name;
        std::ofstream(file) << text_of(known);
        EVP_PKEY_free(key);
    }
    ~KeyPair() { std::filesystem::remove(file); }
    KeyPair(const KeyPair&) = delete;
    KeyPair& operator=(const KeyPair&) = delete;

    std::string token(const std::string& application, std::chrono::seconds ago = {}) const {
        const auto key = vonage::ApplicationKey::parse(adapters::Secret(private_pem));
        const auto now = std::chrono::time_point_cast<adapters::Instant::duration>(
                             std::chrono::system_clock::now()) -
                         ago;
        return key->token(application, now, "att_1");
    }

    std::string private_pem;
    std::filesystem::path file;

  private:
    static std::string text_of(BIO* bio) {
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(bio, &bytes);
        std::string text(bytes, static_cast<std::size_t>(size));
        BIO_free(bio);
        return text;
    }
};

const std::string application = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab";

class VonageMessages : public SimRig {
  protected:
    net::ClientResponse send(const std::string& rest, const std::string& authorization) {
        return json("/vonage/v1/messages",
                    R"({"channel":"sms","to":"573001112233","from":"ACME",)" + rest + "}",
                    {{"Authorization", authorization}});
    }
    net::ClientResponse text(const std::string& authorization) {
        return send(R"("message_type":"text","text":"hi","client_ref":"att_1")", authorization);
    }
};

TEST(VonageToken, IsBelievedOnlyWholeOfThatKeyAndInTime) {
    const KeyPair ours, others;
    const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    VonageClaims claims;
    const std::string good = ours.token(application);
    ASSERT_TRUE(read_vonage_token(good, ours.file, claims));
    EXPECT_EQ(claims.application, application);
    EXPECT_TRUE(is_good(claims, now));
    EXPECT_FALSE(is_good(claims, now + 16 * 60)) << "over";
    EXPECT_FALSE(is_good(claims, now - 3'600)) << "from the future";
    EXPECT_FALSE(read_vonage_token(others.token(application), ours.file, claims));
    EXPECT_FALSE(read_vonage_token(good.substr(0, good.rfind('.') + 1), ours.file, claims));
    EXPECT_FALSE(read_vonage_token(good.substr(good.find('.')), {}, claims));
    EXPECT_FALSE(
        read_vonage_token(make_vonage_token(R"({"application_id":"x"})", "secret"), {}, claims))
        << "HS256";
    EXPECT_FALSE(read_vonage_token("", {}, claims));
}

TEST_F(VonageMessages, AreTakenFromWhoeverProvesTheApplicationOrTheSecret) {
    const KeyPair ours, others;
    const std::string bearer = "Bearer " + ours.token(application);
    EXPECT_EQ(text(bearer).status, 202) << "nobody named that application yet";
    ASSERT_EQ(
        json("/_sim/inbound", R"({"channel":"vonage","account":"vonage-main","text":"x",)"
                              R"("application_id":")" +
                                  application + R"(","public_key":")" + ours.file.string() + "\"}")
            .status,
        200);
    const auto taken = text(bearer);
    EXPECT_EQ(taken.status, 202);
    EXPECT_EQ(taken.body.size(), std::string_view(R"({"message_uuid":""})").size() + 36);
    EXPECT_EQ(text("Bearer " + others.token(application)).status, 401);
    EXPECT_EQ(text("Bearer " + ours.token(application, std::chrono::minutes(16))).status, 401);
    EXPECT_EQ(text("Bearer x.y.z").status, 401);
    EXPECT_EQ(text("Basic YWJjZDEyMzQ6dm9uYWdlLXNlY3JldA==").status, 202);  // vonage-secret
    EXPECT_EQ(text("Basic YWJjZDEyMzQ6b3RoZXI=").status, 401);
    EXPECT_EQ(ledger_count(), 3u);
}

TEST_F(VonageMessages, AreRefusedForWhatVonageRefuses) {
    const std::string basic = "Basic YWJjZDEyMzQ6dm9uYWdlLXNlY3JldA==";
    const std::string wrong[] = {
        R"("message_type":"text")",
        R"("message_type":"text","text":"")",
        R"("message_type":"text","text":")" + std::string(1'001, 'x') + "\"",
        R"("message_type":"template","template":{"name":"x"})",
        R"("message_type":"text","text":"hi","client_ref":7)",
        R"("message_type":"text","text":"hi","client_ref":")" + std::string(101, 'x') + "\"",
        R"("message_type":"text","text":"hi","webhook_url":"nowhere")",
        R"("message_type":"text","text":"hi","webhook_version":"v2")",
        R"("message_type":"text","text":"hi","ttl":0)",
    };
    for (const std::string& rest : wrong) {
        const auto answer = send(rest, basic);
        EXPECT_EQ(answer.status, 422) << rest << answer.body;
        EXPECT_NE(answer.body.find("invalid_parameters"), std::string::npos);
    }
    const auto body = [&](const std::string& whole) {
        return json("/vonage/v1/messages", whole, {{"Authorization", basic}}).status;
    };
    const std::string rest = R"("message_type":"text","text":"hi"})";
    EXPECT_EQ(body(R"({"channel":"pigeon","to":"573001112233","from":"A",)" + rest), 422);
    EXPECT_EQ(body(R"({"channel":"sms","to":"+573001112233","from":"A",)" + rest), 422);
    EXPECT_EQ(body(R"({"channel":"sms","to":"573001112233","from":"TwelveLetter",)" + rest), 422);
    EXPECT_EQ(body(R"({"channel":"whatsapp","to":"573001112233","from":"ACME",)" + rest), 422);
    EXPECT_EQ(body("{"), 422);
    EXPECT_EQ(ledger_count(), 0u);
    set_faults(R"({"next":[{"fault":"rate_limited"},{"fault":"unavailable"}]})");
    EXPECT_EQ(text(basic).status, 429);
    EXPECT_EQ(text(basic).status, 503);
}

TEST_F(VonageMessages, TellOfStatusesUnderASignedToken) {
    set_faults(R"({"receipt_sent":0,"next":[{"fault":"unreachable","channel":"vonage"}]})");
    EXPECT_EQ(text("Basic YWJjZDEyMzQ6dm9uYWdlLXNlY3JldA==").status, 202);
    const auto told = taker.wait_for(1);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].body.find(R"("status":"rejected")"), std::string::npos) << told[0].body;
    EXPECT_NE(told[0].body.find(R"("client_ref":"att_1")"), std::string::npos);
    EXPECT_NE(told[0].body.find(R"("title":1300)"), std::string::npos);
    const std::string bearer = told[0].headers.at("Authorization").substr(7);
    const adapters::Secret secrets[] = {adapters::Secret("demo-signature-secret")};
    EXPECT_TRUE(vonage::is_signed_token(bearer, secrets));
    const vonage::Claims claims = vonage::claims_of(bearer);
    EXPECT_EQ(claims.issuer, "Vonage");
    EXPECT_EQ(claims.api_key, "abcd1234");
    EXPECT_EQ(claims.payload_hash, sha256_hex(told[0].body));
}

TEST_F(VonageMessages, ComeInAsEventsOfTheApplication) {
    ASSERT_EQ(json("/_sim/inbound", R"({"channel":"vonage","account":"vonage-main","text":"¡Olé!",)"
                                    R"("from":"573001112233","application_id":")" +
                                        application + "\"}")
                  .status,
              200);
    const auto told = taker.wait_for(1);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].body.find(R"("message_type":"text","text":"¡Olé!")"), std::string::npos);
    const vonage::Claims claims = vonage::claims_of(told[0].headers.at("Authorization").substr(7));
    EXPECT_EQ(claims.application, application);
    EXPECT_EQ(claims.payload_hash, sha256_hex(told[0].body));
}

}  // namespace
}  // namespace postern::sim
