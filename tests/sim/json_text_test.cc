#include "gateway/sim/json_text.h"

#include <gtest/gtest.h>

namespace postern::sim {
namespace {

TEST(JsonText, PutsCommasBetweenMembersAndElements) {
    JsonText json;
    json.begin_object().field("a", 1).key("b").begin_array().value("x").value(true);
    json.end_array().key("c").begin_object().end_object().field("d", "y").end_object();

    EXPECT_EQ(json.text(), R"({"a":1,"b":["x",true],"c":{},"d":"y"})");
}

TEST(JsonText, SpellsNonAsciiAsMetaDoes) {
    EXPECT_EQ(quoted("Caf\u00e9 \U0001F44B a/b", JsonSpelling::ascii),
              R"("Caf\u00e9 \ud83d\udc4b a\/b")");
    EXPECT_EQ(quoted("Caf\u00e9 a/b"), "\"Caf\u00e9 a/b\"");
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(quoted("a\xff"
                     "b\xc3",
                     JsonSpelling::ascii),
              R"("a\ufffdb\ufffd")");
    EXPECT_EQ(quoted("\xed\xa0\x80", JsonSpelling::ascii), R"("\ufffd\ufffd\ufffd")");
}

TEST(JsonText, EscapesControlCharacters) {
    EXPECT_EQ(quoted("a\n\x01\"\\"), R"("a\n\u0001\"\\")");
}

}  // namespace
}  // namespace postern::sim
