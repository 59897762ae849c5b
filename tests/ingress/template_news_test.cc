// What a webhook tells of a template reaches every account of the business account that shares the
// secret, and no other.
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "gateway/ingress/commands.h"

namespace postern::ingress {
namespace {

std::unique_ptr<Account> account_of(std::string name, model::AccountNumber number, std::string waba,
                                    const std::string& secret) {
    auto account = std::make_unique<Account>();
    account->name = name;
    account->channel = "whatsapp";
    account->number = number;
    account->channel_number = 1;
    account->config.account = std::move(name);
    account->config.channel = "whatsapp";
    account->config.settings = {{"phone_number_id", std::to_string(number)}};
    if (!waba.empty()) account->config.settings["waba_id"] = std::move(waba);
    account->config.credentials["app_secret"].emplace_back(secret);
    account->config.credentials["verify_token"].emplace_back("v");
    std::string problem;
    account->adapter = adapters::make(account->config, problem);
    EXPECT_NE(account->adapter, nullptr) << problem;
    account->health = std::make_shared<Health>();
    account->routing = std::to_string(number);
    return account;
}

class TemplateNews : public ::testing::Test {
  protected:
    TemplateNews() {
        std::vector<std::unique_ptr<Account>> accounts;
        accounts.push_back(account_of("a", 1, "200100", "s"));
        accounts.push_back(account_of("b", 2, "200100", "s"));
        accounts.push_back(account_of("other-waba", 3, "999", "s"));
        accounts.push_back(account_of("other-secret", 4, "200100", "t"));
        accounts.push_back(account_of("silent", 5, "", "s"));
        table_ = std::make_unique<AccountTable>(std::move(accounts));
    }
    /// The news of a status webhook that came to this account.
    std::optional<core::TemplateNews> told(const std::string& url_account,
                                           const std::string& status) {
        adapters::InboundSignal signal;
        signal.kind = adapters::SignalKind::template_status;
        signal.dedupe_id = "d";
        adapters::TemplateTold told;
        told.what = {.id = "77", .name = "hola", .language = "es", .status = status};
        told.owner = "200100";
        told.setting = "waba_id";
        signal.told = told;
        adapters::InboundBatch batch;
        batch.items.push_back({signal, {}, {}});
        std::string orphans;
        CommandMaker maker{storage::KeyBytes{}};
        const auto commands =
            maker.make(*table_, *table_->find(url_account), batch, model::Instant{}, orphans);
        EXPECT_EQ(commands.size(), 1u);
        return std::get<core::ReceiveSignal>(commands.at(0).payload).news;
    }
    std::unique_ptr<AccountTable> table_;
};

using Numbers = std::vector<model::AccountNumber>;

TEST_F(TemplateNews, WhatASiblingsUrlBringsIsASignOfLifeOfTheAccountItIsFor) {
    adapters::InboundBatch batch;
    batch.items.push_back({adapters::InboundMessage{}, "2", {}});
    std::string orphans;
    CommandMaker maker{storage::KeyBytes{}};
    const model::Instant now{std::chrono::seconds{100}};
    EXPECT_EQ(maker.make(*table_, *table_->find("a"), batch, now, orphans).size(), 1u);
    EXPECT_EQ(table_->find("b")->health->last_inbound_us.load(), 100'000'000);
    EXPECT_EQ(table_->find("b")->health->items.load(), 1u);
    EXPECT_EQ(table_->find("other-waba")->health->last_inbound_us.load(), 0);
}

TEST_F(TemplateNews, ReachesThoseWhoShareTheBusinessAccountAndTheSecret) {
    const auto news = told("a", "paused");
    ASSERT_TRUE(news.has_value());
    EXPECT_EQ(news->accounts, (Numbers{1, 2}));
    EXPECT_EQ(news->name + "/" + news->language + "/" + news->provider_id, "hola/es/77");
    EXPECT_EQ(news->status, model::TemplateStatus::paused);
    EXPECT_EQ(told("other-secret", "paused")->accounts, Numbers{4});
}

TEST_F(TemplateNews, AnAccountThatDoesNotSayWhoseItIsHasItsOwn) {
    EXPECT_EQ(told("silent", "approved")->accounts, (Numbers{1, 2, 5}));
}

TEST_F(TemplateNews, WhatIsNoStatusChangesNone) {
    EXPECT_FALSE(told("a", "").has_value());
    EXPECT_FALSE(told("a", "unknown").has_value());
}

}  // namespace
}  // namespace postern::ingress
