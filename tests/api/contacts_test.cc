// Contacts: by id, by address, in pages; their timelines, newest and oldest first.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Contacts : public ApiRig {
  protected:
    /// The ids in a list's data, page by page.
    std::vector<std::string> all(const std::string& path, const std::string& mark) {
        std::vector<std::string> ids;
        std::string cursor;
        do {
            const Reply page = get(path + (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status, 200) << page.body;
            for (std::size_t at = page.body.find(mark); at != std::string::npos;
                 at = page.body.find(mark, at + 1)) {
                ids.push_back(page.body.substr(at + mark.size() - 4, 30));
            }
            cursor = page.member("next_cursor");
        } while (cursor != "null" && !cursor.empty());
        return ids;
    }
};

TEST_F(Contacts, HaveTheShapeOfTheContract) {
    receive("+573001234567", "hola", "Ana Torres");
    const Reply list = get("/v1/contacts");
    ASSERT_EQ(list.count("\"id\":\"con_"), 1u);

    const Reply one = get("/v1/contacts/" + list.member("id"));

    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(one.member("display"), "Ana Torres");
    EXPECT_EQ(one.member("address"), "+573001234567");
    EXPECT_EQ(one.member("account"), "wa-main");
    EXPECT_EQ(one.member("channel"), "whatsapp");
    EXPECT_EQ(one.member("state"), "active");
    EXPECT_TRUE(one.has(R"("phones":[{"value":"+573001234567","default":true,"verified":true)"));
    // Of one contact alone: how many are suggested as the same person.
    const std::string counted = R"("merge_suggestions":0,)";
    std::string like = one.body;
    ASSERT_NE(like.find(counted), std::string::npos);
    like.erase(like.find(counted), counted.size());
    EXPECT_TRUE(list.has(like));
    EXPECT_FALSE(one.header("ETag").empty());
}

TEST_F(Contacts, AreFoundByAddressWithoutAScan) {  // CG-97
    for (int i = 0; i < 20; ++i) receive("+57300123450" + std::to_string(i), "hola");
    reader_.rows_read = 0;
    for (const char* query :
         {"phone=%2B573001234507", "phone=+573001234507", "phone=57%20300%20123-4507",
          "channel=whatsapp&address=%2B573001234507", "channel=whatsapp&address=573001234507"}) {
        const Reply reply = get(std::string("/v1/contacts?") + query);
        EXPECT_EQ(reply.count("\"id\":\"con_"), 1u) << query;
        EXPECT_TRUE(reply.has("+573001234507"));
    }
    EXPECT_LT(reader_.rows_read, 400u);
    EXPECT_EQ(get("/v1/contacts?phone=%2B571").count("con_"), 0u);
    EXPECT_EQ(get("/v1/contacts?channel=telegram&address=%2B573001234507").count("con_"), 0u);
    EXPECT_EQ(get("/v1/contacts?address=%2B573001234507").status, 400);
    EXPECT_EQ(get("/v1/contacts?channel=fax").status, 400);
}

TEST_F(Contacts, AreListedNewestFirstInPages) {  // CG-93, CG-94
    for (int i = 0; i < 25; ++i) receive("+5730012345" + std::to_string(10 + i), "hola");
    const auto whole = all("/v1/contacts?limit=200", "\"id\":\"con_");
    EXPECT_EQ(whole.size(), 25u);
    EXPECT_TRUE(std::is_sorted(whole.rbegin(), whole.rend()));
    for (const char* limit : {"1", "7", "24", "25"}) {
        EXPECT_EQ(all(std::string("/v1/contacts?limit=") + limit, "\"id\":\"con_"), whole) << limit;
    }
}

TEST_F(Contacts, AreFilteredByTheServer) {  // CG-97
    receive("+573001234501", "hola", "Ana Torres");
    receive("+573001234502", "hola", "Beto Diaz");
    EXPECT_EQ(get("/v1/contacts?q=TORRES").count("\"id\":\"con_"), 1u);
    EXPECT_EQ(get("/v1/contacts?channel=whatsapp").count("\"id\":\"con_"), 2u);
    EXPECT_EQ(get("/v1/contacts?channel=telegram").count("\"id\":\"con_"), 0u);
    EXPECT_EQ(get("/v1/contacts?state=trash").count("\"id\":\"con_"), 0u);
    EXPECT_EQ(get("/v1/contacts?state=bin").member("code"), "invalid_parameter");
    EXPECT_EQ(get("/v1/accounts?channel=pigeon").member("code"), "invalid_parameter");
    EXPECT_EQ(get("/v1/quarantine?resolved=perhaps").member("code"), "invalid_parameter");
    EXPECT_EQ(get("/v1/contacts?tag=vip").count("\"id\":\"con_"), 0u);
}

