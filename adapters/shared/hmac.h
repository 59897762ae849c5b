// Keyed digests as providers use them to sign webhooks. A thread keeps the keyed state of the
// secrets that it met, because keying costs three times what hashing a short body does. Thread:
// any.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "adapters/model/secret.h"

namespace postern::adapters::shared {

enum class Digest : unsigned char { sha1, sha256 };

/// Raw bytes of a MAC: 20 or 32 of them; none if OpenSSL failed, and none equals nothing.
class Mac final {
  public:
    [[nodiscard]] std::string_view bytes() const {
        return {reinterpret_cast<const char*>(bytes_.data()), size_};
    }
    [[nodiscard]] std::string hex() const;     // lower case
    [[nodiscard]] std::string base64() const;  // standard alphabet, padded

    /// Constant time for the one right length. Only the spelling that providers send is accepted
    /// (lower-case hex, padded base64): a signature has one spelling.
    [[nodiscard]] bool equals_hex(std::string_view spelled) const;
    [[nodiscard]] bool equals_base64(std::string_view spelled) const;

  private:
    friend Mac hmac(Digest, const Secret&, std::string_view);
    std::array<unsigned char, 32> bytes_{};
    std::size_t size_ = 0;
};

[[nodiscard]] Mac hmac(Digest digest, const Secret& key, std::string_view data);

/// The first `bytes` of SHA-256 in hex: a stable name for content that has no id of its own.
[[nodiscard]] std::string fingerprint(std::string_view data, std::size_t bytes = 8);

}  // namespace postern::adapters::shared
