// Viber's signature: hex of a MAC over the bytes as they came, one spelling, either live token.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

// The vector of that token, made with OpenSSL's command line.
constexpr std::string_view token = "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4";
constexpr std::string_view body =
    R"({"event":"delivered","timestamp":1767225600123,"message_token":5900000000000000001,)"
    R"("user_id":"dGVzdC11c2VyLTAwMQ=="})";
constexpr std::string_view signature =
    "2ea4bae4109c656706d8beef4c7380929d1412f0dbf49f03789436045741b4b3";

class ViberVerify : public testing::Test {
  protected:
    void SetUp() override {
        AdapterConfig config;
        config.account = "main";
        config.channel = "viber";
        config.credentials["auth_token"] = {Secret("another"), Secret(std::string(token))};
        std::string problem;
        adapter_ = make(config, problem);
        ASSERT_NE(adapter_, nullptr) << problem;
    }

    bool valid(const std::string& header, const std::string& query, std::string_view bytes) {
        OwnedRequest request;
        if (!header.empty()) request.headers = {{"x-viber-content-signature", header}};
        request.query = query;
        request.set_body(bytes);
        return adapter_->verify(request.view(), {}).kind == Verification::Kind::valid;
    }

    std::unique_ptr<HttpAdapter> adapter_;
};

TEST_F(ViberVerify, TakesTheSignatureFromTheHeaderElseFromTheQuery) {
    const std::string right(signature);
    EXPECT_TRUE(valid(right, "", body));
    EXPECT_TRUE(valid("", "sig=" + right, body));
    EXPECT_FALSE(valid("00", "sig=" + right, body));  // the header decides where there is one
    EXPECT_FALSE(valid("", "", body));
    EXPECT_FALSE(valid("", "sig=%", body));
}

TEST_F(ViberVerify, RefusesAnyFlippedBitOfSignatureOrBody) {
    for (std::size_t at = 0; at < signature.size(); ++at) {
        std::string flipped(signature);
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        EXPECT_FALSE(valid(flipped, "", body)) << flipped;
    }
    for (std::size_t at = 0; at < body.size(); ++at) {
        std::string flipped(body);
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        EXPECT_FALSE(valid(std::string(signature), "", flipped)) << flipped;
    }
}

TEST_F(ViberVerify, AnswersNothingInItsBodyBecauseViberWouldShowIt) {
    WebhookRequest request;
    request.method = "GET";
    EXPECT_FALSE(adapter_->handshake(request).has_value());
    EXPECT_EQ(adapter_->traits().reply_body, "");
}

TEST(ViberMake, AsksForTheToken) {
    AdapterConfig config;
    config.channel = "viber";
    for (const auto& tokens : {std::vector<Secret>{}, {Secret("a"), Secret("")}}) {
        config.credentials["auth_token"] = tokens;
        std::string problem;
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_TRUE(problem.starts_with("credentials.auth_token")) << problem;
    }
}

}  // namespace
}  // namespace postern::adapters
