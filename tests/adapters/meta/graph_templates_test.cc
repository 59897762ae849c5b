// A page's list of utility templates; what it says is read as WhatsApp's (templates_test.cc there).
#include "adapters/meta/graph_templates.h"

#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters {
namespace {

std::unique_ptr<SendingAdapter> adapter(AdapterConfig config) {
    std::string problem;
    auto made = make_sending_adapter(config, problem);
    EXPECT_EQ(problem, "");
    return made;
}

TEST(MessengerTemplates, AreAskedOfThePage) {
    const auto page = adapter(sending_config("messenger"));
    const auto first = page->list_templates("");
    const auto second = page->list_templates("A==");

    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->method, "GET");
    EXPECT_TRUE(
        first->url.starts_with("https://graph.facebook.com/v25.0/400300/message_templates?fields="))
        << first->url;
    EXPECT_EQ(first->headers.at(0).second, "Bearer EAAtesttoken");
    EXPECT_EQ(second->url, first->url + "&after=A%3D%3D");
    EXPECT_TRUE(page->send_traits().templates);
}

TEST(MessengerTemplates, HaveNoListWithoutAPageAndNoneOnInstagram) {
    AdapterConfig config = sending_config("messenger");
    config.settings.erase("page_id");
    EXPECT_FALSE(adapter(config)->list_templates("").has_value());
    const auto instagram = adapter(sending_config("instagram"));
    EXPECT_FALSE(instagram->list_templates("").has_value());
    EXPECT_FALSE(instagram->send_traits().templates);
}

TEST(MessengerTemplates, AreReadInOurWords) {
    OwnedAnswer answer{
        200, R"({"data":[{"id":"7635","name":"order_update","language":"en",)"
             R"("status":"APPROVED","category":"UTILITY","components":[)"
             R"({"type":"BODY","text":"Your order is now {{1}}"},{"type":"BUTTONS",)"
             R"("buttons":[{"type":"POSTBACK","text":"Track","payload":"o_{{2}}"}]}]}]})"};

    const auto read = adapter(sending_config("messenger"))->listed(answer.view(), sending_now());

    const auto* page = std::get_if<TemplatePage>(&read);
    ASSERT_NE(page, nullptr);
    EXPECT_TRUE(page->next.empty());
    ASSERT_EQ(page->templates.size(), 1u);
    const ListedTemplate& update = page->templates[0];
    EXPECT_EQ(update.name + "/" + update.status + "/" + update.category,
              "order_update/approved/transactional");
    EXPECT_EQ(update.body, "Your order is now {{1}}");
    ASSERT_EQ(update.buttons.size(), 1u);
    EXPECT_EQ(update.buttons[0].kind, ButtonKind::reply);
}

TEST(MessengerTemplates, ARefusalHasMetasCode) {
    OwnedAnswer answer{400, R"({"error":{"message":"expired","code":190}})"};
    const auto read = adapter(sending_config("messenger"))->listed(answer.view(), sending_now());
    ASSERT_TRUE(std::holds_alternative<SendOutcome>(read));
    EXPECT_EQ(std::get<SendOutcome>(read).code, "token_refused");
}

}  // namespace
}  // namespace postern::adapters
