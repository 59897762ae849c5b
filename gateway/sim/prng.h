// The simulator's own randomness: xoshiro256** seeded through splitmix64. Own, because the
// distributions of the standard library differ between vendors and a seed must replay anywhere.
#pragma once

#include <array>
#include <cstdint>

namespace postern::sim {

/// Not thread-safe; one owner. The same seed gives the same numbers on every machine.
class Prng final {
  public:
    explicit Prng(std::uint64_t seed);

    [[nodiscard]] std::uint64_t next();
    /// 0 <= result < bound; 0 for a bound of 0. Lemire's multiplication, its bias of 2^-32
    /// accepted.
    [[nodiscard]] std::uint32_t below(std::uint32_t bound);
    /// True with probability `p` (<= 0 never, >= 1 always).
    [[nodiscard]] bool chance(double p);

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace postern::sim
