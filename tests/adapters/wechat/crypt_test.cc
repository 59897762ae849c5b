// WeChat's cipher on what came from outside: refuses, and reads nothing beyond it.
#include <random>

#include <gtest/gtest.h>

#include "adapters/shared/encoding.h"
#include "adapters/wechat/crypt.h"

namespace postern::adapters::wechat {
namespace {

// Made with openssl enc -aes-256-cbc -nopad: «<xml/>» for the account wx1.
const Secret key("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");
constexpr std::string_view encrypted = "j6vsOpBNQ16EYTy8Pn5HPe0jJMIZwEBpuOZwpnNxL9c=";

TEST(WeChatCrypt, OpensWhatIsForThisAccount) {
    EXPECT_EQ(decrypt(key, encrypted, "wx1"), "<xml/>");
    EXPECT_EQ(decrypt(key, encrypted, ""), "<xml/>");
    EXPECT_EQ(decrypt(key, encrypted, "wx"), std::nullopt);
    EXPECT_EQ(decrypt(key, encrypted, "wx12"), std::nullopt);
}

TEST(WeChatCrypt, TakesBlanksWithinTheBase64) {
    std::string broken(encrypted);
    broken.insert(20, "\r\n ");
    EXPECT_EQ(decrypt(key, broken, "wx1"), "<xml/>");
}

TEST(WeChatCrypt, RefusesEveryCutAndEveryOtherKey) {
    // Without its last character, the padding, it is still all there.
    for (std::size_t bytes = 0; bytes + 1 < encrypted.size(); ++bytes) {
        EXPECT_EQ(decrypt(key, encrypted.substr(0, bytes), "wx1"), std::nullopt) << bytes;
    }
    EXPECT_EQ(decrypt(Secret(std::string(43, 'A')), encrypted, "wx1"), std::nullopt);
    EXPECT_EQ(decrypt(Secret("short"), encrypted, "wx1"), std::nullopt);
    EXPECT_EQ(decrypt(Secret(), encrypted, "wx1"), std::nullopt);
}

TEST(WeChatCrypt, NeverReadsBeyondWhatItDeciphered) {
    std::mt19937 random(20260101);
    for (int i = 0; i < 3000; ++i) {
        std::string bytes(16 * (1 + random() % 6), '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        const auto opened = decrypt(key, shared::to_base64(bytes), "");
        EXPECT_LE(opened.value_or("").size(), bytes.size());
    }
}

TEST(WeChatCrypt, KnowsTheShapeOfAKey) {
    EXPECT_TRUE(is_aes_key(key));
    EXPECT_FALSE(is_aes_key(Secret(std::string(42, 'a'))));
    EXPECT_FALSE(is_aes_key(Secret(std::string(44, 'a'))));
    EXPECT_FALSE(is_aes_key(Secret(std::string(42, 'a') + "=")));
}

TEST(WeChatCrypt, SortsWordsBeforeItJoinsThem) {
    EXPECT_EQ(signature({"b", "a", "c"}), signature({"c", "b", "a"}));
    EXPECT_EQ(signature({"abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace postern::adapters::wechat
