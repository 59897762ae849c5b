// What ended the process twice is known at the next start.
#include "gateway/runtime/poison_slot.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace postern::runtime {
namespace {

class PoisonSlotTest : public ::testing::Test {
  protected:
    PoisonSlotTest() { std::filesystem::remove(path_); }
    ~PoisonSlotTest() override { std::filesystem::remove(path_); }

    /// A process that dies while it applies `fingerprint`.
    void crash_on(std::uint64_t fingerprint) const {
        const pid_t child = ::fork();
        if (child == 0) {
            auto slot = PoisonSlot::open(path_);
            (*slot)->begin(fingerprint);
            ::_exit(9);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
    }

    const std::string path_ = ::testing::TempDir() + "poison-" + std::to_string(::getpid());
};

TEST_F(PoisonSlotTest, OneCrashMayBeAnAccident) {
    crash_on(77);
    const auto slot = PoisonSlot::open(path_);

    EXPECT_EQ((*slot)->crashed_on(), 77u);
    EXPECT_FALSE((*slot)->is_poison(77));
}

TEST_F(PoisonSlotTest, TwoCrashesAreNot) {
    crash_on(77);
    crash_on(78);
    crash_on(77);
    const auto slot = PoisonSlot::open(path_);

    EXPECT_TRUE((*slot)->is_poison(77));
    EXPECT_FALSE((*slot)->is_poison(78));
    EXPECT_FALSE((*slot)->is_poison(0));
}

TEST_F(PoisonSlotTest, WhatWasAppliedIsNoCulprit) {
    {
        auto slot = PoisonSlot::open(path_);
        (*slot)->begin(5);
        (*slot)->end();
    }
    const auto slot = PoisonSlot::open(path_);
    EXPECT_EQ((*slot)->crashed_on(), 0u);
}

}  // namespace
}  // namespace postern::runtime
