#include "storage/master_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

void write_key(const std::string& path, std::size_t bytes, mode_t mode) {
    std::ofstream(path) << std::string(bytes, 'k');
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

TEST(MasterKey, IsMadeOnceAndReadBack) {
    const Scratch scratch;
    std::string problem;
    const auto made = load_or_create_master_key(scratch / "master.key", problem);
    ASSERT_TRUE(made) << problem;

    struct stat st {};
    ASSERT_EQ(::stat((scratch / "master.key").c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600u);
    EXPECT_EQ(load_or_create_master_key(scratch / "master.key", problem).value(), *made);
    EXPECT_EQ(load_master_key(scratch / "master.key", problem).value(), *made);
    EXPECT_NE(load_or_create_master_key(scratch / "other.key", problem).value(), *made);
    EXPECT_FALSE(std::filesystem::exists(scratch / "master.key.new"));
    EXPECT_EQ(problem, "");
}

TEST(MasterKey, LoadAloneMakesNone) {
    const Scratch scratch;
    std::string problem;
    EXPECT_EQ(load_master_key(scratch / "none", problem).error(), make_error_code(Errc::not_found));
    EXPECT_NE(problem.find("none"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(scratch / "none"));
}

TEST(MasterKey, RefusesOneThatOthersCanRead) {
    const Scratch scratch;
    write_key(scratch / "key", 32, 0640);
    std::string problem;
    EXPECT_EQ(load_or_create_master_key(scratch / "key", problem).error(),
              make_error_code(Errc::bad_key));
    EXPECT_NE(problem.find("chmod 600"), std::string::npos) << problem;
}

TEST(MasterKey, RefusesAWrongSizeAndAFolder) {
    const Scratch scratch;
    write_key(scratch / "key", 31, 0600);
    std::string problem;
    EXPECT_EQ(load_or_create_master_key(scratch / "key", problem).error(),
              make_error_code(Errc::bad_key));
    EXPECT_NE(problem.find("31 bytes"), std::string::npos) << problem;
    EXPECT_FALSE(load_or_create_master_key(scratch.path(), problem));
}

TEST(MasterKey, TakesACredentialThatIsReadOnly) {
    const Scratch scratch;
    write_key(scratch / "key", 32, 0400);
    std::string problem;
    EXPECT_TRUE(load_master_key(scratch / "key", problem)) << problem;
}

TEST(MasterKey, IsBoundToTheStorage) {
    const Scratch scratch;
    std::string problem;
    Sealer first(KeyBytes{1});
    Sealer second(KeyBytes{2});
    {
        const auto store = open_store(small_options(scratch / "db"));
        ASSERT_TRUE(bind_master_key(*store, first, 1, problem)) << problem;
    }
    const auto store = open_store(small_options(scratch / "db"));
    EXPECT_TRUE(bind_master_key(*store, first, 2, problem)) << problem;
    EXPECT_EQ(bind_master_key(*store, second, 2, problem).error(), make_error_code(Errc::bad_key));
    EXPECT_NE(problem.find("master key"), std::string::npos);
}

}  // namespace
}  // namespace postern::storage
