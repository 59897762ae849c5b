// Chance by seed: the same on every machine and library (standard distributions are not).
#pragma once

#include <cstdint>

namespace postern::simulation {

class Random final {
  public:
    /// The seed is scrambled first: seeds that follow each other would otherwise give the same
    /// stream, moved by one.
    explicit Random(std::uint64_t seed) : state_(scramble(seed + golden)) {}
    std::uint64_t next() { return scramble(state_ += golden); }
    /// 0 … n - 1
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }

  private:
    static constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15;
    static std::uint64_t scramble(std::uint64_t z) {  // splitmix64
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }
    std::uint64_t state_;
};

}  // namespace postern::simulation
