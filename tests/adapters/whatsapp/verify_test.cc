// Signatures of WhatsApp: the vector, and everything near it.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "adapters/shared/hmac.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

constexpr std::string_view header_name = "X-Hub-Signature-256";

class WhatsAppVerify : public testing::Test {
  protected:
    WhatsAppVerify() {
        std::string problem;
        adapter_ = make(situation_.config, problem);
        signature_ = situation_.request.headers.front().second;
    }

    bool valid_with(std::string header) {
        situation_.request.headers = {{std::string(header_name), std::move(header)}};
        return adapter_->verify(situation_.request.view(), situation_.now).kind ==
               Verification::Kind::valid;
    }

    Situation situation_ = read_situation(std::filesystem::path(POSTERN_SOURCE_DIR) /
                                          "tests/adapters/whatsapp/signature_good.json");
    std::unique_ptr<HttpAdapter> adapter_;
    std::string signature_;
};

TEST_F(WhatsAppVerify, AcceptsTheVector) {
    EXPECT_EQ(situation_.request.view().body.size(), 418U);
    EXPECT_TRUE(valid_with(signature_));
}

TEST_F(WhatsAppVerify, RefusesAnyFlippedBitOfTheSignature) {
    for (std::size_t at = 0; at < signature_.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string flipped = signature_;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            EXPECT_FALSE(valid_with(flipped)) << "byte " << at << " bit " << bit;
        }
    }
}

TEST_F(WhatsAppVerify, RefusesAnyFlippedBitOfTheBody) {
    const std::string body(situation_.request.view().body);
    for (std::size_t at = 0; at < body.size(); ++at) {
        std::string flipped = body;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
        situation_.request.set_body(flipped);
        EXPECT_FALSE(valid_with(signature_)) << "byte " << at;
    }
}

TEST_F(WhatsAppVerify, RefusesOtherLengthsAndSpellings) {
    const std::string digits = signature_.substr(7);
    std::string upper = digits;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const std::string refused[] = {"",
                                   "sha256=",
                                   digits,
                                   "sha1=" + digits,
                                   "SHA256=" + digits,
                                   "sha256=" + upper,
                                   "sha256= " + digits,
                                   "sha256=" + digits.substr(1),
                                   "sha256=" + digits.substr(0, 63),
                                   "sha256=" + digits + "0",
                                   signature_ + "," + signature_,
                                   std::string(10'000, 'a')};
    for (const std::string& header : refused) EXPECT_FALSE(valid_with(header)) << header;
    for (std::size_t bytes = 0; bytes < signature_.size(); ++bytes) {
        EXPECT_FALSE(valid_with(signature_.substr(0, bytes)));
    }
}

TEST_F(WhatsAppVerify, SignsBytesNotMeaning) {
    // The same document with its escapes decoded: the vector's negative.
    situation_ = read_situation(std::filesystem::path(POSTERN_SOURCE_DIR) /
                                "tests/adapters/whatsapp/signature_bad.json");
    EXPECT_EQ(situation_.request.view().body.size(), 406U);
    EXPECT_FALSE(valid_with(signature_));
    EXPECT_TRUE(
        valid_with("sha256=6a9d95c96c90269f489bf334855988cf7b8824852134455f64c4b13763bf90bc"));
}

TEST_F(WhatsAppVerify, EitherOfTwoSecretsCountsAndNoThird) {
    situation_.config.credentials["app_secret"] = {Secret("other"), Secret("gw-app-secret-01")};
    std::string problem;
    adapter_ = make(situation_.config, problem);
    const std::string_view body = situation_.request.view().body;
    const auto signed_with = [&](const char* secret) {
        return "sha256=" + shared::hmac(shared::Digest::sha256, Secret(secret), body).hex();
    };
    EXPECT_TRUE(valid_with(signature_));
    EXPECT_TRUE(valid_with(signed_with("other")));
    EXPECT_FALSE(valid_with(signed_with("third")));
}

}  // namespace
}  // namespace postern::adapters
