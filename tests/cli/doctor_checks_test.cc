#include "gateway/cli/doctor_checks.h"

#include <gtest/gtest.h>

namespace postern::cli {
namespace {

SyncLatency latency(std::int64_t p50_us, std::int64_t p99_us) {
    SyncLatency measured;
    measured.measured = true;
    measured.p50_us = p50_us;
    measured.p99_us = p99_us;
    return measured;
}

TEST(Doctor, LikesAnSsdAndWarnsOfASpinningDisk) {
    EXPECT_EQ(judge_sync("/data", latency(900, 4'000)).grade, Grade::ok);
    EXPECT_EQ(judge_sync("/data", latency(25'000, 60'000)).grade, Grade::warn);
    EXPECT_EQ(judge_sync("/data", latency(900, 150'000)).grade, Grade::warn);
    EXPECT_EQ(judge_sync("/data", latency(150'000, 300'000)).grade, Grade::fail);
}

TEST(Doctor, DistrustsADiskThatForgetsOrCannotBeThatFast) {
    SyncLatency memory = latency(2, 3);
    memory.in_memory = true;

    EXPECT_EQ(judge_sync("/dev/shm", memory).grade, Grade::fail);
    EXPECT_EQ(judge_sync("/data", latency(2, 3)).grade, Grade::warn);
}

TEST(Doctor, OnlyWarnsWhenItCouldNotMeasure) {
    SyncLatency none;
    none.problem = "cannot write to /data: Permission denied";

    const Check check = judge_sync("/data", none);

    EXPECT_EQ(check.grade, Grade::warn);
    EXPECT_EQ(check.found, none.problem);
    EXPECT_FALSE(check.advice.empty());
}

TEST(Doctor, WarnsOfAClockThatNobodySets) {
    EXPECT_EQ(judge_clock({true, 20'000}).grade, Grade::ok);
    EXPECT_EQ(judge_clock({true, 5'000'000}).grade, Grade::warn);
    EXPECT_EQ(judge_clock({false, 16'000'000}).grade, Grade::warn);
}

TEST(Doctor, AcceptsABoundPortOnlyFromARunningPostern) {
    EXPECT_EQ(judge_port("api", "127.0.0.1:8080", PortState::free, false).grade, Grade::ok);
    EXPECT_EQ(judge_port("api", "127.0.0.1:8080", PortState::in_use, true).grade, Grade::ok);
    EXPECT_EQ(judge_port("api", "127.0.0.1:8080", PortState::in_use, false).grade, Grade::fail);
    EXPECT_EQ(judge_port("api", "127.0.0.1:80", PortState::forbidden, false).grade, Grade::fail);
    EXPECT_EQ(judge_port("api", "192.0.2.1:80", PortState::no_such_address, true).grade,
              Grade::fail);
}

TEST(Doctor, AsksForEnoughDescriptorsAndLockedMemory) {
    EXPECT_EQ(judge_descriptors(131'072).grade, Grade::ok);
    EXPECT_EQ(judge_descriptors(20'000).grade, Grade::warn);
    EXPECT_EQ(judge_descriptors(1024).grade, Grade::fail);
    EXPECT_EQ(judge_memlock(64u << 20).grade, Grade::ok);
    EXPECT_EQ(judge_memlock(~std::uint64_t{0}).found, "unlimited");
    EXPECT_EQ(judge_memlock(64u << 10).grade, Grade::warn);
}

TEST(Doctor, JudgesFreeSpaceByTheDaemonsTiers) {
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    constexpr std::uint64_t inodes = 1'000'000;

    EXPECT_EQ(judge_disk("/data", {50 * gib, 100 * gib, inodes}).grade, Grade::ok);
    EXPECT_EQ(judge_disk("/data", {12 * gib, 100 * gib, inodes}).grade, Grade::warn);
    EXPECT_EQ(judge_disk("/data", {gib, 100 * gib, inodes}).grade, Grade::fail);
    EXPECT_EQ(judge_disk("/data", {50 * gib, 100 * gib, 10}).grade, Grade::fail);
}

TEST(Doctor, CountsTheDaysOfACertificate) {
    constexpr std::int64_t now = 1'767'225'600;
    constexpr std::int64_t day = 86'400;

    EXPECT_EQ(judge_certificate("tls.pem", true, now + 60 * day, now).grade, Grade::ok);
    EXPECT_EQ(judge_certificate("tls.pem", true, now + 5 * day, now).grade, Grade::warn);
    EXPECT_EQ(judge_certificate("tls.pem", true, now - day, now).grade, Grade::fail);
    EXPECT_EQ(judge_certificate("tls.pem", false, 0, now).grade, Grade::fail);
}

TEST(Doctor, SaysTheWorstOfAll) {
    EXPECT_EQ(worst({}), Grade::ok);
    EXPECT_EQ(
        worst({{Grade::ok, "", "", ""}, {Grade::fail, "", "", ""}, {Grade::warn, "", "", ""}}),
        Grade::fail);
}

TEST(Doctor, WarnsOfKeysWithoutAnEndAndOfManyOwners) {
    KeyFacts app{"shop"};
    app.expires = true;
    KeyFacts owner{"bootstrap"};
    owner.owner = owner.expires = true;
    KeyFacts revoked{"old"};
    revoked.active = false;

    EXPECT_EQ(judge_keys({app, owner, revoked}).grade, Grade::ok);
    EXPECT_EQ(judge_keys({owner, owner, owner, app}).grade, Grade::warn);

    app.expires = false;
    const Check check = judge_keys({app, owner});
    EXPECT_EQ(check.grade, Grade::warn);
    EXPECT_NE(check.found.find("without an end: shop"), std::string::npos) << check.found;
    EXPECT_EQ(check.found.find("bootstrap"), std::string::npos) << check.found;
}

}  // namespace
}  // namespace postern::cli
