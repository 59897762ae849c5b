// Randomness from OpenSSL, base64 as the adapters read it: strictly.
#include "gateway/api/webhook_secret.h"

#include <openssl/rand.h>

#include "adapters/shared/encoding.h"
#include "gateway/runtime/check.h"

namespace postern::api {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t bytes_made = 32;
constexpr std::size_t bytes_min = 24;
constexpr std::size_t bytes_max = 64;

}  // namespace

std::string make_webhook_secret() {
    std::string bytes(bytes_made, '\0');
    POSTERN_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size())) == 1,
                  "the system gives no random bytes");
    return bytes;
}

std::string format_webhook_secret(std::string_view bytes) {
    return std::string(prefix) + adapters::shared::to_base64(bytes);
}

std::optional<std::string> parse_webhook_secret(std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    auto bytes = adapters::shared::from_base64(text.substr(prefix.size()));
    if (!bytes || bytes->size() < bytes_min || bytes->size() > bytes_max) return std::nullopt;
    return bytes;
}

}  // namespace postern::api
