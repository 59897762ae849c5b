// Names, actions and passes; what ends the process is looked at from another one.
#include "storage/failpoint.h"

#include <gtest/gtest.h>

#include <set>

namespace postern::storage {
namespace {

bool arm(std::string_view text) {
    std::string problem;
    const bool good = arm_failpoint(text, problem);
    EXPECT_EQ(good, problem.empty()) << problem;
    return good;
}

/// How many passes of `anchor.before` fail, out of five.
int failures_of_five(std::string_view text) {
    if (!arm(text)) return -1;
    int failures = 0;
    for (int i = 0; i < 5; ++i)
        failures = failures * 2 + (failpoint_fails("anchor.before") ? 1 : 0);
    return failures;
}

TEST(FailpointTable, NamesEachPlaceOnce) {
    std::set<std::string_view> names;
    for (const Failpoint& point : failpoints) EXPECT_TRUE(names.insert(point.name).second);
    EXPECT_GE(names.size(), 30u);
}

TEST(Failpoint, IsPassedByWhereNothingIsArmed) {
    EXPECT_FALSE(failpoints_armed());
    failpoint("message.before");
    EXPECT_FALSE(failpoint_fails("anchor.before"));
    EXPECT_TRUE(arm(""));
    EXPECT_FALSE(failpoints_armed());
}

TEST(Failpoint, RefusesWhatIsNoNameActionOrPass) {
    for (const char* text :
         {"nowhere:kill", "message.before", "message.before:", "message.before:go",
          "message.before:eio", "anchor.before:kill:0", "anchor.before:kill:x",
          "anchor.before:kill:1x", "anchor.before:kill:-1", ":kill"}) {
        EXPECT_FALSE(arm(text)) << text;
    }
    EXPECT_FALSE(failpoints_armed());
}

TEST(FailpointDeathTest, KillsAtTheNamedPlaceAndSaysWhich) {
    const auto pass = [] {
        if (!arm("message.after:kill")) std::exit(1);
        failpoint("message.before");
        failpoint("message.after");
        std::exit(2);
    };
    EXPECT_EXIT(pass(), ::testing::KilledBySignal(SIGKILL), "failpoint: message.after\n");
}

TEST(FailpointDeathTest, KillsAtTheNthPassAlone) {
    const auto pass = [](int times) {
        if (!arm("message.after:kill:3")) std::exit(1);
        for (int i = 0; i < times; ++i) failpoint("message.after");
        std::exit(2);
    };
    EXPECT_EXIT(pass(2), ::testing::ExitedWithCode(2), "");
    EXPECT_EXIT(pass(3), ::testing::KilledBySignal(SIGKILL), "failpoint: message.after\n");
}

TEST(FailpointDeathTest, FailsTheNthFileOperationAlone) {
    EXPECT_EXIT(std::exit(failures_of_five("anchor.before:eio")),
                ::testing::ExitedWithCode(0b10000), "failpoint: anchor.before\n");
    EXPECT_EXIT(std::exit(failures_of_five("anchor.before:eio:4")),
                ::testing::ExitedWithCode(0b00010), "failpoint: anchor.before\n");
}

}  // namespace
}  // namespace postern::storage
