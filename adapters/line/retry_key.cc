// A name-based UUID by the book: SHA-1 over a namespace of our own and the name.
#include <array>
#include <cstddef>

#include <openssl/evp.h>

#include "adapters/line/send.h"

namespace postern::adapters::line {
namespace {

/// Random, once: the names are ours alone.
constexpr std::array<unsigned char, 16> space = {0x6b, 0x1f, 0x7d, 0x32, 0x9c, 0x05, 0x4e, 0xa8,
                                                 0x8d, 0x41, 0x2b, 0xe7, 0x53, 0xf9, 0x0c, 0x66};

}  // namespace

std::string retry_key(std::string_view name) {
    std::string named(reinterpret_cast<const char*>(space.data()), space.size());
    named.append(name);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(named.data(), named.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1 ||
        size < 16) {
        return {};
    }
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0fU) | 0x50U);  // version 5
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3fU) | 0x80U);  // the RFC's variant
    static constexpr char digits[] = "0123456789abcdef";
    std::string key;
    key.reserve(36);
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) key += '-';
        key += digits[digest[i] >> 4];
        key += digits[digest[i] & 0x0f];
    }
    return key;
}

}  // namespace postern::adapters::line
