#include "gateway/sim/sent_log.h"

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

TEST(SentLog, CountsAsAcknowledgedOnlyWhatWasAnswered200) {
    SentLog log;
    const std::size_t first = log.open(webhook(1, "m-1"), 0);
    const std::size_t second = log.open(webhook(2, "m-2"), 0);
    const std::size_t third = log.open(webhook(3, "m-3"), 0);
    log.attempted(first, 200, 10);
    log.attempted(second, 503, 10);
    log.attempted(third, 0, 10);
    log.attempted(third, 200, 10);

    EXPECT_EQ(log.acknowledged_ids(), (std::vector<std::string>{"m-1", "m-3"}));
    EXPECT_EQ(log.totals().attempts, 4u);
    EXPECT_EQ(log.totals().by_status.at(200), 2u);
}

TEST(SentLog, ListsAnIdOnceHoweverOftenItWasSent) {
    SentLog log;
    log.attempted(log.open(webhook(1, "m-1"), 0), 200, 10);
    log.attempted(log.open(webhook(2, "m-1"), 0), 200, 10);

    EXPECT_EQ(log.totals().acknowledged, 2u);
    EXPECT_EQ(log.totals().acknowledged_items, 1u);
}

TEST(SentLog, ListsAWebhookWithWhatBecameOfIt) {
    SentLog log;
    log.attempted(log.open(webhook(1, "m-1"), 1'767'225'600'123'456), 200, 1500);

    EXPECT_EQ(log.sent_json({}),
              R"([{"seq":1,"at":"2026-01-01T00:00:00.123Z","channel":"http","account":"web-main",)"
              R"("defect":"none","duplicate":false,"attempts":1,"status":200,)"
              R"("latency_ms":1.500000,"acknowledged":true,"finished":false,"ids":["m-1"],)"
              R"("kinds":["text"]}])");
    SentFilter after;
    after.after = 1;
    EXPECT_EQ(log.sent_json(after), "[]");
}

}  // namespace
}  // namespace postern::sim
