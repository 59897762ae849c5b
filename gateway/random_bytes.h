// Random bytes for each message: keys, jitter. OpenSSL is asked for many at once, by each thread
// for itself: asked for a few it costs more than what they are used for, a system call among it.
#pragma once

#include <cstdint>
#include <span>

namespace postern {

/// At most 4096 bytes. As good as RAND_bytes: none is given twice, and none is kept. Ends the
/// process if the system gives none. Any thread.
void fill_random(std::span<std::uint8_t> out);

}  // namespace postern
