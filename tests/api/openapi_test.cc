// GET /openapi.json is true: it lists exactly the routes of the table, with their scopes, and every
// reference in it leads somewhere.
#include <set>

#include <simdjson.h>

#include "gateway/api/openapi.h"
#include "gateway/api/routes.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class OpenApi : public ApiRig {
  protected:
    void SetUp() override { ASSERT_EQ(parser_.parse(openapi_json).get(root_), simdjson::SUCCESS); }

    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

TEST_F(OpenApi, ListsExactlyTheRoutes) {
    std::set<std::string> described, served;
    simdjson::dom::object paths;
    ASSERT_EQ(root_["paths"].get(paths), simdjson::SUCCESS);
    for (const auto path : paths) {
        simdjson::dom::object methods;
        ASSERT_EQ(path.value.get(methods), simdjson::SUCCESS);
        for (const auto method : methods) {
            std::string_view scope;
            if (method.value["x-scope"].get(scope) != simdjson::SUCCESS) scope = "";
            std::string name(method.key);
            for (char& c : name) c = static_cast<char>(c - 32);
            described.insert(name + " " + std::string(path.key) + " " + std::string(scope));
        }
    }
    for (const Route& route : routes()) {
        served.insert(std::string(route.method) + " " + std::string(route.pattern) + " " +
                      std::string(route.scope));
    }
    EXPECT_EQ(described, served);
}

TEST_F(OpenApi, ReferencesOnlyWhatIsThere) {
    const std::string text(openapi_json);
    std::size_t references = 0;
    for (std::size_t at = text.find("\"#/"); at != std::string::npos;
         at = text.find("\"#/", at + 1)) {
        const std::string pointer = text.substr(at + 2, text.find('"', at + 1) - at - 2);
        simdjson::dom::element target;
        EXPECT_EQ(root_.at_pointer(pointer).get(target), simdjson::SUCCESS) << pointer;
        ++references;
    }
    EXPECT_GT(references, 50u);
}

TEST_F(OpenApi, IsServedWithoutAKeyAndCached) {  // CG-98
    const Reply reply = ask("GET", "/openapi.json", "", "-");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, openapi_json);
    const Reply again =
        ask("GET", "/openapi.json", "", "-", {{"If-None-Match", reply.header("ETag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
}

}  // namespace
}  // namespace postern::api
