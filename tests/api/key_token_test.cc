// CG-75: only hashes of keys are stored; the text has a checksum that tells typing errors.
#include "gateway/api/key_token.h"

#include <set>

#include <gtest/gtest.h>

#include "gateway/api/sha256.h"

namespace postern::api {
namespace {

const model::KeyId id{{1'769'860'800'000, 3, 9}};

TEST(KeyToken, HashesTheSecretOfAWellFormedTokenAndTheWholeOfAnyOther) {
    const std::string secret = make_secret();
    const std::string token = make_token(id, secret);

    EXPECT_EQ(token.size(), 90u);
    EXPECT_EQ(hash_token(token), hash_secret(secret));
    EXPECT_EQ(hash_token("an operator's own"), hash_secret("an operator's own"));
}

TEST(KeyToken, StoresSha256OfTheSecretEachTimeAnew) {
    // FIPS 180-2, appendix B.1.
    const KeyHash abc{0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40,
                      0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17,
                      0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    for (int i = 0; i < 2; ++i) EXPECT_EQ(hash_secret("abc"), abc);
    EXPECT_EQ(sha256({"a", "", "bc"}), abc);
}

TEST(KeyToken, IsAnotherKeyWithAnyCharacterChanged) {
    const std::string token = make_token(id, make_secret());
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(same_hash(hash_token(other), hash_token(token))) << i;
    }
}

TEST(KeyToken, HasASecretThatNeverRepeats) {
    std::set<std::string> secrets;
    for (int i = 0; i < 1000; ++i) {
        const std::string secret = make_secret();
        EXPECT_EQ(secret.size(), 52u);
        secrets.insert(secret);
    }
    EXPECT_EQ(secrets.size(), 1000u);
}

TEST(KeyToken, NeverEqualsAnEmptyHash) {
    EXPECT_FALSE(same_hash(KeyHash{}, KeyHash{}));
}

TEST(KeyToken, HashesAsTheStandardSays) {
    // FIPS 180-2, "abc"
    const KeyHash hash = hash_secret("abc");
    EXPECT_EQ(hash[0], 0xBA);
    EXPECT_EQ(hash[1], 0x78);
    EXPECT_EQ(hash[31], 0xAD);
}

}  // namespace
}  // namespace postern::api