TEST_F(Contacts, AreNotFoundUnderAnIdOfAnotherHistory) {
    receive("+573001234567", "hola");
    std::string id = get("/v1/contacts").member("id");
    id[15] = id[15] == '0' ? '1' : '0';
    EXPECT_EQ(get("/v1/contacts/" + id).status, 404);
    EXPECT_EQ(get("/v1/contacts/" + id + "/timeline").status, 404);
    EXPECT_EQ(get("/v1/contacts/con_x").status, 404);
    EXPECT_EQ(get("/v1/contacts/con_00000000000000000000000000").status, 404);
}

TEST_F(Contacts, HaveATimelineInBothOrdersWhateverTheLimit) {
    for (int i = 0; i < 12; ++i) {
        receive("+573001234567", "a" + std::to_string(i));
        receive("+573007654321", "b" + std::to_string(i), "Beto");
    }
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    const std::string path = "/v1/contacts/" + contact + "/timeline";
    const auto newest = all(path + "?limit=200", "\"id\":\"evt_");
    EXPECT_EQ(newest.size(), 14u);  // twelve messages, the contact, its conversation
    EXPECT_TRUE(std::is_sorted(newest.rbegin(), newest.rend()));
    auto oldest = all(path + "?limit=200&order=asc", "\"id\":\"evt_");
    EXPECT_TRUE(std::equal(newest.rbegin(), newest.rend(), oldest.begin(), oldest.end()));
    for (const char* limit : {"1", "2", "5", "13", "14"}) {
        EXPECT_EQ(all(path + "?limit=" + limit, "\"id\":\"evt_"), newest) << limit;
        EXPECT_EQ(all(path + "?order=asc&limit=" + limit, "\"id\":\"evt_"), oldest) << limit;
    }
    EXPECT_EQ(get(path).count("\"text\":\"b"), 0u);
    EXPECT_EQ(get(path + "?types=conversation.opened").count("\"id\":\"evt_"), 1u);
    EXPECT_EQ(get(path + "?order=random").status, 400);
}

TEST_F(Contacts, HaveATimelineThatEndsWhereRetentionCutIt) {
    for (int i = 0; i < 6; ++i) receive("+573001234567", "a" + std::to_string(i));
    const std::string contact = get("/v1/contacts").member("id");
    const auto whole = all("/v1/contacts/" + contact + "/timeline?limit=200", "\"id\":\"evt_");
    std::size_t removed = 0;
    for (model::Sequence s = 1; s < 40 && removed < 3; ++s) {
        const auto row = reader_.get(storage::keys::seq_row(s));
        if (*row == nullptr) continue;
        reader_.remove(storage::keys::seq_row(s));
        ++removed;
    }
    const auto rest = all("/v1/contacts/" + contact + "/timeline?limit=2", "\"id\":\"evt_");
    EXPECT_LT(rest.size(), whole.size());
    EXPECT_FALSE(rest.empty());
    EXPECT_TRUE(std::equal(rest.begin(), rest.end(), whole.begin()));
}

TEST_F(Contacts, HaveATimelineThatGoesOnPastADamagedRow) {
    for (int i = 0; i < 6; ++i) {
        receive("+573001234567", "a" + std::to_string(i));
        receive("+573007654321", "b" + std::to_string(i), "Beto");
    }
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    const std::string path = "/v1/contacts/" + contact + "/timeline";
    // Rows of messages in the middle of the chain, two of them side by side.
    std::vector<model::Sequence> rows;
    for (model::Sequence s = 1; s < 60; ++s) {
        const auto row = reader_.get(storage::keys::seq_row(s));
        const auto* m = *row ? model::get_if<model::MessageRow>(row->get()) : nullptr;
        if (m && m->message.content.text.starts_with("a")) rows.push_back(s);
    }
    ASSERT_EQ(rows.size(), 6u);
    for (const std::size_t i : {2, 3}) reader_.put_unreadable(storage::keys::seq_row(rows[i]));

    for (const char* order : {"?limit=200", "?limit=200&order=asc"}) {
        const Reply rest = get(path + order);
        EXPECT_EQ(rest.status, 200) << rest.body;
        for (const int i : {0, 1, 4, 5}) {
            EXPECT_EQ(rest.count("\"text\":\"a" + std::to_string(i) + "\""), 1u) << order << i;
        }
        EXPECT_EQ(rest.count("\"text\":\"a2\""), 0u);
        EXPECT_EQ(rest.count("\"text\":\"b"), 0u);
    }
    EXPECT_EQ(all(path + "?limit=1", "\"id\":\"evt_").size(),
              get(path + "?limit=200").count("\"id\":\"evt_"));
}

}  // namespace
}  // namespace postern::api
