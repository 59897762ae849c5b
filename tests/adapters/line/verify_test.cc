// LINE's signature: base64 of a MAC over the bytes as they came, one spelling, either live secret.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

// The vector of a secret `line-channel-secret-01`, made with OpenSSL's command line.
constexpr std::string_view body =
    R"({"destination":"U00000000000000000000000000000001","events":[]})";
constexpr std::string_view signature = "gb7kyPO5HQGuxobI7F5WqGpdl1TqHzs10Z3a9dP5tlg=";

class LineVerify : public testing::Test {
  protected:
    void SetUp() override {
        AdapterConfig config;
        config.account = "main";
        config.channel = "line";
        config.credentials["channel_secret"] = {Secret("another"),
                                                Secret("line-channel-secret-01")};
        std::string problem;
        adapter_ = make(config, problem);
        ASSERT_NE(adapter_, nullptr) << problem;
    }

    bool valid(std::string_view said, std::string_view bytes,
               const std::string& header = "x-line-signature") {
        OwnedRequest request;
        request.headers = {{header, std::string(said)}};
        request.set_body(bytes);
        return adapter_->verify(request.view(), {}).kind == Verification::Kind::valid;
    }

    std::unique_ptr<HttpAdapter> adapter_;
};

TEST_F(LineVerify, AcceptsTheSecondSecretAndAnyCaseOfTheHeadersName) {
    EXPECT_TRUE(valid(signature, body));
    EXPECT_TRUE(valid(signature, body, "X-Line-Signature"));
    EXPECT_TRUE(valid(signature, body, "X-LINE-SIGNATURE"));
}

TEST_F(LineVerify, RefusesAnyOtherSpelling) {
    const std::string right(signature);
    EXPECT_FALSE(valid("", body));
    EXPECT_FALSE(valid(right.substr(0, right.size() - 1), body));
    EXPECT_FALSE(valid(right + "=", body));
    EXPECT_FALSE(valid(" " + right, body));
    EXPECT_FALSE(valid("sha256=" + right, body));
}

TEST_F(LineVerify, RefusesAnyFlippedBitOfSignatureOrBody) {
    for (std::size_t at = 0; at < signature.size(); ++at) {
        std::string flipped(signature);
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        EXPECT_FALSE(valid(flipped, body)) << flipped;
    }
    for (std::size_t at = 0; at < body.size(); ++at) {
        std::string flipped(body);
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        EXPECT_FALSE(valid(signature, flipped)) << flipped;
    }
}

TEST_F(LineVerify, HasNoHandshakeAndAnswersNothingInItsBody) {
    WebhookRequest request;
    request.method = "GET";
    EXPECT_FALSE(adapter_->handshake(request).has_value());
    EXPECT_EQ(adapter_->traits().reply_body, "");
    EXPECT_FALSE(adapter_->traits().redelivers);
}

TEST(LineMake, AsksForTheChannelSecret) {
    AdapterConfig config;
    config.channel = "line";
    for (const auto& secrets : {std::vector<Secret>{}, {Secret("a"), Secret("")}}) {
        config.credentials["channel_secret"] = secrets;
        std::string problem;
        EXPECT_EQ(make(config, problem), nullptr);
        EXPECT_TRUE(problem.starts_with("credentials.channel_secret")) << problem;
    }
}

}  // namespace
}  // namespace postern::adapters
