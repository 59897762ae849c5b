// Messages: by id, and filtered lists, newest first.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Messages : public ApiRig {
  protected:
    void SetUp() override {
        for (int i = 0; i < 5; ++i) {
            receive("+573001234567", "a" + std::to_string(i));
            receive("+573007654321", "b" + std::to_string(i), "Beto");
        }
    }
    std::size_t found(const std::string& query) {
        return get("/v1/messages?" + query).count("\"id\":\"msg_");
    }
};

TEST_F(Messages, AreReadById) {
    const Reply list = get("/v1/messages?limit=1");
    const Reply one = get("/v1/messages/" + list.member("id"));
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(one.member("text"), "b4");
    EXPECT_EQ(one.member("direction"), "inbound");
    EXPECT_TRUE(list.has(one.body));
    EXPECT_EQ(get("/v1/messages/msg_x").status, 404);
    std::string other = list.member("id");
    other[15] = other[15] == '0' ? '1' : '0';
    EXPECT_EQ(get("/v1/messages/" + other).status, 404);
}

TEST_F(Messages, AreListedNewestFirstInPages) {  // CG-93, CG-94
    std::string texts, cursor;
    do {
        const Reply page =
            get("/v1/messages?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
        for (std::size_t at = page.body.find("\"text\":\""); at != std::string::npos;
             at = page.body.find("\"text\":\"", at + 1)) {
            texts += page.body.substr(at + 8, 2);
        }
        cursor = page.member("next_cursor");
    } while (cursor != "null");
    EXPECT_EQ(texts, "b4a4b3a3b2a2b1a1b0a0");
}

TEST_F(Messages, AreFilteredByTheServer) {  // CG-97
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    EXPECT_EQ(found("contact=" + contact), 5u);
    EXPECT_EQ(found("account=wa-main"), 10u);
    EXPECT_EQ(found("account=tg-shop"), 0u);
    EXPECT_EQ(found("account=none"), 0u);
    EXPECT_EQ(found("external_id=wamid.3"), 1u);
    EXPECT_EQ(found("state=received"), 10u);
    EXPECT_EQ(found("state=failed"), 0u);
    EXPECT_EQ(found("direction=outbound"), 0u);
    EXPECT_EQ(found("created_after=2026-01-31T12:00:05Z"), 6u);
    EXPECT_EQ(found("created_before=2026-01-31T12:00:05Z"), 4u);
    EXPECT_EQ(get("/v1/messages?created_after=monday").status, 400);
    EXPECT_EQ(get("/v1/messages?contact=ana").status, 400);
    EXPECT_EQ(get("/v1/messages?contact=con_00000000000000000000000001").status, 404);
}

TEST_F(Messages, OfOneContactComeInPagesToo) {
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    std::size_t messages = 0, pages = 0;
    std::string cursor;
    do {
        const Reply page = get("/v1/messages?limit=2&contact=" + contact +
                               (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_EQ(page.count("\"text\":\"b"), 0u);
        messages += page.count("\"id\":\"msg_");
        cursor = page.member("next_cursor");
        ++pages;
    } while (cursor != "null");
    EXPECT_EQ(messages, 5u);
    EXPECT_EQ(pages, 3u);
}

}  // namespace
}  // namespace postern::api
