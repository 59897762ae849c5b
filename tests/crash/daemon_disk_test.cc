// The disk fills up and is freed again under load. The storage is on a memory file system of the
// test's own, in a mount namespace of its own, so that nothing of it outlives the process. Its size
// is a little above what webhooks need (1 GiB free): a small file crosses the tier. Needs root.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t mebibyte = 1ull << 20;
constexpr std::uint64_t disk_bytes = 1280 * mebibyte;
constexpr auto notices_within = 10s;  // the guard looks every second

/// The memory file system at `path`. Its size can change under the daemon.
class SmallDisk final {
  public:
    /// Never on the machine's own table of mounts.
    [[nodiscard]] static bool separate() {
        return ::unshare(CLONE_NEWNS) == 0 &&
               ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    }
    explicit SmallDisk(std::string path) : path_(std::move(path)) {}
    ~SmallDisk() { (void)::umount2(path_.c_str(), MNT_DETACH); }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool mount(std::uint64_t bytes, unsigned long flags = 0) const {
        std::error_code error;
        std::filesystem::create_directories(path_, error);
        const std::string options = fmt::format("size={},mode=0700", bytes);
        return ::mount("tmpfs", path_.c_str(), "tmpfs", flags, options.c_str()) == 0;
    }
    [[nodiscard]] bool resize(std::uint64_t bytes) const { return mount(bytes, MS_REMOUNT); }
    [[nodiscard]] std::uint64_t free_bytes() const {
        struct statvfs space {};
        return ::statvfs(path_.c_str(), &space) == 0 ? space.f_bavail * space.f_frsize : 0;
    }
    [[nodiscard]] std::uint64_t used_bytes() const {
        struct statvfs space {};
        if (::statvfs(path_.c_str(), &space) != 0) return 0;
        return (space.f_blocks - space.f_bfree) * space.f_frsize;
    }
    /// Takes `bytes` with one file; free() gives them back.
    [[nodiscard]] bool fill(std::uint64_t bytes) const {
        const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) return false;
        const int result = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
        ::close(file);
        return result == 0;
    }
    void free() const { std::filesystem::remove(filler()); }

  private:
    [[nodiscard]] std::string filler() const { return path_ + "/filler"; }
    std::string path_;
};

class DaemonDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::geteuid(), 0u) << "run as root: this test mounts a small disk of its own";
        static const bool separated = SmallDisk::separate();
        ASSERT_TRUE(separated) << "no mount namespace of our own: " << std::strerror(errno);
        ASSERT_TRUE(disk.mount(disk_bytes)) << std::strerror(errno);
        ASSERT_TRUE(rig.start()) << rig.problem;
        LoadOptions options;
        options.endpoints = rig.config.endpoints;
        options.window = 16;
        load = std::make_unique<DaemonLoad>(options);
        load->aim(rig.webhooks());
    }

    /// A webhook of each channel is answered `status`; a refusal names a time.
    void expect_answers(int status) {
        for (const sim::Endpoint& endpoint : rig.config.endpoints) {
            std::string retry_after;
            EXPECT_EQ(load->send_one(endpoint, &retry_after), status) << endpoint.channel;
            EXPECT_EQ(retry_after.empty(), status == 200) << endpoint.channel;
        }
    }
    [[nodiscard]] bool becomes_ready(bool ready) {
        return eventually(notices_within,
                          [&] { return (rig.api().get("/readyz").status == 200) == ready; });
    }
    [[nodiscard]] std::string tier() {
        cli::Document document;
        const cli::Answer answer = rig.api().get("/v1/status");
        return document.parse(answer.body) ? cli::text_at(document.root(), "/storage/tier") : "";
    }
    /// Acknowledgements go on within the time.
    [[nodiscard]] bool accepts_again() {
        const std::uint64_t before = load->totals().acknowledged;
        return eventually(notices_within,
                          [&] { return load->totals().acknowledged > before + 100; });
    }

    DaemonRig rig;
    SmallDisk disk{rig.folder() + "/data"};
    std::unique_ptr<DaemonLoad> load;
};

TEST_F(DaemonDisk, RefusesWebhooksWhileItIsNearlyFullAndTakesThemAgain) {
    load->start();
    ASSERT_TRUE(accepts_again());

    ASSERT_TRUE(disk.fill(disk.free_bytes() - 900 * mebibyte));
    ASSERT_TRUE(becomes_ready(false)) << "the daemon did not notice";
    const cli::Answer readiness = rig.api().get("/readyz");
    EXPECT_EQ(readiness.status, 503);
    EXPECT_NE(readiness.body.find("the disk is nearly full"), std::string::npos) << readiness.body;
    EXPECT_EQ(tier(), "outcomes_only");
    expect_answers(503);
    const std::uint64_t refused_at = load->totals().acknowledged;
    EXPECT_EQ(rig.api().get("/healthz").status, 200);
    expect_nothing_lost(rig.api(), *load);  // reading goes on
    EXPECT_EQ(load->totals().acknowledged, refused_at);

    disk.free();
    EXPECT_TRUE(accepts_again()) << "still refused after the disk was freed";
    EXPECT_TRUE(becomes_ready(true));
    EXPECT_TRUE(load->finish(30s));
    EXPECT_EQ(load->totals().refused_without_retry_after, 0u);
    expect_answers(200);
    expect_nothing_lost(rig.api(), *load);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonDisk, StartsAfterAKillWhenNearlyNothingIsLeft) {
    load->start();
    ASSERT_TRUE(accepts_again());

    ASSERT_TRUE(disk.resize(disk.used_bytes() + 100 * mebibyte)) << std::strerror(errno);
    ASSERT_TRUE(becomes_ready(false));
    EXPECT_EQ(tier(), "read_only");
    rig.kill();
    ASSERT_TRUE(rig.start()) << rig.problem;
    load->aim(rig.webhooks());
    EXPECT_EQ(tier(), "read_only");
    expect_answers(503);
    expect_nothing_lost(rig.api(), *load);

    ASSERT_TRUE(disk.resize(disk_bytes)) << std::strerror(errno);
    EXPECT_TRUE(accepts_again());
    EXPECT_TRUE(load->finish(30s));
    expect_answers(200);
    expect_nothing_lost(rig.api(), *load);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonDisk, LosesNothingWhenNotOneByteIsLeft) {
    load->start();
    ASSERT_TRUE(accepts_again());

    // At once: faster than the guard looks, so that writes run into it.
    while (disk.free_bytes() > 0 && !disk.fill(disk.free_bytes())) continue;
    (void)eventually(3s, [] { return false; });
    rig.kill();  // whether it still runs or ended with its log
    disk.free();
    ASSERT_TRUE(rig.start()) << rig.problem;
    load->aim(rig.webhooks());
    EXPECT_TRUE(accepts_again());
    EXPECT_TRUE(load->finish(30s));
    expect_nothing_lost(rig.api(), *load);
    EXPECT_EQ(rig.stop(), 0);
}

}  // namespace
}  // namespace postern::crash
