// How much one network address may do: connections that it opens, that it holds, messages, uploads.
// Fixed tables hashed with a random seed, as net/address_counts.h: shared by all threads without a
// lock, and a flood of addresses cannot grow them. An IPv6 address counts by its /64, which is what
// one subscriber has.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ratelimit/request_rate.h"

namespace postern::webchat {

class AddressLimits final {
  public:
    /// At once and a second, each. Sockets: the default of the wire format.
    static constexpr std::uint32_t opens_per_second = 20;
    static constexpr std::uint32_t messages_per_second = 20;
    static constexpr std::uint32_t uploads_per_second = 3;
    static constexpr std::uint32_t sockets_max = 50;

    AddressLimits();

    enum class Act : unsigned char { open, message, upload };
    /// False: too fast. `now` is steady.
    [[nodiscard]] bool may(Act act, std::string_view address, std::chrono::microseconds now);

    /// False, and nothing counted, if it holds as many sockets as it may. leave() follows a true.
    [[nodiscard]] bool enter(std::string_view address);
    void leave(std::string_view address);

  private:
    static constexpr std::size_t slots = 16'384;
    [[nodiscard]] std::size_t slot_of(std::string_view address) const;

    std::uint64_t seed_ = 0;
    std::array<std::vector<ratelimit::RequestRate>, 3> rates_;
    std::vector<std::atomic<std::uint32_t>> open_;
};

}  // namespace postern::webchat
