// disk_loop: what the disk alone does to whoever waits for it. Writes as the commit log does (4
// KiB, O_DIRECT|O_DSYNC, round and round a file that was written before) at a fixed rate, and
// prints one line of JSON: how long a write took, and how late it ended, counted from when it was
// due.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Micros = std::chrono::duration<double, std::micro>;

constexpr std::size_t block_bytes = 4096;
constexpr off_t file_bytes = off_t{64} << 20;  // a segment of the log
constexpr std::size_t fill_bytes = std::size_t{1} << 20;

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};

bool fill(int fd, const void* bytes) {
    for (off_t at = 0; at < file_bytes; at += fill_bytes) {
        if (::pwrite(fd, bytes, fill_bytes, at) != static_cast<ssize_t>(fill_bytes)) return false;
    }
    return ::fsync(fd) == 0;
}

void print(const char* name, std::vector<double>& us, const char* end) {
    std::sort(us.begin(), us.end());
    const auto at = [&](double share) {
        return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
    };
    std::printf(R"("%s":{"p50":%.0f,"p99":%.0f,"p999":%.0f,"max":%.0f}%s)", name, at(0.5), at(0.99),
                at(0.999), us.back(), end);
}

}  // namespace

int main(int argc, char** argv) {
    const double rate = argc == 4 ? std::atof(argv[2]) : 0;
    const double seconds = argc == 4 ? std::atof(argv[3]) : 0;
    if (rate <= 0 || seconds <= 0) {
        std::fputs("usage: disk_loop FILE WRITES_A_SECOND SECONDS\n", stderr);
        return 2;
    }
    const std::unique_ptr<void, Free> block(std::aligned_alloc(block_bytes, fill_bytes));
    std::fill_n(static_cast<char*>(block.get()), fill_bytes, 'x');
    const int fd = ::open(argv[1], O_RDWR | O_CREAT | O_DIRECT | O_DSYNC | O_CLOEXEC, 0600);
    if (fd < 0 || !fill(fd, block.get())) {
        std::perror(argv[1]);
        return 1;
    }
    std::vector<double> took, late;
    const auto begun = Clock::now();
    const auto end = begun + std::chrono::duration<double>(seconds);
    off_t at = 0;
    for (auto due = begun; Clock::now() < end;
         due = begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                           static_cast<double>(took.size()) / rate))) {
        std::this_thread::sleep_until(due);
        const auto before = Clock::now();
        if (::pwrite(fd, block.get(), block_bytes, at) != static_cast<ssize_t>(block_bytes)) {
            std::perror(argv[1]);
            return 1;
        }
        at = (at + static_cast<off_t>(block_bytes)) % file_bytes;
        took.push_back(Micros(Clock::now() - before).count());
        late.push_back(Micros(Clock::now() - due).count());
    }
    ::close(fd);
    (void)::unlink(argv[1]);
    std::printf(R"({"writes":%zu,"a_second":%.0f,)", took.size(),
                static_cast<double>(took.size()) / seconds);
    print("took_us", took, ",");
    print("late_us", late, "}\n");
}
