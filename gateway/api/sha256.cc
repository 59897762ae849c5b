#include "gateway/api/sha256.h"

#include <memory>

#include <openssl/evp.h>

#include "gateway/runtime/check.h"

namespace postern::api {
namespace {

struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

Context make_context() {
    Context context(EVP_MD_CTX_new());
    const bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    POSTERN_CHECK(ok, "OpenSSL has no SHA-256");
    return context;
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::initializer_list<std::string_view> parts) {
    thread_local const Context context = make_context();
    // Without an algorithm: begins again with the one that it has.
    bool ok = EVP_DigestInit_ex(context.get(), nullptr, nullptr) == 1;
    for (const std::string_view part : parts)
        ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    std::array<std::uint8_t, 32> digest{};
    ok = ok && EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    POSTERN_CHECK(ok, "OpenSSL makes no digest");
    return digest;
}

}  // namespace postern::api
