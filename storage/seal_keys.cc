// HKDF by OpenSSL's EVP_KDF.
#include "storage/seal_keys.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <cstdio>
#include <cstdlib>

namespace postern::storage {

void cipher_broken(const char* step) {
    std::fprintf(stderr, "postern: the cipher library failed at %s\n", step);
    std::abort();
}

KeyBytes derive_key(const KeyBytes& master, std::string_view label) {
    EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    EVP_KDF_CTX* context = kdf != nullptr ? EVP_KDF_CTX_new(kdf) : nullptr;
    if (context == nullptr) cipher_broken("HKDF");
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                          const_cast<std::uint8_t*>(master.data()), master.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(label.data()),
                                          label.size()),
        OSSL_PARAM_construct_end(),
    };
    KeyBytes key;
    if (EVP_KDF_derive(context, key.data(), key.size(), params) != 1) cipher_broken("HKDF");
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return key;
}

}  // namespace postern::storage
