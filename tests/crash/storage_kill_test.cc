// Kills a writer with SIGKILL at random moments, thousands of times: every row that it had
// acknowledged is there at the next start. Half of the kills go to each commit log. The oracle is
// memory that the parent shares with the child and that does not die with it.
//
// POSTERN_KILLS: how many in all (3,000). POSTERN_SEED: the random moments.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <vector>

#include "tests/support/storage_rig.h"

namespace postern::crash {
namespace {

using storage::Sequence;
using support::LogKind;
using support::StorageRig;

constexpr int kills_default = 3000;
constexpr int lanes_count = 6;
constexpr int kills_a_folder = 150;  // then a new one, so that checking all of it stays cheap
constexpr int life_ms_max = 30;
constexpr int start_ms_max = 30'000;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = ::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Shared {
    std::atomic<Sequence> acknowledged{0};
    std::atomic<Sequence> checked{0};  // all up to here have been seen after a start
    std::atomic<std::uint64_t> missing{0};
    char problem[512] = {};
};

Shared* make_shared_memory() {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) Shared;
}

// The child: open, look for what was acknowledged, say so, write until the end comes.
[[noreturn]] void write_until_killed(const support::RigOptions& options, Shared& shared, int ready,
                                     bool all) {
    std::string problem;
    auto opened = StorageRig::open(options, problem);
    if (!opened) {
        std::snprintf(shared.problem, sizeof shared.problem, "%s", problem.c_str());
        ::_exit(2);
    }
    StorageRig& rig = **opened;
    const Sequence acknowledged = shared.acknowledged.load();
    shared.missing = rig.missing(all ? 1 : shared.checked.load() + 1, acknowledged);
    if (shared.missing != 0 || rig.durable() < acknowledged) ::_exit(3);
    shared.checked = acknowledged;
    if (::write(ready, "r", 1) != 1) ::_exit(4);
    std::minstd_rand random(static_cast<unsigned>(acknowledged + 1));
    for (std::uint64_t group = 0;; ++group) {
        if (!rig.write_group(1 + static_cast<std::uint32_t>(random() % 32))) ::_exit(5);
        shared.acknowledged = rig.durable();
        if (group % 32 == 0 && !rig.write_anchor()) ::_exit(6);
    }
}

// False where the child ended by itself: then something is wrong.
bool wait_for(int fd, int ms) {
    pollfd waited{fd, POLLIN, 0};
    return ::poll(&waited, 1, ms) == 1 && (waited.revents & POLLIN) != 0;
}

struct Life {
    bool killed = false;
    int status = 0;
};

// Most are killed some time after they are ready, some while they open and replay.
Life live_and_die(const support::RigOptions& options, Shared& shared, std::mt19937_64& random,
                  bool all) {
    int ready[2];
    if (::pipe(ready) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(options, shared, ready[1], all);
    ::close(ready[1]);
    const bool early = !all && random() % 8 == 0;
    const int moment = static_cast<int>(random() % life_ms_max);
    char byte;
    if (early) {
        wait_for(ready[0], moment);
    } else if (wait_for(ready[0], start_ms_max) && ::read(ready[0], &byte, 1) == 1) {
        wait_for(ready[0], moment);
    }
    ::kill(child, SIGKILL);
    Life life;
    ::waitpid(child, &life.status, 0);
    ::close(ready[0]);
    life.killed = WIFSIGNALED(life.status) && WTERMSIG(life.status) == SIGKILL;
    return life;
}

// One folder after the other; false: something was lost, and `lane` has said what.
bool run_lane(LogKind kind, int lane, int kills, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uint64_t rows = 0;
    auto reported = std::chrono::steady_clock::now();
    for (int done = 0; done < kills;) {
        std::string pattern = ::testing::TempDir() + "storage_kill_XXXXXX";
        support::RigOptions options;
        options.path = ::mkdtemp(pattern.data());
        options.kind = kind;
        Shared* shared = make_shared_memory();
        if (shared == nullptr) return false;
        for (int i = 0; i < kills_a_folder && done < kills; ++i) {
            ++done;
            // The last life of a folder looks at all of it.
            const bool last = i + 1 == kills_a_folder || done == kills;
            const Life life = live_and_die(options, *shared, random, last);
            const auto now = std::chrono::steady_clock::now();
            if (!life.killed || done == kills || now - reported > std::chrono::seconds(10)) {
                reported = now;
                std::printf("lane %d: %d of %d kills, %llu rows acknowledged, %llu missing\n", lane,
                            done, kills,
                            static_cast<unsigned long long>(rows + shared->acknowledged),
                            static_cast<unsigned long long>(shared->missing.load()));
                std::fflush(stdout);
            }
            if (life.killed) continue;
            std::printf("seed %llu, status %d: %s; see %s\n", static_cast<unsigned long long>(seed),
                        life.status, shared->problem, options.path.c_str());
            return false;
        }
        rows += shared->acknowledged;
        ::munmap(shared, sizeof(Shared));
        std::error_code error;
        std::filesystem::remove_all(options.path, error);
    }
    return rows > 0;
}

// A life is mostly waiting for the disk, so lanes run side by side. Each is a process, and of one
// thread only, as forking asks for.
void kill_loop(LogKind kind) {
    const int kills = static_cast<int>(from_environment("POSTERN_KILLS", kills_default) / 2);
    const std::uint64_t seed = from_environment("POSTERN_SEED", 1);
    std::vector<pid_t> lanes;
    for (int lane = 0; lane < lanes_count; ++lane) {
        const int share = kills / lanes_count + (lane < kills % lanes_count ? 1 : 0);
        std::fflush(stdout);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const auto lane_seed = seed * 100 + static_cast<std::uint64_t>(lane);
            const bool kept = share == 0 || run_lane(kind, lane, share, lane_seed);
            std::fflush(stdout);
            ::_exit(kept ? 0 : 1);
        }
        lanes.push_back(child);
    }
    for (const pid_t lane : lanes) {
        int status = 0;
        ASSERT_EQ(lane, ::waitpid(lane, &status, 0));
        EXPECT_EQ(0, status) << "POSTERN_SEED=" << seed;
    }
}

TEST(StorageKill, LosesNoAcknowledgedRowOfTheSegmentLog) {
    kill_loop(LogKind::segments);
}

TEST(StorageKill, LosesNoAcknowledgedRowOfRocksdbsLog) {
    kill_loop(LogKind::rocksdb);
}

}  // namespace
}  // namespace postern::crash
