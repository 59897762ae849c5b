#include "gateway/webchat/address_limits.h"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <openssl/rand.h>

#include "gateway/runtime/check.h"

namespace postern::webchat {
namespace {

/// What is counted: an IPv4 address, the first half of an IPv6 address.
std::uint64_t counted_part(std::string_view address) {
    std::array<unsigned char, 16> bytes{};
    std::uint64_t part = 0;
    const std::string text(address);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
        std::memcpy(&part, bytes.data(), sizeof part);
    } else if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
        std::memcpy(&part, bytes.data(), 4);
    }
    return part;
}

}  // namespace

AddressLimits::AddressLimits() : open_(slots) {
    const int filled = RAND_bytes(reinterpret_cast<unsigned char*>(&seed_), sizeof seed_);
    POSTERN_CHECK(filled == 1, "the system gives no random bytes");
    for (auto& table : rates_) table = std::vector<ratelimit::RequestRate>(slots);
}

/// A finaliser of MurmurHash3 over address and seed: spread evenly, and not to be foreseen.
std::size_t AddressLimits::slot_of(std::string_view address) const {
    std::uint64_t h = counted_part(address) ^ seed_;
    h = (h ^ (h >> 33)) * 0xff51'afd7'ed55'8ccdULL;
    h = (h ^ (h >> 33)) * 0xc4ce'b9fe'1a85'ec53ULL;
    return static_cast<std::size_t>(h ^ (h >> 33)) % slots;
}

bool AddressLimits::may(Act act, std::string_view address, std::chrono::microseconds now) {
    constexpr std::array<std::uint32_t, 3> per_second = {opens_per_second, messages_per_second,
                                                         uploads_per_second};
    const auto which = static_cast<std::size_t>(act);
    return rates_[which][slot_of(address)].take(per_second[which], now).allowed;
}

bool AddressLimits::enter(std::string_view address) {
    auto& count = open_[slot_of(address)];
    if (count.fetch_add(1, std::memory_order_relaxed) < sockets_max) return true;
    count.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

void AddressLimits::leave(std::string_view address) {
    open_[slot_of(address)].fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace postern::webchat
