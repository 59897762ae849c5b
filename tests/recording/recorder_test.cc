// A small core of its own: recorded, replayed, damaged.
#include "gateway/recording/recorder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "gateway/recording/replay.h"

namespace postern::recording {
namespace {

namespace fs = std::filesystem;

class Recording : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "recording-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        path = folder + "/recording";
        start.version = "1.2.3";
        start.configuration[0] = 1;
        master[5] = 77;
    }
    void TearDown() override { fs::remove_all(folder); }

    /// `more`: written down although it never happened.
    void record(const core::Command* more = nullptr) {
        std::string problem;
        const auto recorder = Recorder::open(path, master, start, problem);
        ASSERT_NE(recorder, nullptr) << problem;
        core::Core core(start.options, start.tables);
        core::Effects effects;
        for (int i = 1; i <= 50; ++i) {
            const model::Now now{model::Instant{std::chrono::seconds{1000 + i}}, {}};
            const core::Command command{
                core::Announce{0, "test.note", "{\"n\":" + std::to_string(i) + "}"}, {}};
            recorder->applied(command, now);
            core.apply(command, now, effects);
            if (more && i == 25) recorder->applied(*more, now);
            core.close(effects);
            recorder->closed(effects);
            effects.clear();
            recorder->floor(core.last_sequence());
        }
    }

    ReplayResult replayed() {
        ReplayOptions options;
        options.path = path;
        options.version = "1.2.3";
        options.master = master;
        options.configuration = start.configuration;
        options.settings = [](const core::Core&) { return nullptr; };
        return replay(options);
    }

    std::string folder;
    std::string path;
    Start start;
    storage::KeyBytes master{};
};

TEST_F(Recording, ReplaysToTheSameGroups) {
    record();
    const ReplayResult result = replayed();
    EXPECT_EQ(result.problem, "");
    EXPECT_EQ(result.commands, 50u);
    EXPECT_EQ(result.groups, 50u);
    EXPECT_FALSE(result.cut);
}

TEST_F(Recording, NamesTheFirstGroupThatIsAnother) {
    const core::Command never{core::Announce{0, "test.never", "{}"}, {}};
    record(&never);
    const ReplayResult result = replayed();
    EXPECT_NE(result.problem.find("group 25 is another"), std::string::npos) << result.problem;
}

TEST_F(Recording, HoldsNothingThatCanBeRead) {
    record();
    std::ifstream file(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_GT(bytes.size(), 1000u);
    EXPECT_EQ(bytes.find("test.note"), std::string::npos);
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Recording, RefusesWhatWasChanged) {
    record();
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(fs::file_size(path) - 20));
    file.put('\x5A');
    file.close();
    EXPECT_NE(replayed().problem.find("does not open"), std::string::npos);
}

TEST_F(Recording, ReadsWhatAKillHasCutUpToThere) {
    record();
    fs::resize_file(path, fs::file_size(path) - 10);
    const ReplayResult result = replayed();
    EXPECT_EQ(result.problem, "");
    EXPECT_TRUE(result.cut);
    EXPECT_LT(result.groups, 50u);
}

TEST_F(Recording, RefusesAnotherConfigurationVersionAndFile) {
    record();
    start.configuration[0] = 2;
    EXPECT_NE(replayed().problem.find("another configuration"), std::string::npos);
    master[5] = 78;
    EXPECT_NE(replayed().problem.find("of another workspace"), std::string::npos);
    std::ofstream(path, std::ios::trunc) << "something else";
    EXPECT_NE(replayed().problem.find("is not a recording"), std::string::npos);
}

TEST_F(Recording, NeverWritesOverAFile) {
    record();
    std::string problem;
    EXPECT_EQ(Recorder::open(path, master, start, problem), nullptr);
    EXPECT_NE(problem.find("not there yet"), std::string::npos) << problem;
}

}  // namespace
}  // namespace postern::recording
