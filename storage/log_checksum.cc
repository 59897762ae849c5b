// Both ways to compute CRC32C. Serial on purpose: 8 bytes in 3 cycles is 8 GB/s, and a log group is
// written far slower than that.
#include "storage/log_checksum.h"

#include <array>
#include <cstring>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace postern::storage {
namespace {

constexpr std::uint32_t polynomial_reflected = 0x82F63B78;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? polynomial_reflected : 0);
        }
        table[byte] = remainder;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> table = make_table();

}  // namespace

std::uint32_t crc32c_table(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    const auto* bytes = static_cast<const unsigned char*>(data);
    std::uint32_t value = ~seed;
    for (std::size_t i = 0; i < size; ++i) value = value >> 8 ^ table[(value ^ bytes[i]) & 0xFF];
    return ~value;
}

#if defined(__SSE4_2__)
std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    const auto* bytes = static_cast<const unsigned char*>(data);
    std::uint64_t value = static_cast<std::uint32_t>(~seed);
    for (; size >= 8; size -= 8, bytes += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes, 8);
        value = _mm_crc32_u64(value, word);
    }
    auto narrow = static_cast<std::uint32_t>(value);
    for (; size > 0; --size, ++bytes) narrow = _mm_crc32_u8(narrow, *bytes);
    return ~narrow;
}
#else
std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    return crc32c_table(seed, data, size);
}
#endif

}  // namespace postern::storage
