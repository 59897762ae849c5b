// Sealed files: what comes back, what a look at the folder tells, damage, and what a sweep spares.
#include "gateway/media/store.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/storage/scratch.h"

namespace postern::media {
namespace {

namespace fs = std::filesystem;

std::string pattern(std::size_t bytes, char seed = 'a') {
    std::string out(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(seed + i * 7 % 19);
    return out;
}

struct MediaStoreTest : ::testing::Test {
    storage::Scratch scratch;
    storage::KeyBytes master{1, 2, 3};
    MediaStore store{scratch.path() + "/media", master};

    MediaStoreTest() { EXPECT_TRUE(store.open()); }

    Content keep(const std::string& bytes, std::size_t piece = 10'000) {
        auto writer = store.begin();
        EXPECT_TRUE(writer);
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            EXPECT_TRUE((*writer)->write(std::string_view(bytes).substr(at, piece)));
        const auto content = store.keep(**writer);
        EXPECT_TRUE(content);
        return *content;
    }
    std::string read(const Content& content, std::uint64_t from = 0) {
        const auto reader = store.read(content);
        EXPECT_TRUE(reader) << reader.error().message();
        std::string out;
        while (reader && from + out.size() < content.size) {
            const auto piece = (*reader)->read(from + out.size());
            EXPECT_TRUE(piece) << piece.error().message();
            if (!piece || piece->empty()) break;
            out += *piece;
        }
        return out;
    }
    std::string path_of(const Content& content) {
        const std::string name = store.name_of(content.sha256);
        return scratch.path() + "/media/" + name.substr(0, 2) + "/" + name;
    }
    std::size_t files() {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(scratch.path() + "/media"))
            count += entry.is_regular_file() ? 1 : 0;
        return count;
    }
};

TEST_F(MediaStoreTest, GivesBackWhatWasKeptWhateverItsSize) {
    for (const std::size_t size : {std::size_t{1}, chunk_bytes - 1, chunk_bytes, chunk_bytes + 1,
                                   3 * chunk_bytes, std::size_t{200'001}}) {
        const std::string bytes = pattern(size);
        const Content content = keep(bytes, 7'777);
        EXPECT_EQ(content.size, size);
        EXPECT_EQ(read(content), bytes);
        EXPECT_EQ(read(content, size / 2), bytes.substr(size / 2));
    }
}

TEST_F(MediaStoreTest, HashesTheContent) {
    const Content content = keep("abc");
    EXPECT_EQ(content.sha256[0], 0xBA);
    EXPECT_EQ(content.sha256[31], 0xAD);
}

TEST_F(MediaStoreTest, KeepsTheSameContentOnce) {
    const Content first = keep(pattern(5000));
    const Content second = keep(pattern(5000));
    EXPECT_EQ(first, second);
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(read(second), pattern(5000));
}

TEST_F(MediaStoreTest, TellsNothingToWhoReadsTheDisk) {
    const std::string words = "Estimada Ana, su saldo es de 1.234.567 pesos. ";
    std::string bytes;
    for (int i = 0; i < 50; ++i) bytes += words;
    const Content content = keep(bytes);
    std::ifstream file(path_of(content), std::ios::binary);
    const std::string raw{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(raw.empty());
    EXPECT_EQ(raw.find("saldo"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(path_of(content).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    MediaStore other(scratch.path() + "/media", storage::KeyBytes{9});
    EXPECT_NE(other.name_of(content.sha256), store.name_of(content.sha256));
}

TEST_F(MediaStoreTest, RefusesDamageAnywhere) {
    const std::string bytes = pattern(chunk_bytes + 500);
    const Content content = keep(bytes);
    const std::string path = path_of(content);
    const auto size = static_cast<std::streamoff>(fs::file_size(path));
    for (const std::streamoff at : {std::streamoff{0}, std::streamoff{9}, std::streamoff{20},
                                    std::streamoff{40}, std::streamoff{200}, size - 1}) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(at);
        const char was = static_cast<char>(file.get());
        file.seekp(at);
        file.put(static_cast<char>(was ^ 1));
        file.close();
        const auto reader = store.read(content);
        bool good = reader.has_value();
        for (std::uint64_t offset = 0; good && offset < content.size; offset += chunk_bytes)
            good = (*reader)->read(offset).has_value();
        EXPECT_FALSE(good) << at;
        std::fstream back(path, std::ios::in | std::ios::out | std::ios::binary);
        back.seekp(at);
        back.put(was);
    }
    EXPECT_EQ(read(content), bytes);
    fs::resize_file(path, static_cast<std::uintmax_t>(size - 100));
    const auto cut = store.read(content);
    ASSERT_TRUE(cut);
    EXPECT_EQ((*cut)->read(chunk_bytes).error(), storage::Errc::corrupt);
}

TEST_F(MediaStoreTest, OpensAFileForItsOwnContentOnly) {
    const Content one = keep(pattern(100, 'a'));
    const Content two = keep(pattern(100, 'b'));
    fs::copy_file(path_of(one), path_of(two), fs::copy_options::overwrite_existing);
    EXPECT_EQ(store.read(two).error(), storage::Errc::corrupt);
    Content none = one;
    none.sha256[0] ^= 1;
    EXPECT_EQ(store.read(none).error(), storage::Errc::not_found);
}

TEST_F(MediaStoreTest, RemovesWhatWasNotFinished) {
    {
        auto writer = store.begin();
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->write("half"));
        EXPECT_EQ(files(), 1U);
    }
    EXPECT_EQ(files(), 0U);
    std::ofstream(scratch.path() + "/media/incoming/17") << "of a process that was killed";
    ASSERT_TRUE(store.open());
    EXPECT_EQ(files(), 0U);
}

TEST_F(MediaStoreTest, SweepsWhatNobodyNamesAndIsOld) {
    const Content live = keep(pattern(100, 'a'));
    const Content dead = keep(pattern(100, 'b'));
    const Content fresh = keep(pattern(100, 'c'));
    const auto set_time = [&](const Content& content, std::time_t seconds) {
        const std::array<struct timespec, 2> times{{{seconds, 0}, {seconds, 0}}};
        ASSERT_EQ(::utimensat(AT_FDCWD, path_of(content).c_str(), times.data(), 0), 0);
    };
    for (const Content& content : {live, dead}) set_time(content, 1000);
    set_time(fresh, 5000);

    const auto swept =
        store.sweep({store.name_of(live.sha256)}, model::Instant{std::chrono::seconds{4000}});

    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->files, 1U);
    EXPECT_EQ(store.read(dead).error(), storage::Errc::not_found);
    EXPECT_EQ(read(live), pattern(100, 'a'));
    EXPECT_EQ(read(fresh), pattern(100, 'c'));
}

TEST_F(MediaStoreTest, KnowsHowLargeItsFolderIsOnceItWasLookedAt) {
    (void)keep(pattern(5000, 'a'));
    EXPECT_EQ(store.bytes(), -1);
    store.measure();
    const std::int64_t one = store.bytes();
    EXPECT_GE(one, 5000);
    (void)keep(pattern(5000, 'b'));
    EXPECT_EQ(store.bytes(), 2 * one);
    (void)keep(pattern(5000, 'b'));
    EXPECT_EQ(store.bytes(), 2 * one) << "it was there";
    ASSERT_TRUE(store.sweep({}, model::Instant::max()));
    EXPECT_EQ(store.bytes(), 0);
}

}  // namespace
}  // namespace postern::media
