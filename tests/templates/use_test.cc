#include "gateway/templates/use.h"

#include <gtest/gtest.h>

namespace postern::templates {
namespace {

using adapters::ButtonKind;
using adapters::MediaKind;

model::TemplateRow due() {
    model::TemplateRow row;
    row.name = "due";
    row.language = "es";
    row.header = adapters::OutboundHeader{{}, "", "Cuota {{number}}"};
    row.body = "Hola {{name}}, vence el {{date}}.";
    row.footer = "Tienda";
    row.buttons = {{ButtonKind::url, "", "Pagar", "https://pay.example/{{code}}", ""},
                   {ButtonKind::reply, "later", "Luego", "", ""},
                   {ButtonKind::phone, "", "Llamar", "", "+5715550100"}};
    return row;
}

adapters::OutboundContent content_with(std::vector<std::pair<std::string, std::string>> variables) {
    adapters::OutboundContent content;
    content.type = adapters::ContentType::template_;
    content.variables = std::move(variables);
    return content;
}

std::vector<std::string> fields(const std::vector<Lack>& lacks) {
    std::vector<std::string> names;
    for (const Lack& lack : lacks) names.push_back(lack.field);
    return names;
}

using Names = std::vector<std::string>;

TEST(TemplateUse, NamesEachVariableThatLacks) {
    const auto lacks = lacks_for_words(due(), content_with({{"name", "Ana"}}));
    EXPECT_EQ(fields(lacks), (Names{"variables.number", "variables.date", "variables.code"}));
    EXPECT_EQ(lacks[1].detail, "The template needs a value for {{date}}.");
}

TEST(TemplateUse, NamesEachVariableThatNoTemplateKnows) {
    const model::TemplateRow one = due();
    model::TemplateRow other = due();
    other.body = "Hola {{nick}}";
    const auto content = content_with(
        {{"name", "Ana"}, {"number", "1"}, {"code", "x"}, {"nick", "A"}, {"dat", "hoy"}});
    EXPECT_EQ(fields(strangers({&one}, content)), (Names{"variables.nick", "variables.dat"}));
    const auto both = strangers({&one, &other}, content);
    EXPECT_EQ(fields(both), Names{"variables.dat"});
    EXPECT_EQ(both[0].detail, "The template has no {{dat}}.");
}

TEST(TemplateUse, TheProviderTakesHeaderAndLinksApart) {
    auto content = content_with({{"name", "Ana"}, {"date", "mañana"}});
    EXPECT_EQ(fields(lacks_for_provider(due(), content)), (Names{"header", "buttons"}));
    content.header = adapters::OutboundHeader{{}, "", "3"};
    content.template_buttons = {{0, "x7", ButtonKind::url}};
    EXPECT_TRUE(lacks_for_provider(due(), content).empty());
    EXPECT_TRUE(lacks_for_words(due(), content).empty());

    auto pictured = due();
    pictured.header = adapters::OutboundHeader{MediaKind::image, "", ""};
    EXPECT_EQ(fields(lacks_for_provider(pictured, content)), Names{"header"});
    content.header = adapters::OutboundHeader{MediaKind::image, "https://cdn.example/a.png", ""};
    EXPECT_TRUE(lacks_for_provider(pictured, content).empty());
}

TEST(TemplateUse, NothingLacksWhereTheWordsAreNotKnown) {
    auto told = due();
    told.body.clear();
    EXPECT_TRUE(lacks_for_provider(told, content_with({})).empty());
}

// MF-24
TEST(TemplateUse, BecomesWordsWithItsLinks) {
    const auto content =
        content_with({{"name", "Ana"}, {"date", "mañana"}, {"number", "3"}, {"code", "x7"}});
    EXPECT_EQ(words(due(), content),
              "Cuota 3\n\nHola Ana, vence el mañana.\n\nTienda\n\n"
              "Pagar: https://pay.example/x7\nLlamar: +5715550100");
    auto given = content;
    given.header = adapters::OutboundHeader{{}, "", "cuatro"};
    given.template_buttons = {{0, "y8", ButtonKind::url}};
    EXPECT_EQ(words(due(), given).substr(0, 12), "Cuota cuatro");
    EXPECT_NE(words(due(), given).find("pay.example/y8\n"), std::string::npos);
}

TEST(TemplateUse, APictureAboveBecomesItsLink) {
    auto row = due();
    row.header = adapters::OutboundHeader{MediaKind::image, "https://cdn.example/own.png", ""};
    row.footer.clear();
    row.buttons.clear();
    auto content = content_with({{"name", "Ana"}, {"date", "hoy"}});
    EXPECT_EQ(words(row, content), "https://cdn.example/own.png\n\nHola Ana, vence el hoy.");
    content.header = adapters::OutboundHeader{MediaKind::image, "https://cdn.example/b.png", ""};
    EXPECT_EQ(words(row, content), "https://cdn.example/b.png\n\nHola Ana, vence el hoy.");
}

}  // namespace
}  // namespace postern::templates
