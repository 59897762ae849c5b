// Open connections by address, for the per-address cap. A fixed table of counters hashed with a
// random seed: threads share it without a lock, and a flood of addresses cannot grow it. Two
// addresses in one slot share one cap, which with 65,536 slots is rare and errs on the safe side.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "gateway/net/address.h"

namespace postern::net {

class AddressCounts final {
  public:
    AddressCounts();
    /// False, and nothing counted, if `max` are open already. 0: no cap.
    [[nodiscard]] bool enter(const IpAddress& address, std::size_t max);
    void leave(const IpAddress& address);

  private:
    [[nodiscard]] std::atomic<std::uint32_t>& slot(const IpAddress& address);

    std::uint64_t seed_ = 0;
    std::unique_ptr<std::atomic<std::uint32_t>[]> counts_;
};

}  // namespace postern::net
