// Cuts the power under storage, hundreds of times, at the n-th operation on either the log's disk
// or RocksDB's: what was not synced is gone or torn, in both at once. Every acknowledged row is
// there afterwards. The control run writes without sync and must lose something, or this proves
// nothing.
//
// POSTERN_POWER_CUTS: how many with sync in all (500). POSTERN_SEED: the random moments.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>

#include "tests/support/faulty_file_system.h"
#include "tests/support/faulty_log_files.h"
#include "tests/support/storage_rig.h"

namespace postern::crash {
namespace {

using storage::Sequence;
using support::LogKind;
using support::StorageRig;

constexpr std::uint64_t cuts_a_folder = 50;
constexpr std::uint64_t operations_max = 400;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = ::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// What the parent knows, and a child that ends at any instruction cannot take with it.
struct Shared {
    std::atomic<Sequence> acknowledged{0};
    std::atomic<std::uint64_t> missing{0};
    std::atomic<std::uint64_t> torn_ends{0};
    char problem[512] = {};
};

Shared* make_shared_memory() {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) Shared;
}

enum Ending : int { power_went = 0, refused = 2, lost_rows = 3, disk_broken = 4 };

// One start of the process, in a child: the disks settle where the power goes and the process ends
// there, so nothing is closed, flushed or handled any more.
class Life final {
  public:
    Life(const std::string& root, LogKind kind, bool sync, std::uint64_t seed, Shared& shared)
        : plan_(seed), log_files_(plan_), image_(root + "/log-disk"), shared_(shared) {
        disk_ = std::make_shared<support::FaultyFileSystem>(plan_, root + "/trash");
        log_files_.load_from(image_);
        options_.path = root;
        options_.kind = kind;
        options_.sync = sync;
        options_.log_files = &log_files_;
        options_.file_system = disk_;
        options_.segment_bytes = 64u << 10;
        options_.write_buffer_bytes = 64u << 10;
        plan_.at_cut([this] {
            disk_->settle();
            log_files_.settle();
            ::_exit(log_files_.save_to(image_) ? power_went : disk_broken);
        });
    }

    [[noreturn]] void run() {
        const bool cut_at_start = plan_.below(8) == 0;
        if (cut_at_start) cut_soon();
        std::string problem;
        auto rig = StorageRig::open(options_, problem);
        if (!rig) end(refused, problem);
        const Sequence acknowledged = shared_.acknowledged;
        shared_.torn_ends += (*rig)->recovery().tail_dropped ? 1 : 0;
        shared_.missing = (*rig)->missing(1, acknowledged);
        if (shared_.missing != 0) end(lost_rows, "");
        if (!cut_at_start) cut_soon();
        for (std::uint64_t group = 1;; ++group) {
            const auto rows = 1 + static_cast<std::uint32_t>(plan_.below(24));
            if (!(*rig)->write_group(rows)) end(disk_broken, "a group failed and the power is on");
            shared_.acknowledged = (*rig)->durable();
            if (group % 16 == 0 && !(*rig)->write_anchor()) end(disk_broken, "the anchor failed");
        }
    }

  private:
    void cut_soon() { plan_.arm(support::Fault::power_cut, 1 + plan_.below(operations_max)); }
    [[noreturn]] void end(Ending ending, const std::string& problem) {
        // The power went on another thread, which is settling the disks and ends the process: what
        // failed here failed because of it.
        while (plan_.off()) ::pause();
        std::snprintf(shared_.problem, sizeof shared_.problem, "%s", problem.c_str());
        ::_exit(ending);
    }

    support::FaultPlan plan_;
    support::FaultyLogFiles log_files_;
    std::shared_ptr<support::FaultyFileSystem> disk_;
    support::RigOptions options_;
    const std::string image_;
    Shared& shared_;
};

struct Toll {
    std::uint64_t cuts = 0, acknowledged = 0, missing = 0, refused = 0, torn_ends = 0;
    std::string problem;
};

// Lives in one folder until `cuts` are done or one of them went wrong.
void cut_in_folder(LogKind kind, bool sync, std::uint64_t cuts, std::uint64_t seed, Toll& toll) {
    std::string pattern = ::testing::TempDir() + "storage_power_XXXXXX";
    const std::string root = ::mkdtemp(pattern.data());
    Shared* shared = make_shared_memory();
    ASSERT_NE(nullptr, shared);
    int status = 0;
    for (std::uint64_t i = 0; i < cuts && status == 0; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) (new Life(root, kind, sync, seed * 1000 + i, *shared))->run();
        ASSERT_EQ(child, ::waitpid(child, &status, 0));
        ++toll.cuts;
    }
    if (status != 0) {
        toll.problem = "seed " + std::to_string(seed) + ", status " + std::to_string(status) +
                       ": " + shared->problem;
        toll.refused += shared->missing == 0 ? 1 : 0;
    }
    toll.acknowledged += shared->acknowledged;
    toll.missing += shared->missing;
    toll.torn_ends += shared->torn_ends;
    ::munmap(shared, sizeof(Shared));
    std::error_code error;
    std::filesystem::remove_all(root, error);
}

Toll cut_power(LogKind kind, bool sync, std::uint64_t cuts, std::uint64_t seed) {
    Toll toll;
    while (toll.cuts < cuts && !(sync && toll.missing + toll.refused > 0)) {
        const std::uint64_t here = std::min(cuts_a_folder, cuts - toll.cuts);
        cut_in_folder(kind, sync, here, ++seed, toll);
        std::printf(
            "%llu of %llu cuts, %llu rows acknowledged, %llu missing, %llu refused, "
            "%llu torn ends\n",
            static_cast<unsigned long long>(toll.cuts), static_cast<unsigned long long>(cuts),
            static_cast<unsigned long long>(toll.acknowledged),
            static_cast<unsigned long long>(toll.missing),
            static_cast<unsigned long long>(toll.refused),
            static_cast<unsigned long long>(toll.torn_ends));
        std::fflush(stdout);
    }
    return toll;
}

class StoragePowerCut : public ::testing::TestWithParam<LogKind> {};

TEST_P(StoragePowerCut, LosesNoAcknowledgedRow) {
    const std::uint64_t cuts = from_environment("POSTERN_POWER_CUTS", 500) / 2;
    const std::uint64_t seed = from_environment("POSTERN_SEED", 1) * 1000;

    const Toll toll = cut_power(GetParam(), true, cuts, seed);

    EXPECT_EQ(0u, toll.missing) << "seed=" << seed / 1000;
    EXPECT_EQ(0u, toll.refused) << toll.problem << " seed=" << seed / 1000;
    EXPECT_GT(toll.acknowledged, cuts);
}

TEST_P(StoragePowerCut, LosesRowsWithoutSyncElseTheTestAboveProvesNothing) {
    const Toll toll = cut_power(GetParam(), false, 20, 77);

    EXPECT_GT(toll.missing + toll.refused, 5u);
}

INSTANTIATE_TEST_SUITE_P(Both, StoragePowerCut,
                         ::testing::Values(LogKind::segments, LogKind::rocksdb),
                         [](const auto& test) {
                             return test.param == LogKind::segments ? "Segments" : "Rocksdb";
                         });

}  // namespace
}  // namespace postern::crash
