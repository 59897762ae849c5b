#include "gateway/webchat/ground.h"

#include <array>

#include <openssl/rand.h>

#include "gateway/runtime/check.h"
#include "gateway/webchat/media_path.h"

namespace postern::webchat {

std::string media_path(const Ground& ground, const model::UploadId& upload) {
    return media_path(ground.media.signer(), upload, ground.clock().wall);
}

std::string random_id() {
    std::array<unsigned char, 16> bytes{};
    const int filled = RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    POSTERN_CHECK(filled == 1, "the system gives no random bytes");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (const unsigned char byte : bytes) {
        id += digits[byte >> 4];
        id += digits[byte & 15];
    }
    return id;
}

}  // namespace postern::webchat
