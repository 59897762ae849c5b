// Digests against published vectors (RFC 4231, RFC 2202) and against themselves across the cache.
#include "adapters/shared/hmac.h"

#include <thread>

#include <gtest/gtest.h>

namespace postern::adapters::shared {
namespace {

TEST(Hmac, AgreesWithTheRfcVectors) {
    EXPECT_EQ(hmac(Digest::sha256, Secret("Jefe"), "what do ya want for nothing?").hex(),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac(Digest::sha1, Secret("Jefe"), "what do ya want for nothing?").hex(),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(hmac(Digest::sha1, Secret("Jefe"), "what do ya want for nothing?").base64(),
              "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    const std::string long_key(131, '\xaa');
    EXPECT_EQ(hmac(Digest::sha256, Secret(long_key),
                   "Test Using Larger Than Block-Size Key - Hash Key First")
                  .hex(),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, AnEmptyKeyAndAnEmptyBodyAreDefined) {
    EXPECT_EQ(hmac(Digest::sha256, Secret(""), "").hex(),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, TheCacheNeverMixesKeysOrDigests) {
    // More keys than the cache holds, twice around, so that each is found, evicted and made again.
    std::vector<std::string> first;
    for (int i = 0; i < 100; ++i) {
        first.push_back(hmac(Digest::sha256, Secret("key" + std::to_string(i)), "body").hex());
    }
    for (int i = 0; i < 100; ++i) {
        const Secret key("key" + std::to_string(i));
        EXPECT_EQ(hmac(Digest::sha256, key, "body").hex(), first[static_cast<std::size_t>(i)]);
        EXPECT_EQ(hmac(Digest::sha1, key, "body").bytes().size(), 20U);
        EXPECT_EQ(hmac(Digest::sha256, key, "body").hex(), first[static_cast<std::size_t>(i)]);
    }
}

TEST(Hmac, ThreadsKeepTheirOwnState) {
    const std::string expected = hmac(Digest::sha256, Secret("k"), "b").hex();
    std::string other;
    std::thread([&] { other = hmac(Digest::sha256, Secret("k"), "b").hex(); }).join();
    EXPECT_EQ(other, expected);
}

TEST(Hmac, ComparesOneSpellingOnly) {
    const Mac mac = hmac(Digest::sha256, Secret("k"), "b");
    EXPECT_TRUE(mac.equals_hex(mac.hex()));
    EXPECT_TRUE(mac.equals_base64(mac.base64()));
    EXPECT_FALSE(mac.equals_hex(mac.base64()));
    EXPECT_FALSE(mac.equals_hex(mac.hex().substr(1)));
    EXPECT_FALSE(mac.equals_hex(""));
    EXPECT_FALSE(Mac().equals_hex(""));
    EXPECT_FALSE(Mac().equals_base64(""));
}

TEST(Fingerprint, IsTheHeadOfSha256) {
    EXPECT_EQ(fingerprint("abc"), "ba7816bf8f01cfea");
    EXPECT_EQ(fingerprint("abc", 2), "ba78");
    EXPECT_EQ(fingerprint("abc", 99).size(), 64U);
}

}  // namespace
}  // namespace postern::adapters::shared
