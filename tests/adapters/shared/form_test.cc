// Forms: what providers send, what attackers send, and that decoding undoes encoding.
#include "adapters/shared/form.h"

#include <gtest/gtest.h>

#include <random>

#include "adapters/errc.h"

namespace postern::adapters::shared {
namespace {

using Fields = std::vector<FormField>;

Fields fields_of(std::string_view text) {
    const auto form = parse_form(text);
    EXPECT_TRUE(form.has_value()) << text;
    if (!form) return {};
    return {form->fields().begin(), form->fields().end()};
}

TEST(Form, DecodesPlusAndEscapesAndKeepsOrderAndDuplicates) {
    const Fields expected = {{"Body", "Caf\xC3\xA9 & more = ok"}, {"a", "2"}, {"a", "1"}};
    EXPECT_EQ(fields_of("Body=Caf%C3%A9+%26+more+%3D+ok&a=2&a=1"), expected);
}

TEST(Form, ReadsTheOddPairsAsBrowsersDo) {
    EXPECT_EQ(fields_of(""), Fields{});
    EXPECT_EQ(fields_of("&&a=1&"), (Fields{{"a", "1"}}));
    EXPECT_EQ(fields_of("flag"), (Fields{{"flag", ""}}));
    EXPECT_EQ(fields_of("=x"), (Fields{{"", "x"}}));
    EXPECT_EQ(fields_of("a=b=c"), (Fields{{"a", "b=c"}}));
    EXPECT_EQ(fields_of("%41%3d=1"), (Fields{{"A=", "1"}}));
    EXPECT_EQ(fields_of("n=%00%ff"), (Fields{{"n", std::string("\0\xFF", 2)}}));
}

TEST(Form, RefusesBrokenEscapesAndControlCharacters) {
    for (const std::string_view text : {"a=%", "a=%4", "a=%4g", "a=%g4", "%=a", "a=%%41", "a=%-1",
                                        "a=\n", "a\r=1", "a=% 41", "a=1&b=%u0041", "a=\x7f"}) {
        const auto form = parse_form(text);
        ASSERT_FALSE(form.has_value()) << text;
        EXPECT_EQ(form.error(), make_error_code(Errc::not_form));
    }
    EXPECT_FALSE(parse_form(std::string_view("a=\0", 3)).has_value());
}

TEST(Form, BoundsTheNumberOfFields) {
    std::string text;
    for (std::size_t i = 0; i < form_fields_max; ++i) text += "a=1&";
    EXPECT_TRUE(parse_form(text).has_value());
    EXPECT_FALSE(parse_form(text + "b=2").has_value());
}

TEST(Form, FindsTheFirstValueAndTellsAbsentFromEmpty) {
    const auto form = parse_form("a=&b=1&b=2");
    ASSERT_TRUE(form.has_value());
    EXPECT_EQ(form->value("b"), "1");
    EXPECT_EQ(form->value("a"), "");
    EXPECT_TRUE(form->has("a"));
    EXPECT_FALSE(form->has("A"));
    EXPECT_EQ(form->value("c"), "");
}

TEST(Form, DecodingUndoesEncodingForAnyBytes) {
    std::mt19937 random(20260115);
    for (int round = 0; round < 2000; ++round) {
        Fields fields(random() % 6);
        for (FormField& field : fields) {
            for (std::size_t i = random() % 12; i > 0; --i)
                field.name += static_cast<char>(random());
            for (std::size_t i = random() % 30; i > 0; --i)
                field.value += static_cast<char>(random());
        }
        EXPECT_EQ(fields_of(encode_form(fields)), fields);
    }
}

TEST(Form, SurvivesAnyBytes) {
    std::mt19937 random(7);
    const std::string alphabet = "%%%&&==++aF0\x80\xff\n";
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (std::size_t i = random() % 40; i > 0; --i)
            text += alphabet[random() % alphabet.size()];
        const auto form = parse_form(text);
        if (!form) continue;
        EXPECT_EQ(fields_of(encode_form(form->fields())).size(), form->fields().size());
    }
}

}  // namespace
}  // namespace postern::adapters::shared
