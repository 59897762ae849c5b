// Telegram's secret token: equal or not, nothing between.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

class TelegramVerify : public testing::Test {
  protected:
    void SetUp() override {
        config_.account = "main";
        config_.channel = "telegram";
        config_.credentials["secret_token"] = {Secret("gw_secret-2026"), Secret("gw_secret-2027")};
        std::string problem;
        adapter_ = make(config_, problem);
        ASSERT_NE(adapter_, nullptr) << problem;
    }

    bool valid_with(const std::string& token) {
        OwnedRequest request;
        request.headers = {{"x-telegram-bot-api-secret-token", token}};
        request.set_body("{}");
        return adapter_->verify(request.view(), {}).kind == Verification::Kind::valid;
    }

    AdapterConfig config_;
    std::unique_ptr<HttpAdapter> adapter_;
};

TEST_F(TelegramVerify, AcceptsEitherLiveToken) {
    EXPECT_TRUE(valid_with("gw_secret-2026"));
    EXPECT_TRUE(valid_with("gw_secret-2027"));
}

TEST_F(TelegramVerify, RefusesEverythingElse) {
    for (const char* token :
         {"", "gw_secret-2026x", "GW_SECRET-2026", "gw_secret-202", "gw_secret-2028",
          " gw_secret-2026", "gw_secret-2026,gw_secret-2027"}) {
        EXPECT_FALSE(valid_with(token)) << token;
    }
}

TEST_F(TelegramVerify, RefusesAnyFlippedBit) {
    const std::string token = "gw_secret-2026";
    for (std::size_t at = 0; at < token.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string flipped = token;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            // One flip of the last byte turns 2026 into the other live token.
            if (flipped == "gw_secret-2027") continue;
            EXPECT_FALSE(valid_with(flipped)) << flipped;
        }
    }
}

TEST_F(TelegramVerify, HasNoHandshake) {
    WebhookRequest request;
    request.method = "GET";
    EXPECT_FALSE(adapter_->handshake(request).has_value());
}

}  // namespace
}  // namespace postern::adapters
