#include "gateway/random_bytes.h"

#include <array>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "gateway/runtime/check.h"

namespace postern {
namespace {

struct Pool {
    std::array<std::uint8_t, 4096> bytes{};
    std::size_t left = 0;
};

}  // namespace

void fill_random(std::span<std::uint8_t> out) {
    thread_local Pool pool;
    POSTERN_CHECK(out.size() <= pool.bytes.size(), "more random bytes than are made at once");
    if (pool.left < out.size()) {
        const int filled = RAND_bytes(pool.bytes.data(), static_cast<int>(pool.bytes.size()));
        POSTERN_CHECK(filled == 1, "the system gives no random bytes");
        pool.left = pool.bytes.size();
    }
    pool.left -= out.size();
    std::memcpy(out.data(), pool.bytes.data() + pool.left, out.size());
    OPENSSL_cleanse(pool.bytes.data() + pool.left, out.size());
}

}  // namespace postern
