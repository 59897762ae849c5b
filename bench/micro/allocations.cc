// Replaces the global operators of the benchmark program.
#include "bench/micro/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0};

void* take(std::size_t size) {
    count.fetch_add(1, std::memory_order_relaxed);
    void* at = std::malloc(size == 0 ? 1 : size);
    if (at == nullptr) std::abort();
    return at;
}

}  // namespace

void* operator new(std::size_t size) {
    return take(size);
}
void* operator new[](std::size_t size) {
    return take(size);
}
void operator delete(void* at) noexcept {
    std::free(at);
}
void operator delete[](void* at) noexcept {
    std::free(at);
}
void operator delete(void* at, std::size_t) noexcept {
    std::free(at);
}
void operator delete[](void* at, std::size_t) noexcept {
    std::free(at);
}

namespace postern::micro {

std::uint64_t allocations() {
    return count.load(std::memory_order_relaxed);
}

}  // namespace postern::micro
