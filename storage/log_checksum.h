// CRC32C (Castagnoli): what the log's groups, the anchor and a backup's files are checked with.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::storage {

/// Continues `seed` (0 to begin) over more bytes: `crc32c(crc32c(0, a), b)` is that of `a + b`. By
/// the instruction of SSE 4.2 where the build has it, else by table.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept;

[[nodiscard]] inline std::uint32_t crc32c(std::string_view bytes) noexcept {
    return crc32c(0, bytes.data(), bytes.size());
}

/// By table: for builds without SSE 4.2, and for the test that compares both.
[[nodiscard]] std::uint32_t crc32c_table(std::uint32_t seed, const void* data,
                                         std::size_t size) noexcept;

}  // namespace postern::storage
