// The words of `postern accounts connect`, from answers of the API.
#include "gateway/cli/connect_text.h"

#include <gtest/gtest.h>

#include "gateway/cli/account_checks.h"

namespace postern::cli {
namespace {

constexpr std::string_view answer = R"({"account":"tg","channel":"telegram","result":"fail",
 "identity":"@shop_bot","webhook_url":"https://gw/webhooks/tg","webhook_set":false,
 "checks":[{"check":"credentials","result":"ok","found":"the bot is @shop_bot","advice":null},
  {"check":"webhook","result":"fail","found":"Telegram has\u001b no webhook","advice":"set it"},
  {"check":"deliveries","result":"warn","found":"7 updates wait","advice":"look"},
  {"check":"inbound","result":"unknown","found":"nothing yet","advice":null}],
 "console":[{"where":"A → B","field":"URL","value":"https://gw/webhooks/tg"},
  {"where":"A → B","field":"Token","value":"what credentials.token says"}]})";

class ConnectText : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(document_.parse(answer)); }
    Document document_;
};

TEST_F(ConnectText, IsATickAStepWithWhatToDoBelow) {
    EXPECT_EQ(checks_text(document_.root()),
              "  ✓ credentials    the bot is @shop_bot\n"
              "  ✗ webhook        Telegram has  no webhook\n"
              "                   → set it\n"
              "  ! deliveries     7 updates wait\n"
              "                   → look\n"
              "  · inbound        nothing yet\n");
}

TEST_F(ConnectText, NamesEachPlaceOfTheConsoleOnce) {
    EXPECT_EQ(console_text(document_.root()),
              "  In A → B:\n"
              "      URL: https://gw/webhooks/tg\n"
              "      Token: what credentials.token says\n");
}

TEST_F(ConnectText, WhatAnAccountLacksIsTheFirstFailure) {
    EXPECT_EQ(lack_of(document_.root()), "Telegram has  no webhook");
    EXPECT_TRUE(wants_connecting(document_.root()));
}

TEST_F(ConnectText, WhatCannotBeMendedByConnectingIsNotAskedFor) {
    Document refused;
    ASSERT_TRUE(refused.parse(R"({"checks":[{"check":"credentials","result":"fail","found":"no"},
        {"check":"webhook","result":"unknown","found":"-"}]})"));
    EXPECT_FALSE(wants_connecting(refused.root()));
    Document good;
    ASSERT_TRUE(good.parse(R"({"checks":[{"check":"webhook","result":"ok","found":"yes"}]})"));
    EXPECT_EQ(lack_of(good.root()), "");
    EXPECT_FALSE(wants_connecting(good.root()));
}

TEST_F(ConnectText, BecomesFindingsOfTheDoctor) {
    std::vector<Check> checks;
    add_findings({"tg", Answer{200, std::string(answer), {}}}, checks);
    ASSERT_EQ(checks.size(), 4u);
    EXPECT_EQ(checks[1].name, "tg webhook");
    EXPECT_EQ(checks[1].grade, Grade::fail);
    EXPECT_EQ(checks[3].grade, Grade::unknown);
    EXPECT_EQ(worst({checks[0], checks[3]}), Grade::ok) << "what cannot be asked is no fault";
    EXPECT_EQ(worst(checks), Grade::fail);

    checks.clear();
    add_findings({"tg", Answer{0, {}, "no answer"}}, checks);
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0].grade, Grade::fail);
}

}  // namespace
}  // namespace postern::cli
