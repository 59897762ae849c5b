#include "gateway/templates/placeholders.h"

#include <gtest/gtest.h>

namespace postern::templates {
namespace {

using Names = std::vector<std::string>;

// MF-24
TEST(Placeholders, AreFoundOnceInTheirOrder) {
    EXPECT_EQ(placeholders("Hola {{name}}, {{ due_2 }} y {{name}}"), (Names{"name", "due_2"}));
    EXPECT_EQ(placeholders("{{1}}{{2}} {{10}}"), (Names{"1", "2", "10"}));
    EXPECT_EQ(placeholders("nothing } { here {x}"), Names{});
}

TEST(Placeholders, WhatIsNoPlaceholderIsNamed) {
    for (const char* text : {"{{}}", "{{a b}}", "{{0}}", "{{#each}}x{{/each}}", "{{{html}}}",
                             "{{a.b}}", "{{\xC3\xB1}}", "open {{name", "closed }} only"}) {
        EXPECT_TRUE(placeholder_fault(text).has_value()) << text;
    }
    for (const char* text : {"", "plain", "{{name}}", "{{ name }}{{1}}", "{one} brace"}) {
        EXPECT_FALSE(placeholder_fault(text).has_value()) << text;
    }
    const std::string at_most(placeholder_bytes_max, 'a');
    EXPECT_FALSE(placeholder_fault("{{" + at_most + "}}").has_value());
    EXPECT_TRUE(placeholder_fault("{{" + at_most + "a}}").has_value());
}

TEST(Placeholders, NamesAndNumbersAreToldApart) {
    EXPECT_FALSE(mixes_placeholders({"a", "b1"}));
    EXPECT_FALSE(mixes_placeholders({"1", "2"}));
    EXPECT_FALSE(mixes_placeholders({}));
    EXPECT_TRUE(mixes_placeholders({"1", "name"}));
}

TEST(Placeholders, ValuesGoInAsTheyAre) {
    const Variables values{{"name", "Ana {{1}} <b>&"}, {"1", "uno"}, {"empty", ""}};
    EXPECT_EQ(fill("Hola {{name}}, {{ 1 }}{{empty}}.", values), "Hola Ana {{1}} <b>&, uno.");
    EXPECT_EQ(fill("{{other}} stays", values), "{{other}} stays");
    EXPECT_EQ(fill("{{name", values), "{{name");
}

}  // namespace
}  // namespace postern::templates
