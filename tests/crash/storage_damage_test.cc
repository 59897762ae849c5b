// Damages each kind of file in every way (a flipped bit, a cut in the middle of a record or on a
// boundary, zeros, nothing left) and starts on it: storage opens complete, or says what is wrong,
// or a check of the checksums says it; never are acknowledged rows gone in silence.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <vector>

#include "tests/support/storage_rig.h"

namespace postern::crash {
namespace {

namespace fs = std::filesystem;
using storage::Sequence;
using support::LogKind;
using support::StorageRig;

constexpr int groups = 120;

// What a start in a child process came to.
struct Shared {
    std::atomic<Sequence> durable{0};
    std::atomic<std::uint64_t> missing{0};
    std::atomic<bool> opened{false}, found_by_verify{false};
    char problem[1024] = {};
};

class Damage : public ::testing::TestWithParam<LogKind> {
  protected:
    Damage() {
        std::string pattern = ::testing::TempDir() + "storage_damage_XXXXXX";
        root_ = ::mkdtemp(pattern.data());
        void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        shared_ = new (memory) Shared;
    }
    ~Damage() override {
        ::munmap(shared_, sizeof(Shared));
        std::error_code error;
        fs::remove_all(root_, error);
    }

    support::RigOptions options(const std::string& folder) const {
        support::RigOptions options;
        options.path = root_ + "/" + folder;
        options.kind = GetParam();
        options.segment_bytes = 128u << 10;
        options.write_buffer_bytes = 4u << 20;  // flushed only where the test says so
        return options;
    }
    // RocksDB in a child, so that nothing of one start is left for the next.
    int in_child(const std::function<int()>& body) {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(body());
        int status = -1;
        ::waitpid(child, &status, 0);
        return status;
    }
    // Half in tables, half in the log only, the anchor at the end; never closed.
    int write_sound() {
        std::string problem;
        auto rig = StorageRig::open(options("sound"), problem);
        if (!rig) return 1;
        for (int group = 0; group < groups; ++group) {
            if (!(*rig)->write_group(8)) return 2;
            if (group == groups / 2 && !(*rig)->store().flush()) return 3;
        }
        shared_->durable = (*rig)->durable();
        return (*rig)->write_anchor() ? 0 : 4;
    }
    int start_on_damaged() {
        std::string problem;
        auto rig = StorageRig::open(options("damaged"), problem);
        shared_->opened = static_cast<bool>(rig);
        std::snprintf(shared_->problem, sizeof shared_->problem, "%s", problem.c_str());
        if (!rig) return 0;
        shared_->missing = (*rig)->missing(1, shared_->durable);
        shared_->found_by_verify = !(*rig)->store().verify_checksums([](double) {});
        return 0;
    }

    void damage_and_judge(const std::string& name, const std::string& way,
                          const std::function<void(const std::string&)>& damage);
    void damage_every_way(const std::string& name);

    std::string root_;
    Shared* shared_;
    std::map<std::string, int> outcomes_;
};

void flip(const std::string& path, std::uintmax_t offset) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ 0x10));
}

void zero(const std::string& path) {
    const std::uintmax_t size = fs::file_size(path);
    fs::resize_file(path, 0);
    fs::resize_file(path, size);
}

void Damage::damage_and_judge(const std::string& name, const std::string& way,
                              const std::function<void(const std::string&)>& damage) {
    const std::string folder = root_ + "/damaged";
    fs::remove_all(folder);
    fs::copy(root_ + "/sound", folder, fs::copy_options::recursive);
    damage(folder + "/" + name);
    shared_->opened = false;
    shared_->found_by_verify = false;
    shared_->missing = 0;

    const int status = in_child([this] { return start_on_damaged(); });

    const std::string what = name + ", " + way + ": " + shared_->problem;
    ASSERT_EQ(0, status) << what;
    if (!shared_->opened) {
        ++outcomes_["refused"];
        const std::string problem = shared_->problem;
        // A message that names the file or folder, or says what was acknowledged and is not there.
        EXPECT_TRUE(problem.find(folder) != std::string::npos ||
                    problem.find("was durable") != std::string::npos)
            << what;
    } else if (shared_->missing == 0) {
        ++outcomes_[shared_->found_by_verify ? "complete, verify complains" : "complete"];
    } else {
        ++outcomes_["found by verify"];
        EXPECT_TRUE(shared_->found_by_verify)
            << shared_->missing << " rows gone in silence: " << what;
    }
}

void Damage::damage_every_way(const std::string& name) {
    const std::uintmax_t size = fs::file_size(root_ + "/sound/" + name);
    for (const std::uintmax_t at : {size / 10, size / 3, size / 2, size - size / 5 - 1}) {
        damage_and_judge(name, "bit flipped at " + std::to_string(at),
                         [at](const std::string& path) { flip(path, at); });
    }
    damage_and_judge(name, "cut inside a record", [size](const std::string& path) {
        fs::resize_file(path, size > 1000 ? size * 2 / 5 / 512 * 512 + 77 : size / 2);
    });
    damage_and_judge(name, "cut on a boundary", [size](const std::string& path) {
        fs::resize_file(path, size > 8192 ? size / 2 / 4096 * 4096 : size / 2);
    });
    damage_and_judge(name, "zeroed", zero);
    damage_and_judge(name, "deleted", [](const std::string& path) { fs::remove(path); });
}

TEST_P(Damage, IsNeverSilent) {
    ASSERT_EQ(0, in_child([this] { return write_sound(); }));
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root_ + "/sound")) {
        const std::string name = fs::relative(entry.path(), root_ + "/sound").string();
        const std::string file = entry.path().filename().string();
        const bool matters = file == "anchor" || file == "CURRENT" ||
                             file.starts_with("MANIFEST-") || file.ends_with(".sst") ||
                             file.ends_with(".log");
        if (matters && entry.is_regular_file() && entry.file_size() > 0) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    ASSERT_GE(names.size(), 5u);
    for (const std::string& name : names) damage_every_way(name);

    for (const auto& [outcome, count] : outcomes_) {
        std::printf("%s: %d\n", outcome.c_str(), count);
    }
    EXPECT_GT(outcomes_["refused"], 10);
    EXPECT_GT(outcomes_["complete"], 5);
}

INSTANTIATE_TEST_SUITE_P(Both, Damage, ::testing::Values(LogKind::segments, LogKind::rocksdb),
                         [](const auto& test) {
                             return test.param == LogKind::segments ? "Segments" : "Rocksdb";
                         });

}  // namespace
}  // namespace postern::crash
