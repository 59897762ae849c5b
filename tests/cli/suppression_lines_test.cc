// Addresses of a file become the API's lines, and keep their numbers.
#include "gateway/cli/suppression_lines.h"

#include <gtest/gtest.h>

#include <sstream>

namespace postern::cli {
namespace {

TEST(SuppressionLines, SayOnlyWhatWasGiven) {
    EXPECT_EQ(suppression_json({.channel = "sms", .as_of = "2026-11-01T00:00:00Z"}, "+57300"),
              R"({"address":"+57300","channel":"sms","as_of":"2026-11-01T00:00:00Z"})");
    EXPECT_EQ(suppression_json({.channel = "sms"}, "+57300"),
              R"({"address":"+57300","channel":"sms"})");
    EXPECT_EQ(suppression_json({.account = "sms",
                                .kind = "opted_out",
                                .categories = {"marketing"},
                                .reason = "asked",
                                .only_account = true},
                               "+57300"),
              R"({"address":"+57300","account":"sms","kind":"opted_out",)"
              R"("categories":["marketing"],"reason":"asked","only_account":true})");
}

TEST(SuppressionLines, TakeAddressesAndObjectsAndKeepTheLineNumbers) {
    std::istringstream file("+57300\r\n\n  {\"address\":\"x\"} \n+57301");

    EXPECT_EQ(import_body(file, {.channel = "sms"}),
              "{\"address\":\"+57300\",\"channel\":\"sms\"}\n\n{\"address\":\"x\"}\n"
              "{\"address\":\"+57301\",\"channel\":\"sms\"}\n");
}

}  // namespace
}  // namespace postern::cli
