// One page: magic, the current fingerprint, and the last culprits with their counts.
#include "gateway/runtime/poison_slot.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace postern::runtime {

struct PoisonSlot::Layout {
    static constexpr std::uint64_t magic_value = 0x504F'4953'4F4E'3031;  // "POISON01"
    struct Culprit {
        std::uint64_t fingerprint;
        std::uint64_t crashes;
    };
    std::uint64_t magic;
    volatile std::uint64_t current;
    std::uint64_t next;  // the culprit to overwrite when a new one comes
    std::array<Culprit, 64> culprits;
};

namespace {
constexpr std::size_t page = 4096;
constexpr std::uint64_t crashes_max = 2;
}  // namespace

boost::system::result<std::unique_ptr<PoisonSlot>> PoisonSlot::open(const std::string& path) {
    static_assert(sizeof(Layout) <= page);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return boost::system::error_code(errno, boost::system::system_category());
    void* map = MAP_FAILED;
    // Really allocated: a hole in a mapped file on a full disk would be a SIGBUS.
    const int allocated = ::posix_fallocate(fd, 0, page);
    if (allocated == 0) map = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    const int error = allocated != 0 ? allocated : errno;
    ::close(fd);
    if (map == MAP_FAILED)
        return boost::system::error_code(error, boost::system::system_category());
    return std::unique_ptr<PoisonSlot>(new PoisonSlot(static_cast<Layout*>(map)));
}

PoisonSlot::PoisonSlot(Layout* map) : map_(map) {
    if (map_->magic != Layout::magic_value) {
        *map_ = Layout{};
        map_->magic = Layout::magic_value;
    }
    crashed_on_ = map_->current;
    map_->current = 0;
    if (crashed_on_ == 0) return;
    for (Layout::Culprit& c : map_->culprits) {
        if (c.fingerprint != crashed_on_) continue;
        ++c.crashes;
        return;
    }
    map_->culprits[map_->next++ % map_->culprits.size()] = {crashed_on_, 1};
}

PoisonSlot::~PoisonSlot() {
    map_->current = 0;
    ::munmap(map_, page);
}

void PoisonSlot::begin(std::uint64_t fingerprint) {
    map_->current = fingerprint;
}
void PoisonSlot::end() {
    map_->current = 0;
}

bool PoisonSlot::is_poison(std::uint64_t fingerprint) const {
    if (fingerprint == 0) return false;
    for (const Layout::Culprit& c : map_->culprits) {
        if (c.fingerprint == fingerprint) return c.crashes >= crashes_max;
    }
    return false;
}

}  // namespace postern::runtime
