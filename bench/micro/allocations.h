// Counts what `operator new` is asked for in this process: allocations a message are held to a
// bound, whatever the allocator.
#pragma once

#include <cstdint>

namespace postern::micro {

/// Since the process began; one thread allocates here.
[[nodiscard]] std::uint64_t allocations();

}  // namespace postern::micro
