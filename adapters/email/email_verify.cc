#include "adapters/email/email_verify.h"

#include <algorithm>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "adapters/email/email_text.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

/// A provider's clock and ours.
constexpr std::chrono::minutes clock_skew{15};

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool carries_secret(const WebhookRequest& request, const std::vector<Secret>& secrets) {
    const std::string_view header = request.header("Authorization");
    const std::size_t space = header.find(' ');
    if (space == header.npos) return false;
    const std::string_view scheme = header.substr(0, space);
    const std::string_view given = trim(header.substr(space + 1));
    const auto equals = [&](std::string_view candidate) {
        bool found = false;
        for (const Secret& secret : secrets) found |= secret.equals(candidate);
        return found;
    };
    if (same(scheme, "Bearer")) return equals(given);
    if (!same(scheme, "Basic")) return false;
    const auto pair = shared::from_base64(given);
    if (!pair) return false;
    const std::size_t colon = pair->find(':');
    const std::string_view all = *pair;
    const bool password = colon != all.npos && equals(all.substr(colon + 1));
    return equals(all) || password;
}

PublicKey PublicKey::parse(std::string_view base64) {
    PublicKey out;
    std::string compact(base64);
    for (const std::string_view frame :
         {"-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"}) {
        const std::size_t at = compact.find(frame);
        if (at != compact.npos) compact.erase(at, frame.size());
    }
    std::erase_if(compact, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    const auto der = shared::from_base64(compact);
    if (!der || der->empty()) return out;
    const unsigned char* at = bytes(*der);
    EVP_PKEY* const key = d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size()));
    if (key == nullptr) return out;
    out.key_ = {key, &EVP_PKEY_free};
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_bits(key) != 256) out.key_.reset();
    return out;
}

bool PublicKey::signed_by(std::string_view first, std::string_view second,
                          std::string_view signature) const {
    const auto der = shared::from_base64(signature);
    if (!der || key_ == nullptr) return false;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    return context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerifyUpdate(context.get(), first.data(), first.size()) == 1 &&
           EVP_DigestVerifyUpdate(context.get(), second.data(), second.size()) == 1 &&
           EVP_DigestVerifyFinal(context.get(), bytes(*der), der->size()) == 1;
}

bool is_recent(std::string_view seconds, Instant now, std::chrono::seconds before) {
    const auto value = json::to_integer(seconds);
    if (!value || *value < 0 || *value > 253'402'300'799) return false;
    const Instant told{std::chrono::seconds(*value)};
    return told >= now - before && told <= now + clock_skew;
}

}  // namespace postern::adapters::email
