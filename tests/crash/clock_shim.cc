// Preloaded into the daemon by daemon_clock_test: sets its wall clock off by what a shared file
// says, and answers for the kernel whether that clock is synchronised. The steady clock stays as it
// is. (libfaketime would do, but not under an allocator that reads the clock while it starts.) Any
// thread of the daemon; allocates nothing.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "tests/crash/clock_shim.h"

namespace {

using postern::crash::ShimmedClock;

ShimmedClock* map_file() {
    const char* path = std::getenv("POSTERN_TEST_CLOCK");
    const int fd = path != nullptr ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return nullptr;
    void* mapped = mmap(nullptr, sizeof(ShimmedClock), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    return mapped == MAP_FAILED ? nullptr : static_cast<ShimmedClock*>(mapped);
}

std::atomic<ShimmedClock*> known{nullptr};

/// Mapped by whoever comes first; twice by two at once, which costs a page.
const ShimmedClock* shimmed() {
    if (known.load() == nullptr) known.store(map_file());
    return known.load();
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        if (const ShimmedClock* set = shimmed()) time->tv_sec += set->ahead_s.load();
    }
    return static_cast<int>(result);
}

extern "C" int adjtimex(timex* state) noexcept {
    const ShimmedClock* set = shimmed();
    const bool good = set != nullptr && set->synchronised.load() != 0;
    state->status = good ? 0 : STA_UNSYNC;
    return good ? TIME_OK : TIME_ERROR;
}
