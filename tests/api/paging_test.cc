// CG-93, CG-94: limits are bounded, cursors are opaque and belong to one list.
#include "gateway/api/paging.h"

#include <simdjson.h>

#include "gateway/api/openapi.h"
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

/// Every list that openapi.json describes, walked entry by entry, shows what the whole of it shows.
class Walks : public ApiRig, private RefusedRequestSource {
  protected:
    Walks() {
        turned_away_ = this;
        restart();
        configure();
    }
    std::optional<std::vector<RefusedRequest>> refused_requests(
        std::string_view account) const override {
        std::vector<RefusedRequest> all(4);
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].id = "req_" + std::to_string(i);
            // Two of them came in one moment.
            all[i].at = testing::FakeThread::start - std::chrono::seconds{i / 2};
        }
        return account == "wa-main" ? std::optional(all) : std::nullopt;
    }
    /// Three of everything that can be listed.
    void fill() {
        thread_.advance(std::chrono::seconds{5});
        for (const char* number : {"1", "2", "3"}) {
            receive(std::string("+57300123456") + number, "hola");
            (void)quarantine("{}");
            (void)make_key(R"(["messages:*"])");
            (void)core_.apply(core::CreateSubscription{});
            (void)post("/v1/templates",
                       std::string(R"({"account":"wa-main","name":"t)") + number +
                           R"(","language":"es","category":"transactional","body":"Hola"})");
            EXPECT_EQ(post("/v1/messages",
                           std::string(R"({"account":"sms-main","category":"transactional",)"
                                       R"("to":{"address":"+57300765432)") +
                               number + R"("},"content":{"type":"text","text":"Hi"}})")
                          .status,
                      202);
            adapters::SendOutcome refused;
            refused.result = adapters::SendResult::permanent;
            answer(refused);
        }
        receive("+573001234561", "otra vez");
        receive("+573001234561", "y otra");
        for (const char* category : {"marketing", "reply", "collections"}) {
            (void)post("/v1/pauses", std::string(R"({"category":")") + category + "\"}");
            (void)post("/v1/suppressions",
                       std::string(R"({"account":"sms-main","address":"+573001234561",)"
                                   R"("kind":"opted_out","categories":[")") +
                           category + "\"]}");
        }
    }
    /// The entries of an answer, each by its id or as text; its cursor, or "".
    std::vector<std::string> entries(const Reply& reply, std::string& cursor) {
        std::vector<std::string> all;
        simdjson::dom::element root;
        EXPECT_EQ(parser_.parse(reply.body).get(root), simdjson::SUCCESS) << reply.body;
        simdjson::dom::array data;
        EXPECT_EQ(root["data"].get(data), simdjson::SUCCESS) << reply.body;
        for (const simdjson::dom::element entry : data) {
            // A key counts its uses, these requests among them.
            std::string_view id;
            const bool has_id = entry["id"].get(id) == simdjson::SUCCESS;
            all.push_back(has_id ? std::string(id) : simdjson::minify(entry));
        }
        std::string_view next;
        cursor = root["next_cursor"].get(next) == simdjson::SUCCESS ? next : "";
        return all;
    }
    simdjson::dom::parser parser_;
};

/// Paths whose answers have a next_cursor, and the name of the parameter that takes it.
std::vector<std::pair<std::string, std::string>> lists_of_openapi() {
    static simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::object paths;
    EXPECT_EQ(parser.parse(openapi_json).get(root), simdjson::SUCCESS);
    EXPECT_EQ(root["paths"].get(paths), simdjson::SUCCESS);
    std::vector<std::pair<std::string, std::string>> lists;
    for (const auto path : paths) {
        simdjson::dom::element get;
        std::string_view schema;
        const bool answers =
            path.value["get"].get(get) == simdjson::SUCCESS &&
            get.at_pointer("/responses/200/content/application~1json/schema/$ref").get(schema) ==
                simdjson::SUCCESS;
        if (!answers) continue;
        simdjson::dom::element cursor;
        if (root.at_pointer(std::string(schema.substr(1)) + "/properties/next_cursor")
                .get(cursor) != simdjson::SUCCESS)
            continue;
        simdjson::dom::element list;
        EXPECT_EQ(get["parameters"].get(list), simdjson::SUCCESS) << path.key;
        const std::string parameters = simdjson::minify(list);
        const bool named = parameters.find("parameters/cursor") != std::string::npos;
        EXPECT_TRUE(parameters.find("limit") != std::string::npos) << path.key;
        EXPECT_TRUE(named || parameters.find(R"("name":"after")") != std::string::npos) << path.key;
        lists.emplace_back(path.key, named ? "cursor" : "after");
    }
    return lists;
}

TEST_F(Walks, OfEveryListShowEachEntryOnce) {
    fill();
    const std::string contact = get("/v1/contacts?phone=%2B573001234561").member("id");
    const auto lists = lists_of_openapi();
    std::size_t filled = 0;
    std::string few;
    for (const auto& [pattern, parameter] : lists) {
        std::string path = pattern;
        const std::size_t id = path.find("{id}");
        if (id != std::string::npos)
            path.replace(id, 4, pattern.starts_with("/v1/contacts") ? contact : "wa-main");
        path += pattern == "/v1/suppressions" ? "?account=sms-main&address=%2B573001234561&limit="
                                              : "?limit=";
        std::string cursor;
        const Reply whole = get(path + "200");
        ASSERT_EQ(whole.status, 200) << path << whole.body;
        const auto expected = entries(whole, cursor);
        filled += expected.size() >= 3 ? 1 : 0;
        if (expected.size() < 3) few += path + " ";
        std::vector<std::string> walked;
        cursor.clear();
        for (std::size_t pages = 0; pages <= expected.size() + 1; ++pages) {
            const Reply page =
                get(path + "1" + (cursor.empty() ? "" : "&" + parameter + "=" + cursor));
            ASSERT_EQ(page.status, 200) << path << page.body;
            const auto some = entries(page, cursor);
            ASSERT_LE(some.size(), 1u) << path;
            walked.insert(walked.end(), some.begin(), some.end());
            if (cursor.empty() || some.empty()) break;
        }
        EXPECT_EQ(walked, expected) << path;
    }
    EXPECT_GE(filled, 14u) << "too few entries: " << few;
}

}  // namespace
}  // namespace postern::api
