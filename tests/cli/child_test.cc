#include "gateway/cli/child.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace postern::cli {
namespace {

using namespace std::chrono_literals;

class ChildTest : public ::testing::Test {
  protected:
    void SetUp() override {
        log = (std::filesystem::temp_directory_path() / "postern-child-test-XXXXXX").string();
        const int file = mkstemp(log.data());
        ASSERT_GE(file, 0);
        close(file);
    }
    void TearDown() override { std::filesystem::remove(log); }

    std::unique_ptr<Child> shell(const std::string& script) {
        std::string problem;
        auto child = Child::start({"/bin/sh", "-c", script}, {"GREETING=hola"}, log, problem);
        EXPECT_TRUE(child) << problem;
        return child;
    }

    std::string log;
    std::string line;
};

TEST_F(ChildTest, ReadsItsLinesAndSendsItsErrorsToTheLog) {
    const auto child = shell("echo \"$GREETING one\"; echo two; echo oops >&2; exit 3");

    ASSERT_TRUE(child->read_line(line, 20s));
    EXPECT_EQ(line, "hola one");
    ASSERT_TRUE(child->read_line(line, 20s));
    EXPECT_EQ(line, "two");
    EXPECT_FALSE(child->read_line(line, 20s));  // it ended
    EXPECT_EQ(child->terminate(20s), 3);
    std::ifstream written(log);
    std::getline(written, line);
    EXPECT_EQ(line, "oops");
}

TEST_F(ChildTest, EndsInOrderOnTerm) {
    const auto child = shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");
    ASSERT_TRUE(child->read_line(line, 20s));

    EXPECT_EQ(child->terminate(20s), 7);
}

TEST_F(ChildTest, IsKilledWhenItWillNotEnd) {
    const auto child = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    ASSERT_TRUE(child->read_line(line, 20s));

    EXPECT_EQ(child->terminate(50ms), 128 + SIGKILL);
}

TEST_F(ChildTest, ThatCannotBeExecutedEndsWith127) {
    std::string problem;
    const auto child = Child::start({"/nonexistent/program"}, {}, log, problem);
    ASSERT_TRUE(child);

    EXPECT_FALSE(child->read_line(line, 20s));
    EXPECT_EQ(child->terminate(20s), 127);
}

}  // namespace
}  // namespace postern::cli
