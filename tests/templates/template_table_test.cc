#include "gateway/templates/template_table.h"

#include <gtest/gtest.h>

namespace postern::templates {
namespace {

model::TemplateRow row_of(model::Sequence id, model::AccountNumber account, std::string name,
                          std::string language = "es") {
    model::TemplateRow row;
    row.id = id;
    row.account = account;
    row.name = std::move(name);
    row.language = std::move(language);
    return row;
}

TEST(TemplateTable, FindsByIdAndByName) {
    const TemplateTable table({row_of(9, 1, "b"), row_of(4, 2, "a"), row_of(7, 1, "a", "en")});
    EXPECT_EQ(table.find(7)->language, "en");
    EXPECT_EQ(table.find(8), nullptr);
    EXPECT_EQ(table.find(1, "a", "en")->id, 7u);
    EXPECT_EQ(table.find(1, "a", "es"), nullptr);
    EXPECT_EQ(table.find(2, "a", "es")->id, 4u);
    ASSERT_EQ(table.all().size(), 3u);
    EXPECT_EQ(table.all()[table.after(4)]->id, 7u);
    EXPECT_EQ(table.after(9), 3u);
}

TEST(TemplateTable, AChangeMakesAnotherTableAndLeavesThisOne) {
    const TemplateTable table({row_of(4, 1, "a"), row_of(9, 1, "b")});
    const auto renamed = table.with(row_of(4, 1, "z"));
    EXPECT_EQ(renamed->find(1, "a", "es"), nullptr);
    EXPECT_EQ(renamed->find(1, "z", "es")->id, 4u);
    EXPECT_EQ(renamed->all().front()->id, 4u);
    EXPECT_EQ(table.find(1, "a", "es")->id, 4u);

    auto gone = row_of(9, 1, "b");
    gone.deleted = true;
    const auto without = renamed->with(gone);
    EXPECT_EQ(without->find(9), nullptr);
    EXPECT_EQ(without->find(1, "b", "es"), nullptr);
    EXPECT_EQ(without->all().size(), 1u);
}

}  // namespace
}  // namespace postern::templates
