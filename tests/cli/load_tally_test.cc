#include "gateway/cli/load_tally.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "gateway/cli/load_run.h"

namespace postern::cli {
namespace {

std::int64_t at(std::string_view json, std::string_view pointer) {
    simdjson::dom::parser parser;
    std::int64_t number = -1;
    EXPECT_EQ(parser.parse(json.data(), json.size()).at_pointer(pointer).get(number),
              simdjson::SUCCESS)
        << pointer << json;
    return number;
}

/// Ten messages, all accepted as m0 … m9.
LoadTally ten() {
    LoadTally tally("r1", 10);
    for (std::size_t i = 0; i < 10; ++i) {
        tally.submitted();
        tally.accepted(i, "m" + std::to_string(i), static_cast<std::int64_t>(i + 1) * 1000);
    }
    return tally;
}

TEST(LoadTally, KnowsAStateThatOvertookTheAnswer) {
    LoadTally tally("r1", 1);
    tally.state_came("m0", LoadState::delivered);
    tally.state_came("m0", LoadState::sent);
    tally.state_came("somebody-elses", LoadState::delivered);
    EXPECT_EQ(tally.settled(), 0u);

    tally.accepted(0, "m0", 1000);

    EXPECT_EQ(tally.in_state(LoadState::delivered), 1u);
    EXPECT_EQ(tally.finished(), 1u);
}

TEST(LoadTally, MovesForwardsOnlyButLetsAReceiptContradictAFailure) {
    LoadTally tally = ten();
    tally.state_came("m0", LoadState::delivered);
    tally.state_came("m0", LoadState::sent);
    tally.state_came("m1", LoadState::failed);
    tally.state_came("m1", LoadState::sending);
    EXPECT_EQ(tally.in_state(LoadState::delivered), 1u);
    EXPECT_EQ(tally.in_state(LoadState::failed), 1u);

    tally.state_came("m1", LoadState::delivered);

    EXPECT_EQ(tally.in_state(LoadState::delivered), 2u);
    EXPECT_EQ(tally.in_state(LoadState::failed), 0u);
}

TEST(LoadTally, TellsLostFromPendingFromTwice) {
    LoadTally tally = ten();
    for (int i = 0; i < 5; ++i) {
        tally.state_came("m" + std::to_string(i), LoadState::sent);
        if (i > 0) tally.arrived(tally.text_of(static_cast<std::size_t>(i)));
    }
    tally.arrived(tally.text_of(4));
    tally.arrived(tally.text_of(4));
    tally.arrived("load r2 7");     // another run's
    tally.arrived("load r1 4711");  // none of ours
    tally.state_came("m5", LoadState::failed);
    tally.state_came("m6", LoadState::unknown);
    tally.state_came("m7", LoadState::queued);

    const LoadTally::Comparison comparison = tally.compare();

    EXPECT_EQ(comparison.lost, 1u);        // m0
    EXPECT_EQ(comparison.duplicates, 2u);  // of m4
    EXPECT_EQ(comparison.pending, 3u);     // m7, and m8 and m9, of which nothing is known
}

TEST(LoadTally, ReportsInTheContractsShape) {
    LoadTally tally = ten();
    tally.state_came("m0", LoadState::read);
    tally.state_came("m1", LoadState::expired);
    tally.submitted();
    tally.refused("opt_out");
    const std::vector<LoadLimiter> limiters = {{"a", 80, 40, 42}, {"b", 10, 9.5, 10}};

    const std::string report = tally.report(2.0, true, limiters);

    EXPECT_EQ(at(report, "/sent"), 11);
    EXPECT_EQ(at(report, "/accepted"), 10);
    EXPECT_EQ(at(report, "/delivered"), 1);
    EXPECT_EQ(at(report, "/failed"), 1);
    EXPECT_EQ(at(report, "/unknown"), 0);
    EXPECT_EQ(at(report, "/lost"), 1);
    EXPECT_EQ(at(report, "/duplicates"), 0);
    EXPECT_EQ(at(report, "/refusals/opt_out"), 1);
    EXPECT_EQ(at(report, "/limiter/worst_window"), 10);  // b is nearer to its limit
    EXPECT_NE(report.find(R"("rate":5.0)"), std::string::npos) << report;
    EXPECT_NE(report.find(R"("p50":5.0)"), std::string::npos) << report;
    EXPECT_NE(report.find(R"("p999":10.0)"), std::string::npos) << report;
}

TEST(LoadTally, DoesNotClaimWhatItDidNotCompare) {
    const std::string report = ten().report(1.0, false, {});

    EXPECT_NE(report.find(R"("lost":null)"), std::string::npos);
    EXPECT_NE(report.find(R"("limiter":null)"), std::string::npos);
}

TEST(LoadTally, PercentilesAreNearestRanks) {
    EXPECT_EQ(percentile_ms({}, 0.5), 0);
    EXPECT_EQ(percentile_ms({7000}, 0.999), 7);
    EXPECT_EQ(percentile_ms({4000, 1000, 3000, 2000}, 0.5), 2);
    EXPECT_EQ(percentile_ms({4000, 1000, 3000, 2000}, 0.51), 3);
}

TEST(LoadBody, GoesRoundAccountsContactsAndCategories) {
    LoadOptions options;
    options.accounts = {{"wa-main", "whatsapp", 0}, {"tg-main", "telegram", 0}};
    options.categories = {"reply"};
    options.contacts = 2;
    options.batch = 3;
    const LoadTally tally("r1", 10);

    EXPECT_EQ(load_body(options, tally, 3, 2),
              R"({"messages":[{"to":{"channel":"telegram","address":"700000001"},)"
              R"("account":"tg-main","category":"reply","content":{"type":"text",)"
              R"("text":"load r1 3"}},{"to":{"channel":"whatsapp","address":"+573000000000"},)"
              R"("account":"wa-main","category":"reply","content":{"type":"text",)"
              R"("text":"load r1 4"}}]})");
    options.batch = 1;
    EXPECT_EQ(load_body(options, tally, 0, 1).substr(0, 6), R"({"to":)");
}

}  // namespace
}  // namespace postern::cli
