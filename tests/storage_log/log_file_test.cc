// The real disk: files are made whole, written and read in place, and never half there.
#include "storage/log_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "storage/aligned_buffer.h"

namespace postern::storage_log {
namespace {

using storage::AlignedBuffer;
using storage::Errc;
using storage::real_log_files;

class LogFileTest : public ::testing::Test {
  protected:
    LogFileTest() {
        std::string pattern = ::testing::TempDir() + "log_file_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~LogFileTest() override {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
    std::string folder_;
};

TEST_F(LogFileTest, MakesFolderAndFileOfZeros) {
    const std::string path = folder_ + "/log/file";
    ASSERT_TRUE(real_log_files().create(path, 3u << 20));
    auto file = real_log_files().open(path, true);
    ASSERT_TRUE(file);
    EXPECT_EQ(3u << 20, (*file)->size());
    AlignedBuffer buffer;
    auto read = (*file)->read(0, buffer.reserve(3u << 20), 3u << 20);
    ASSERT_TRUE(read);
    EXPECT_EQ(3u << 20, *read);
    EXPECT_EQ(buffer.data() + *read,
              std::find_if(buffer.data(), buffer.data() + *read, [](char c) { return c != 0; }));
    auto names = real_log_files().list(folder_ + "/log");
    ASSERT_TRUE(names);
    EXPECT_EQ(std::vector<std::string>{"file"}, *names);
}

TEST_F(LogFileTest, ReadsBackWhatItWroteWithAndWithoutSync) {
    const std::string path = folder_ + "/file";
    ASSERT_TRUE(real_log_files().create(path, 64u << 10));
    for (const bool sync : {true, false}) {
        auto file = real_log_files().open(path, sync);
        ASSERT_TRUE(file);
        AlignedBuffer out, in;
        std::memset(out.reserve(8192), sync ? 'a' : 'b', 8192);
        ASSERT_TRUE((*file)->write(4096, out.data(), 8192));
        auto read = (*file)->read(4096, in.reserve(8192), 8192);
        ASSERT_TRUE(read);
        EXPECT_EQ(0, std::memcmp(in.data(), out.data(), 8192));
    }
    auto file = real_log_files().open(path, true);
    AlignedBuffer in;
    auto read = (*file)->read(60u << 10, in.reserve(8192), 8192);
    ASSERT_TRUE(read);
    EXPECT_EQ(4096u, *read) << "the file ends there";
}

TEST_F(LogFileTest, SaysWhatIsMissing) {
    EXPECT_EQ(Errc::not_found, real_log_files().open(folder_ + "/none", true).error());
    EXPECT_EQ(Errc::not_found, real_log_files().list(folder_ + "/none").error());
    EXPECT_FALSE(real_log_files().create("/proc/none/file", 4096));
}

}  // namespace
}  // namespace postern::storage_log
