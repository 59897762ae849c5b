// One HMAC of OpenSSL and its base64.
#include "gateway/subscriptions/signature.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace postern::subscriptions {

std::string sign(std::string_view secret, std::string_view id, std::int64_t timestamp,
                 std::string_view body) {
    std::string signed_text;
    signed_text.reserve(id.size() + body.size() + 24);
    signed_text.append(id).append(".").append(std::to_string(timestamp)).append(".").append(body);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    (void)HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
               reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
               digest.data(), &size);
    std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> text{};
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    return "v1," + std::string(reinterpret_cast<const char*>(text.data()),
                               static_cast<std::size_t>(length));
}

}  // namespace postern::subscriptions
