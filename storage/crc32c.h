// CRC32C (Castagnoli) by the processor's own instruction: what the log's groups, the anchor and a
// backup's files are checked with. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::storage {

/// Continues `crc` over more bytes; start with 0. `crc32c(crc32c(0, a), b)` is that of `a + b`.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t crc, const void* data, std::size_t size) noexcept;

[[nodiscard]] inline std::uint32_t crc32c(std::string_view bytes) noexcept {
    return crc32c(0, bytes.data(), bytes.size());
}

}  // namespace postern::storage
