// Strict decoders: one spelling for one value, nothing for anything else.
#include "adapters/shared/encoding.h"

#include <gtest/gtest.h>

namespace postern::adapters::shared {
namespace {

TEST(Encoding, ReadsHexOfEitherCase) {
    EXPECT_EQ(from_hex("00fFa0"), std::string("\0\xFF\xA0", 3));
    EXPECT_EQ(from_hex(""), "");
    for (const std::string_view text : {"0", "0g", "0x", " 00", "00 "}) {
        EXPECT_EQ(from_hex(text), std::nullopt) << text;
    }
}

TEST(Encoding, ReadsTheVectorsOfRfc4648PaddedOrNot) {
    constexpr std::string_view vectors[][2] = {{"", ""},
                                               {"f", "Zg=="},
                                               {"fo", "Zm8="},
                                               {"foo", "Zm9v"},
                                               {"foob", "Zm9vYg=="},
                                               {"fooba", "Zm9vYmE="},
                                               {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        const std::string_view bare = text.substr(0, text.find('='));
        EXPECT_EQ(from_base64(text), std::string(bytes));
        EXPECT_EQ(from_base64(bare), std::string(bytes));
        EXPECT_EQ(from_base64url(bare), std::string(bytes));
    }
}

TEST(Encoding, KeepsTheTwoAlphabetsApart) {
    EXPECT_EQ(from_base64("+/+/"), "\xFB\xFF\xBF");
    EXPECT_EQ(from_base64url("-_-_"), "\xFB\xFF\xBF");
    EXPECT_EQ(from_base64("-_-_"), std::nullopt);
    EXPECT_EQ(from_base64url("+/+/"), std::nullopt);
}

TEST(Encoding, RefusesStrayPaddingBlanksAndUnusedBits) {
    for (const std::string_view text :
         {"Z", "Zg=", "=Zg=", "Z===", "====", "Zm9v=", "Zg==\n", "Zm 9", "Zh==", "Zm9="}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace postern::adapters::shared
