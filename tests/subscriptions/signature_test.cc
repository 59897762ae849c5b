// The example of the Standard Webhooks specification's own libraries.
#include "gateway/subscriptions/signature.h"

#include <gtest/gtest.h>

namespace postern::subscriptions {
namespace {

TEST(Signature, IsThatOfTheSpecification) {
    // whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    const unsigned char secret[] = {0x31, 0xF2, 0x90, 0xF6, 0xBF, 0x06, 0x29, 0x8A,
                                    0xAB, 0x4F, 0x08, 0xD4, 0x3C, 0x3F, 0x08, 0x2C,
                                    0xF6, 0x48, 0xA3, 0x62, 0xDA, 0x2D, 0xA4, 0xB0};
    const std::string key(reinterpret_cast<const char*>(secret), sizeof secret);
    EXPECT_EQ(sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace postern::subscriptions
