#include "gateway/cli/document.h"

#include <gtest/gtest.h>

#include <array>

#include "gateway/cli/api.h"
#include "gateway/cli/listing.h"
#include "gateway/cli/output.h"

namespace postern::cli {
namespace {

TEST(Document, GivesTextOfAnyScalarByPointer) {
    Document document;
    ASSERT_TRUE(document.parse(R"({"a":{"b":"x","n":7,"t":true,"z":null},"l":[1,2]})"));

    EXPECT_EQ(text_at(document.root(), "/a/b"), "x");
    EXPECT_EQ(text_at(document.root(), "/a/n"), "7");
    EXPECT_EQ(text_at(document.root(), "/a/t"), "true");
    EXPECT_EQ(text_at(document.root(), "/a/z"), "");
    EXPECT_EQ(text_at(document.root(), "/a/absent"), "");
    EXPECT_EQ(text_at(document.root(), "/l"), "[1,2]");
    EXPECT_EQ(integer_at(document.root(), "/a/n"), 7);
    EXPECT_FALSE(document.parse("{"));
}

TEST(Output, PadsCellsByCodePointsAndKeepsThemOnTheirLine) {
    EXPECT_EQ(table_text({{"NAME", "X"}, {"Zo\u00eb", "1"}, {"Maximilian", ""}}),
              "NAME        X\nZo\u00eb         1\nMaximilian\n");
}

TEST(Output, ListsEntriesAndSaysHowToGoOn) {
    constexpr std::array columns = {Column{"ID", "/id"}, Column{"NAME", "/name/display"}};
    Document document;
    ASSERT_TRUE(document.parse(
        R"({"data":[{"id":"con_1","name":{"display":"A\u001b[2Jna"}}],"next_cursor":"c9"})"));

    EXPECT_EQ(list_text(document.root(), columns),
              "ID     NAME\ncon_1  A [2Jna\nmore: --cursor c9\n");
    ASSERT_TRUE(document.parse(R"({"data":[],"next_cursor":null})"));
    EXPECT_EQ(list_text(document.root(), columns), "nothing\n");
}

TEST(Output, SaysWhatAnAbsentValueMeans) {
    constexpr std::array columns = {Column{"ACCOUNT", "/account", "all"}, Column{"WHY", "/why"}};
    Document document;
    ASSERT_TRUE(document.parse(R"({"data":[{"why":"restored"},{"account":"wa"}]})"));
    EXPECT_EQ(list_text(document.root(), columns), "ACCOUNT  WHY\nall      restored\nwa\n");
}

TEST(Output, WritesARecordWithDottedNames) {
    Document document;
    ASSERT_TRUE(document.parse(R"({"id":"k","health":{"state":"good"},"scopes":["*"]})"));

    EXPECT_EQ(record_text(document.root()), "id: k\nhealth.state: good\nscopes: [\"*\"]\n");
}

TEST(Api, ShowsTheDetailOfAProblemAndItsFields) {
    EXPECT_EQ(problem_text(422, R"({"title":"T","detail":"The name is empty.",
                                    "errors":[{"field":"name","detail":"must not be empty"}]})"),
              "The name is empty.\n  name: must not be empty");
    EXPECT_EQ(problem_text(500, "<html>"), "the daemon answered 500");
    EXPECT_NE(problem_text(401, "").find("POSTERN_KEY"), std::string::npos);
}

TEST(Listing, EncodesWhatGoesIntoAQuery) {
    EXPECT_EQ(with_query("/v1/contacts", "phone", "+57 3"), "/v1/contacts?phone=%2B57%203");
    EXPECT_EQ(paged("/v1/contacts?q=a", {"c/1", 20}), "/v1/contacts?q=a&limit=20&cursor=c%2F1");
    EXPECT_EQ(paged("/v1/keys", {}), "/v1/keys");
}

}  // namespace
}  // namespace postern::cli
