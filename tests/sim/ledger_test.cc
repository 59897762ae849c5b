#include "gateway/sim/ledger.h"

#include <gtest/gtest.h>

namespace postern::sim {
namespace {

AcceptedSend send_at(std::int64_t steady_us, std::string_view account = "wa-main") {
    return {.channel = "whatsapp",
            .account = account,
            .to = "+573001112233",
            .provider_id = "wamid.1",
            .text = "hi \"you\"",
            .raw = "{}",
            .at_us = 1'767'225'600'123'456,
            .steady_us = steady_us};
}

std::uint64_t worst(const ArrivalRate& rate, std::int64_t window_ms) {
    for (const WorstWindow& window : rate.worst) {
        if (window.window_ms == window_ms) return window.count;
    }
    return 0;
}

TEST(Ledger, AnswersInTheContractsShape) {
    Ledger ledger;
    EXPECT_EQ(ledger.append(send_at(1)), 1u);

    EXPECT_EQ(ledger.json({}),
              R"([{"seq":1,"at":"2026-01-01T00:00:00.123Z","channel":"whatsapp",)"
              R"("account":"wa-main","to":"+573001112233","provider_id":"wamid.1",)"
              R"("text":"hi \"you\"","raw":"{}"}])");
}

TEST(Ledger, ListsWhatTheFilterAsksForAndNothingElse) {
    Ledger ledger;
    for (int i = 0; i < 5; ++i) ledger.append(send_at(i, i % 2 == 0 ? "wa-main" : "wa-two"));

    EXPECT_EQ(ledger.json({.after = 5}), "[]");
    EXPECT_EQ(ledger.json({.channel = "twilio"}), "[]");
    EXPECT_EQ(ledger.rate({.account = "wa-two"}).count, 2u);
    EXPECT_EQ(ledger.rate({.after = 3}).count, 2u);
    const std::string limited = ledger.json({.after = 1, .limit = 1, .raw = false});
    EXPECT_NE(limited.find("\"seq\":2"), std::string::npos);
    EXPECT_EQ(limited.find("\"seq\":3"), std::string::npos);
    EXPECT_EQ(limited.find("raw"), std::string::npos);
}

TEST(Ledger, ForgetsTheOldestAndKeepsItsSequences) {
    Ledger ledger(3);
    for (int i = 0; i < 5; ++i) ledger.append(send_at(i));

    EXPECT_EQ(ledger.accepted(), 5u);
    EXPECT_EQ(ledger.forgotten(), 2u);
    const std::string all = ledger.json({});
    EXPECT_EQ(all.find("\"seq\":2,"), std::string::npos);
    EXPECT_NE(all.find("\"seq\":3,"), std::string::npos);
    EXPECT_EQ(ledger.rate({.after = 4}).count, 1u);
    ledger.clear();
    EXPECT_EQ(ledger.append(send_at(9)), 6u);
    EXPECT_EQ(ledger.rate({.after = 5}).count, 1u);
}

TEST(Ledger, FindsTheWorstWindowWhereverItLies) {
    Ledger ledger;
    // One every 50 ms for a second, with ten in the same millisecond in the middle.
    for (int i = 0; i < 10; ++i) ledger.append(send_at(i * 50'000));
    for (int i = 0; i < 10; ++i) ledger.append(send_at(500'000 + i * 100));
    for (int i = 11; i < 20; ++i) ledger.append(send_at(i * 50'000));

    const ArrivalRate rate = ledger.rate({});

    EXPECT_EQ(rate.count, 29u);
    EXPECT_EQ(rate.first_us, 0);
    EXPECT_EQ(rate.last_us, 950'000);
    EXPECT_EQ(worst(rate, 100), 11u);  // the ten and one neighbour
    EXPECT_EQ(worst(rate, 1000), 29u);
}

TEST(Ledger, CountsAWindowsEndAsOutside) {
    Ledger ledger;
    ledger.append(send_at(0));
    ledger.append(send_at(100'000));

    EXPECT_EQ(worst(ledger.rate({}), 100), 1u);
    ledger.append(send_at(199'999));
    EXPECT_EQ(worst(ledger.rate({}), 100), 2u);
}

TEST(Ledger, SaysZeroOfNothing) {
    EXPECT_EQ(rate_json(Ledger().rate({})),
              R"({"count":0,"first":0,"last":0,"worst":[{"window_ms":100,"count":0},)"
              R"({"window_ms":1000,"count":0},{"window_ms":10000,"count":0},)"
              R"({"window_ms":60000,"count":0}]})");
}

}  // namespace
}  // namespace postern::sim
