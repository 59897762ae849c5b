// Reading, repairing and slicing JSON.
#include "adapters/shared/json.h"

#include <gtest/gtest.h>

#include "adapters/errc.h"
#include "adapters/shared/json_cursor.h"
#include "adapters/shared/json_repair.h"

namespace postern::adapters::json {
namespace {

/// Text with the padding that `parse` counts on.
std::string padded(std::string_view text) {
    std::string out(text);
    out.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return out;
}

std::string nested(std::size_t depth) {
    return padded(std::string(depth, '[') + std::string(depth, ']'));
}

TEST(Json, RefusesNestingBeyondTheLimitAndSaysSo) {
    EXPECT_TRUE(parse(nested(depth_max - 1)));
    EXPECT_TRUE(parse(nested(depth_max)));
    EXPECT_EQ(parse(nested(depth_max + 1)).error(), make_error_code(Errc::too_deep));
    EXPECT_EQ(parse(nested(100'000)).error(), make_error_code(Errc::too_deep));
    EXPECT_TRUE(parse(nested(2)));
}

TEST(Json, RefusesWhatIsNotJson) {
    for (const char* text : {"", " ", "{", "{\"a\":}", "{\"a\":1,}", "[1 2]", "nul", "01", "+1",
                             "{\"a\":1}x", "\"\xff\"", "\"\xed\xa0\x80\"", "'a'", "\"a\nb\""}) {
        EXPECT_EQ(parse(padded(text)).error(), make_error_code(Errc::not_json)) << text;
    }
}

TEST(Json, ReadsNothingFromAWrongType) {
    const std::string text = padded(R"({"s":"x","i":7,"d":1.5,"b":true,"o":{},"a":[],"n":null})");
    const auto root = as_object(*parse(text));
    ASSERT_TRUE(root);
    EXPECT_EQ(json::text(*root, "i"), "");
    EXPECT_EQ(json::text(*root, "absent"), "");
    EXPECT_FALSE(integer(*root, "s"));
    EXPECT_FALSE(integer(*root, "d"));
    EXPECT_FALSE(flag(*root, "s"));
    EXPECT_TRUE(flag(*root, "b"));
    EXPECT_FALSE(object(*root, "a"));
    EXPECT_FALSE(array(*root, "o"));
    EXPECT_FALSE(number(*root, "n"));
    EXPECT_EQ(number(*root, "i"), 7.0);
}

TEST(Json, ReadsIdsExactly) {
    const std::string text =
        padded(R"({"a":"x1","b":9007199254740993,"c":18446744073709551615,"d":1.5,"e":-5})");
    const auto root = as_object(*parse(text));
    ASSERT_TRUE(root);
    EXPECT_EQ(id(*root, "a"), "x1");
    EXPECT_EQ(id(*root, "b"), "9007199254740993");
    EXPECT_EQ(id(*root, "c"), "18446744073709551615");
    EXPECT_EQ(id(*root, "d"), "");
    EXPECT_EQ(id(*root, "e"), "-5");
}

TEST(Json, ReadsIntegersInStringsWholeOrNotAtAll) {
    EXPECT_EQ(to_integer("1767225600"), 1767225600);
    EXPECT_EQ(to_integer("-5"), -5);
    for (const char* text : {"", "1x", " 1", "1.5", "0x5", "99999999999999999999", "+1"}) {
        EXPECT_FALSE(to_integer(text)) << text;
    }
}

TEST(Json, ReadsALoneSurrogateAsTheReplacementCharacter) {
    const std::string text =
        padded(R"({"a":"x\ud83d","b":"\udc4b!","c":"\ud83d\udc4b","d":"\\ud83d"})");
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed);
    const auto root = as_object(*parsed);
    EXPECT_EQ(json::text(*root, "a"), "x\xef\xbf\xbd");
    EXPECT_EQ(json::text(*root, "b"), "\xef\xbf\xbd!");
    EXPECT_EQ(json::text(*root, "c"), "\xf0\x9f\x91\x8b");
    EXPECT_EQ(json::text(*root, "d"), "\\ud83d");
}

TEST(Json, ReadsANumberOutOfRangeAsAbsent) {
    const std::string text = padded(R"({"a":123456789012345678901234567890,"b":-1e99999,"c":5})");
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed);
    const auto root = as_object(*parsed);
    EXPECT_FALSE(integer(*root, "a"));
    EXPECT_FALSE(number(*root, "b"));
    EXPECT_EQ(integer(*root, "c"), 5);
}

TEST(JsonRepair, KeepsEveryOffsetAndLeavesTheRestAlone) {
    std::string text =
        R"({"1e999":1e999,"s":"\ud800 1e999 \"","n":[1,-0.5,12345678901234567890123]})";
    const std::size_t size = text.size();
    EXPECT_TRUE(repair(text));
    EXPECT_EQ(text.size(), size);
    EXPECT_EQ(text,
              R"({"1e999":null ,"s":"\ufffd 1e999 \"","n":[1,-0.5,null                   ]})");
    EXPECT_FALSE(repair(text));
}

