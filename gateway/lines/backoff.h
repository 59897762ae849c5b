// How long a line waits before it is opened again. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>

namespace postern::lines {

/// Twice as long with each failure before (0: there was none), from `min` to `max`, and half of it
/// by chance (64 even bits): accounts that failed together come apart.
[[nodiscard]] std::chrono::milliseconds backoff(unsigned failures, std::chrono::milliseconds min,
                                                std::chrono::milliseconds max,
                                                std::uint64_t chance);

}  // namespace postern::lines
