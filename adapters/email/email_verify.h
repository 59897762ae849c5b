// What proves that a request is from the provider: a shared secret in the Authorization header, or
// an ECDSA signature (SendGrid). Constant time where a secret is compared. Pure. Thread: any.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <openssl/types.h>

#include "adapters/adapter.h"

namespace postern::adapters::email {

/// "Bearer secret", or "Basic" with the secret as the password or as "user:password".
[[nodiscard]] bool carries_secret(const WebhookRequest& request,
                                  const std::vector<Secret>& secrets);

class PublicKey final {
  public:
    /// Base64 of a SubjectPublicKeyInfo; empty if it is none, or not of P-256.
    [[nodiscard]] static PublicKey parse(std::string_view base64);
    [[nodiscard]] explicit operator bool() const { return key_ != nullptr; }
    /// `signature`: base64 of DER, over the SHA-256 of `first` and `second` in a row.
    [[nodiscard]] bool signed_by(std::string_view first, std::string_view second,
                                 std::string_view signature) const;

  private:
    std::shared_ptr<EVP_PKEY> key_;
};

/// A time in decimal seconds, within `before` and a little after now; false also for no number.
[[nodiscard]] bool is_recent(std::string_view seconds, Instant now, std::chrono::seconds before);

}  // namespace postern::adapters::email
