// Wiping and comparing credentials with OpenSSL's constant-time primitives.
#include "adapters/model/secret.h"

#include <openssl/crypto.h>

namespace postern::adapters {

Secret::Secret(Secret&& other) noexcept : value_(other.value_) {
    OPENSSL_cleanse(other.value_.data(), other.value_.size());
    other.value_.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        OPENSSL_cleanse(value_.data(), value_.size());
        value_ = other.value_;
        OPENSSL_cleanse(other.value_.data(), other.value_.size());
        other.value_.clear();
    }
    return *this;
}

Secret::~Secret() {
    OPENSSL_cleanse(value_.data(), value_.size());
}

bool Secret::equals(std::string_view candidate) const {
    return !value_.empty() && value_.size() == candidate.size() &&
           CRYPTO_memcmp(value_.data(), candidate.data(), value_.size()) == 0;
}

}  // namespace postern::adapters
