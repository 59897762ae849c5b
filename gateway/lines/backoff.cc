// Pure arithmetic, apart from the drivers that share it.
#include "gateway/lines/backoff.h"

#include <algorithm>

namespace postern::lines {

std::chrono::milliseconds backoff(unsigned failures, std::chrono::milliseconds min,
                                  std::chrono::milliseconds max, std::uint64_t chance) {
    const auto whole = std::min(max, min * (1U << std::min(failures, 10U)));
    const auto half = static_cast<std::uint64_t>(whole.count()) / 2;
    return std::chrono::milliseconds(half + chance % (half + 1));
}

}  // namespace postern::lines
