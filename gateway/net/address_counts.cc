#include "gateway/net/address_counts.h"

#include <unistd.h>

namespace postern::net {
namespace {

constexpr std::size_t slots = 65'536;
constexpr std::size_t v6_network_bytes = 8;  // a /64 is one customer

}  // namespace

AddressCounts::AddressCounts() : counts_(std::make_unique<std::atomic<std::uint32_t>[]>(slots)) {
    // A failure leaves seed 0: predictable slots, still a working cap.
    if (::getentropy(&seed_, sizeof seed_) != 0) seed_ = 0;
}

bool AddressCounts::enter(const IpAddress& address, std::size_t max) {
    auto& count = slot(address);
    const auto before = count.fetch_add(1, std::memory_order_relaxed);
    if (max == 0 || before < max) return true;
    count.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

void AddressCounts::leave(const IpAddress& address) {
    slot(address).fetch_sub(1, std::memory_order_relaxed);
}

std::atomic<std::uint32_t>& AddressCounts::slot(const IpAddress& address) {
    const auto used = address.is_v4() ? address.bytes.size() : v6_network_bytes;
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed_;  // FNV-1a, seeded, then mixed
    for (std::size_t i = 0; i < used; ++i) hash = (hash ^ address.bytes[i]) * 0x100000001b3ULL;
    hash ^= seed_ >> 17;
    hash *= 0x9e3779b97f4a7c15ULL;
    return counts_[(hash >> 40) % slots];
}

}  // namespace postern::net