TEST(JsonRepair, EndsWithinAnyText) {
    for (std::string text :
         {std::string("\""), std::string("\"\\"), std::string("\"\\u"), std::string("\"\\ud83"),
          std::string("-"), std::string("1e"), std::string("1.e5"), std::string()}) {
        EXPECT_FALSE(repair(text)) << text;
    }
}

TEST(Json, CompactsAnObjectWithinAStringAndNothingElse) {
    const std::string outer = padded(R"({"kept":"yes"})");
    const auto root = as_object(*parse(outer));
    EXPECT_EQ(compact_object("{ \"a\" : [1, 2] }"), "{\"a\":[1,2]}");
    EXPECT_FALSE(compact_object("[1]"));
    EXPECT_FALSE(compact_object("{\"a\":"));
    EXPECT_FALSE(compact_object(""));
    EXPECT_EQ(json::text(*root, "kept"), "yes");
}

TEST(Json, ReadsABodyBeyondTheKeptBuffers) {
    std::string big = "[\"" + std::string(1 << 20, 'x') + "\"]";
    const std::string text = padded(big);
    ASSERT_TRUE(parse(text));
    const std::string small = padded("[1]");
    ASSERT_TRUE(parse(small));
}

TEST(JsonCursor, FindsTheBytesOfEachElementInStepWithItsValue) {
    const std::string text = padded(
        "{ \"a\\\"]\" : [ 1 , {\"x\":\"}]\\\\\"} ,\"s\\\"\", [[ ]], true ] , \"b\":{\"c\":-1e5}}");
    const auto root = as_object(*parse(text));
    ASSERT_TRUE(root);
    std::vector<std::string> seen;
    Cursor cursor(text);
    each_member(*root, cursor, [&](std::string_view key, Value value, Cursor& at) {
        Array list;
        if (value.get(list) != simdjson::SUCCESS) {
            seen.push_back(std::string(key) + "=" + std::string(at.skip()));
            return;
        }
        each_element(list, at, [&](Value, Cursor& inner) { seen.emplace_back(inner.skip()); });
    });
    const std::vector<std::string> expected = {"1",    "{\"x\":\"}]\\\\\"}", "\"s\\\"\"", "[[ ]]",
                                               "true", "b={\"c\":-1e5}"};
    EXPECT_EQ(seen, expected);
}

TEST(JsonCursor, StopsWithinTextThatIsNoJson) {
    for (const char* text : {"", "{", "[", "\"", "\"\\", "{\"a", "]", "}}", ",,,:"}) {
        Cursor cursor(text);
        cursor.enter();
        cursor.next_member();
        cursor.skip();
        cursor.leave();
        EXPECT_TRUE(cursor.skip().size() <= std::string_view(text).size());
    }
}

}  // namespace
}  // namespace postern::adapters::json
