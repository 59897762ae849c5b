// What is written can be read, whatever the bytes.
#include "adapters/shared/json_write.h"

#include <gtest/gtest.h>

#include "adapters/shared/json.h"

namespace postern::adapters::json {
namespace {

std::string quoted(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

TEST(AppendQuoted, EscapesWhatJsonAsks) {
    EXPECT_EQ(quoted("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
    EXPECT_EQ(quoted(std::string_view("\0\x01\n\r\t\x1f\x7f", 7)),
              "\"\\u0000\\u0001\\n\\r\\t\\u001f\\u007f\"");
    EXPECT_EQ(quoted("caf\xc3\xa9 \xf0\x9f\x91\x8b"), "\"caf\xc3\xa9 \xf0\x9f\x91\x8b\"");
}

TEST(AppendQuoted, ReplacesWhatIsNotUtf8) {
    const std::string replacement = "\xef\xbf\xbd";
    EXPECT_EQ(quoted("\xff"), "\"" + replacement + "\"");
    EXPECT_EQ(quoted("\xc3"), "\"" + replacement + "\"");
    EXPECT_EQ(quoted("\xc0\xaf"), "\"" + replacement + replacement + "\"");
    EXPECT_EQ(quoted("\xed\xa0\x80"), "\"" + replacement + replacement + replacement + "\"");
    EXPECT_EQ(quoted("\xf4\x90\x80\x80").size(), 2 + 4 * replacement.size());
}

TEST(AppendQuoted, EveryPairOfBytesComesBackAsJson) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
            std::string text = quoted({bytes, 2});
            text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
            ASSERT_TRUE(parse(text)) << first << " " << second;
        }
    }
}

TEST(ObjectWriter, WritesMembersInOrderAndNothingForNone) {
    ObjectWriter writer;
    writer.text("a", "x\"")
        .text_if("b", "")
        .integer("c", -7)
        .flag_if("d", false)
        .flag_if("e", true);
    EXPECT_EQ(writer.raw("f", "[1]").finish(), R"({"a":"x\"","c":-7,"e":true,"f":[1]})");
    EXPECT_EQ(ObjectWriter().finish(), "");
    EXPECT_EQ(ObjectWriter().text("empty", "").finish(), R"({"empty":""})");
}

}  // namespace
}  // namespace postern::adapters::json
