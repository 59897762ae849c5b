// Chance by seed: the same on every machine and library (standard distributions are not).
#pragma once

#include <cstdint>

namespace postern::simulation {

class Random final {
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15 + 0x1234'5678'9ABC'DEF1) {}
    std::uint64_t next() {  // splitmix64
        std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }
    /// 0 … n - 1
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }

  private:
    std::uint64_t state_;
};

}  // namespace postern::simulation
