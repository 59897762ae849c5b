// The bytes that a configuration may be made of, and what is said of the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/characters.h"
#include "conf/loader.h"

namespace postern::conf {
namespace {

struct Case {
    std::string_view toml;
    std::string_view expected;
};

TEST(Characters, BeyondAsciiMayStandInEveryKindOfQuotesAndInComments) {
    constexpr Case cases[] = {
        {"", ""},
        {"\xEF\xBB\xBFkey = 1", "key = 1"},
        {"key = \"Sant Adri\u00E0\" # \u00E0\r\n\tother = 'Bes\u00F2s'\n",
         "key = \"Sant Adri\\U000000E0\" # ?\n\tother = \"Bes\\U000000F2s\"\n"},
        {"\"cl\u00E9\" = \"\" # \u00E9", "\"cl\\U000000E9\" = \"\" # ?"},
        {"a = \"\\\"\u00E9\\\\\" # \u00E9", "a = \"\\\"\\U000000E9\\\\\" # ?"},
        {"a = '\"\\' # \u00E9", "a = \"\\\"\\\\\" # ?"},
        {"a = \"\"\"\n\u00E9 \" \"\" \\\" \u00E9\"\"\"\"\" # \u00E9",
         "a = \"\"\"\n\\U000000E9 \" \"\" \\\" \\U000000E9\"\"\"\"\" # ?"},
        {"a = '''\n' '' \"\\'''' # \u00E9", "a = \"\"\"\n' '' \\\"\\\\'\"\"\" # ?"},
        {"a = \"\"\"one \\\n   \u00E9\"\"\"", "a = \"\"\"one \\\n   \\U000000E9\"\"\""},
        {"a = \"\U0001F600\" # \U0001F600", "a = \"\\U0001F600\" # ?"},
    };
    for (const auto& [toml, expected] : cases) {
        TreeError error;
        std::string ascii;
        EXPECT_TRUE(write_in_ascii(toml, ascii, error)) << toml << ": " << error.problem;
        EXPECT_EQ(ascii, expected);
    }
}

TEST(Characters, TextsComeThroughAsTheyWereWritten) {
    constexpr Case cases[] = {
        {"a = 'C:\\\u00E9 \"x\"'", "C:\\\u00E9 \"x\""},
        {"a = '''\n\\n''''", "\\n'"},
        {"a = \"\"\"one \\\n   \u00E9\"\"\"", "one \u00E9"},
        {"a = \"\\\\\u2028\\\"\"", "\\\u2028\""},
    };
    for (const auto& [toml, text] : cases) {
        TreeError error;
        Node root;
        ASSERT_TRUE(parse_tree(toml, root, error)) << toml << ": " << error.problem;
        EXPECT_EQ(root.find("a")->text, text);
    }
}

TEST(Characters, TextsSideBySideStayAMistake) {
    for (const std::string_view toml : {"a = ''\"b\"\"\"", "a = \"\"'b'''", "a = '''b'''\"",
                                        "a = 'b''c'", "a = \"\"\"b\"\"\"\"\"\""}) {
        TreeError error;
        Node root;
        EXPECT_FALSE(parse_tree(toml, root, error)) << toml;
    }
}

constexpr std::string_view quote_it =
    " is not ASCII; put the name or value that it belongs to in quotes";

TEST(Characters, OthersAreRefusedWithTheirLineAndWhatToDo) {
    using namespace std::string_view_literals;
    constexpr std::string_view control =
        " stands in the text; remove it, or write \\u and its four digits inside double quotes";
    constexpr std::string_view open =
        "the quotes opened in this line are not closed in it; close them, or use three for a text "
        "of several lines";
    const std::pair<std::string_view, std::string> bad[] = {
        {"a = 1\ncl\u00E9 = 2", "p.toml:2: the character U+00E9" + std::string(quote_it)},
        {"a = \"\"\u00E9", "p.toml:1: the character U+00E9" + std::string(quote_it)},
        {"a = 1\n\xEF\xBB\xBF", "p.toml:2: the character U+FEFF" + std::string(quote_it)},
        {"a = \u300C", "p.toml:1: the character U+300C" + std::string(quote_it)},
        {"a = \"\"\"\n\\\u00E9\"\"\"",
         "p.toml:2: the character U+00E9 follows a backslash; remove the backslash, or double it"},
        {"a = 'b\n# '\u00E9", "p.toml:1: " + std::string(open)},
        {"# \xFF", "p.toml:1: the byte 0xFF is not UTF-8; save the file as UTF-8"},
        {"# \xC0\x80", "p.toml:1: the byte 0xC0 is not UTF-8; save the file as UTF-8"},
        {"# \xED\xA0\x80", "p.toml:1: the byte 0xED is not UTF-8; save the file as UTF-8"},
        {"# \xF4\x90\x80\x80", "p.toml:1: the byte 0xF4 is not UTF-8; save the file as UTF-8"},
        {"# \xC3", "p.toml:1: the byte 0xC3 is not UTF-8; save the file as UTF-8"},
        {"a = '\0'"sv, "p.toml:1: the control character U+0000" + std::string(control)},
        {"\r", "p.toml:1: the control character U+000D" + std::string(control)},
        {"# \x7F", "p.toml:1: the control character U+007F" + std::string(control)},
    };
    for (const auto& [toml, message] : bad) {
        const Loaded loaded = parse(toml, "p.toml", "/nowhere");
        ASSERT_EQ(loaded.errors.size(), 1u) << toml;
        EXPECT_EQ(loaded.errors[0].text(), message);
    }
}

}  // namespace
}  // namespace postern::conf
