// CG-93, CG-94: limits are bounded, cursors are opaque and belong to one list.
#include "gateway/api/paging.h"

#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

TEST(ListCursor, ComesBackAndBelongsToItsList) {
    for (const std::uint64_t place : {1ull, 255ull, 1ull << 55, ~0ull}) {
        std::uint64_t parsed = 0;
        ASSERT_TRUE(parse_list_cursor('c', format_list_cursor('c', place), parsed));
        EXPECT_EQ(parsed, place);
        EXPECT_FALSE(parse_list_cursor('m', format_list_cursor('c', place), parsed));
    }
    std::uint64_t parsed = 0;
    for (const char* text : {"", "c", "c0000000000000000", "c00000000000000zz", "c-000000000000001",
                             "c00000000000000010"}) {
        EXPECT_FALSE(parse_list_cursor('c', text, parsed)) << text;
    }
}

class Lists : public ApiRig {};

TEST_F(Lists, AllRefuseLimitsAndCursorsThatMakeNoSense) {
    receive("+573001234567", "hola");
    const std::string timeline = "/v1/contacts/" + get("/v1/contacts").member("id") + "/timeline";
    for (const std::string& path :
         {std::string("/v1/keys"), std::string("/v1/accounts"), std::string("/v1/quarantine"),
          std::string("/v1/contacts"), std::string("/v1/messages"), timeline}) {
        for (const char* limit : {"0", "201", "-1", "x", "", "1.5"}) {
            EXPECT_EQ(get(path + "?limit=" + limit).member("code"), "invalid_parameter") << path;
        }
        EXPECT_EQ(get(path + "?cursor=x").member("code"), "invalid_cursor") << path;
        EXPECT_EQ(get(path + "?limit=200").status, 200) << path;
        EXPECT_TRUE(get(path).has("\"next_cursor\":null")) << path;
    }
}

TEST_F(Lists, EndAPageEarlyWhenTheyHaveLookedAtEnough) {
    for (int i = 0; i < 2; ++i) receive("+573001234567", "hola");
    for (model::Sequence s = 100; s < 100 + 2 * page_rows_max; ++s) {
        model::NoticeRow row;
        row.head = {.created = thread_.now().wall, .epoch = 3};
        reader_.put(storage::keys::seq_row(s), row);
    }
    reader_.rows_read = 0;
    Reply page = get("/v1/messages");
    EXPECT_LT(reader_.rows_read, page_rows_max + 10);
    std::size_t pages = 1;
    while (page.member("next_cursor") != "null") {
        page = get("/v1/messages?cursor=" + page.member("next_cursor"));
        ++pages;
    }
    EXPECT_EQ(pages, 3u);
    EXPECT_EQ(page.count("\"id\":\"msg_"), 2u);
}

}  // namespace
}  // namespace postern::api
