// ValidityPeriod: what is worth nothing after an hour does not leave Twilio's queue in two.
#include <gtest/gtest.h>

#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

using namespace std::chrono_literals;

std::string form_with(std::chrono::microseconds left) {
    OutboundContent content;
    content.text = "hola";
    From from;
    from.from = "+15005550006";
    const Instant now{std::chrono::hours{500'000}};
    SendRequest request{.to = "+573001234567", .content = content, .now = now};
    request.expires = left == 0us ? Instant{} : now + left;
    return message_form(from, request);
}

TEST(TwilioValidity, IsTheTimeLeftInWholeSeconds) {
    EXPECT_NE(form_with(90'500ms).find("&ValidityPeriod=90"), std::string::npos) << form_with(90s);
    EXPECT_NE(form_with(10h).find("&ValidityPeriod=36000"), std::string::npos);
    EXPECT_NE(form_with(1ms).find("&ValidityPeriod=1"), std::string::npos);
}

TEST(TwilioValidity, IsLeftOutBeyondTwiliosOwnOrWhereNothingIsKnown) {
    for (const auto left : {std::chrono::microseconds{36'001s}, std::chrono::microseconds{720h},
                            std::chrono::microseconds{0}, std::chrono::microseconds{-1s}}) {
        EXPECT_EQ(form_with(left).find("ValidityPeriod"), std::string::npos) << left.count();
    }
}

}  // namespace
}  // namespace postern::adapters::twilio
