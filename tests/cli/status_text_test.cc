// The sending half of `postern status`: who waits, why, and whether every message is accounted for.
#include "gateway/cli/status_text.h"

#include <gmock/gmock.h>

namespace postern::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string words(std::string_view json) {
    Document document;
    EXPECT_TRUE(document.parse(json));
    return sending_text(document.root());
}

constexpr std::string_view two_accounts =
    R"({"messages":{"accepted":9,"delivered":4,"read":1,"failed":2,"expired":0,"removed":0,)"
    R"("unaccounted":0},"accounts":[{"id":"sms","sending":{"state":"held",)"
    R"("held_by":"paused by an operator","reason":"the invoice is open","held_until":null,)"
    R"("queued":2,"waiting":0,"sending":0,"unknown":1,"failed_today":2,"per_second":0.5}},)"
    R"({"id":"tg","sending":{"state":"breaker_open","held_by":null,"reason":null,)"
    R"("held_until":null,"queued":0,"waiting":3,"sending":0,"unknown":0,"failed_today":0,)"
    R"("per_second":0}},{"id":"hook","sending":{"state":"receives_only"}}]})";

TEST(StatusText, SaysWhatEachAccountWaitsForAndWhy) {
    const std::string text = words(two_accounts);
    EXPECT_THAT(text, HasSubstr("paused by an operator: the invoice is open"));
    EXPECT_THAT(text, HasSubstr("breaker_open"));
    EXPECT_THAT(text, Not(HasSubstr("hook")));
    EXPECT_THAT(text, HasSubstr("messages: 9 accepted; 4 delivered, 1 read, 2 failed"));
    EXPECT_THAT(text, Not(HasSubstr("WARNING")));
}

TEST(StatusText, WarnsOfMessagesThatAreNotAccountedFor) {
    EXPECT_THAT(words(R"({"messages":{"accepted":2,"unaccounted":1},"accounts":[]})"),
                HasSubstr("WARNING: 1 messages are not accounted for"));
}

TEST(StatusText, IsNothingWhereNothingIsSent) {
    EXPECT_EQ(words(R"({"messages":{"accepted":0},"accounts":[{"id":"hook",)"
                    R"("sending":{"state":"receives_only"}}]})"),
              "");
}

}  // namespace
}  // namespace postern::cli
