#include "gateway/sim/ledger.h"

#include <gtest/gtest.h>

namespace postern::sim {
namespace {

Webhook webhook(std::uint64_t seq, const std::string& id) {
    Webhook webhook;
    webhook.seq = seq;
    webhook.endpoint.channel = "http";
    webhook.endpoint.account = "web-main";
    webhook.body = "{}";
    Item item;
    item.external_id = id;
    item.text = "hi";
    webhook.items.push_back(item);
    return webhook;
}

TEST(Ledger, CountsAsAcknowledgedOnlyWhatWasAnswered200) {
    Ledger ledger;
    const std::size_t first = ledger.open(webhook(1, "m-1"), 0);
    const std::size_t second = ledger.open(webhook(2, "m-2"), 0);
    const std::size_t third = ledger.open(webhook(3, "m-3"), 0);
    ledger.attempted(first, 200, 10);
    ledger.attempted(second, 503, 10);
    ledger.attempted(third, 0, 10);
    ledger.attempted(third, 200, 10);

    EXPECT_EQ(ledger.acknowledged_ids(), (std::vector<std::string>{"m-1", "m-3"}));
    EXPECT_EQ(ledger.totals().attempts, 4u);
    EXPECT_EQ(ledger.totals().by_status.at(200), 2u);
}

TEST(Ledger, ListsAnIdOnceHoweverOftenItWasSent) {
    Ledger ledger;
    ledger.attempted(ledger.open(webhook(1, "m-1"), 0), 200, 10);
    ledger.attempted(ledger.open(webhook(2, "m-1"), 0), 200, 10);

    EXPECT_EQ(ledger.totals().acknowledged, 2u);
    EXPECT_EQ(ledger.totals().acknowledged_items, 1u);
}

TEST(Ledger, AnswersInTheContractsShape) {
    Ledger ledger;
    ledger.attempted(ledger.open(webhook(1, "m-1"), 1'767'225'600'123'456), 200, 1500);

    EXPECT_EQ(ledger.ledger_json({}),
              R"([{"seq":1,"at":"2026-01-01T00:00:00.123Z","channel":"http","account":"web-main",)"
              R"("from":"","to":"web-main","provider_id":"m-1","kind":"text","text":"hi",)"
              R"("raw":"{}"}])");
    LedgerFilter after;
    after.after = 1;
    EXPECT_EQ(ledger.ledger_json(after), "[]");
}

}  // namespace
}  // namespace postern::sim
