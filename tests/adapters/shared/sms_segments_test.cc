// The count of SMS parts against vectors made from 3GPP TS 23.038 and 23.040, with every boundary.
#include "adapters/shared/sms_segments.h"

#include <string>

#include <gtest/gtest.h>

namespace postern::adapters::shared {
namespace {

std::string times(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

struct Vector {
    std::string text;
    SmsEncoding encoding;
    std::size_t units;
    std::size_t count;
};

constexpr auto gsm7 = SmsEncoding::gsm7;
constexpr auto ucs2 = SmsEncoding::ucs2;

const Vector vectors[] = {
    {"", gsm7, 0, 1},
    {times("a", 160), gsm7, 160, 1},
    {times("a", 161), gsm7, 161, 2},
    {times("a", 306), gsm7, 306, 2},
    {times("a", 307), gsm7, 307, 3},
    {times("€", 80), gsm7, 160, 1},
    {times("€", 81), gsm7, 162, 2},
    {times("a", 159) + "€", gsm7, 161, 2},
    // The pair does not fit in the 153rd septet, so the first part ends at 152.
    {times("a", 152) + "€" + times("a", 153), gsm7, 307, 3},
    {times("ñ", 160), gsm7, 160, 1},
    {times("Ç", 10), gsm7, 10, 1},
    {times("ç", 10), ucs2, 10, 1},
    {times("á", 70), ucs2, 70, 1},
    {times("á", 71), ucs2, 71, 2},
    {times("á", 134), ucs2, 134, 2},
    {times("á", 135), ucs2, 135, 3},
    {times("😀", 35), ucs2, 70, 1},
    {times("😀", 36), ucs2, 72, 2},
    // 66 + 2 + 67 units: the surrogate pair does not straddle, so the first part ends at 66.
    {times("á", 66) + "😀" + times("á", 67), ucs2, 135, 3},
    {"“" + times("a", 100), ucs2, 101, 2},
    {"\t", ucs2, 1, 1},
    {"`", ucs2, 1, 1},
};

TEST(SmsSegments, CountsAsPhonesDo) {
    for (const Vector& vector : vectors) {
        const SmsSegments expected{vector.encoding, vector.count, vector.units};
        const SmsSegments actual = sms_segments(vector.text);
        EXPECT_EQ(actual, expected) << vector.text << ": " << to_string(actual.encoding) << " "
                                    << actual.units << "/" << actual.count;
    }
}

TEST(SmsSegments, KnowsTheWholeAlphabetOfTheStandard) {
    const std::string basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNO"
        "PQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    EXPECT_EQ(sms_segments(basic), (SmsSegments{gsm7, 1, 127}));
    EXPECT_EQ(sms_segments("\f^{}\\[~]|€"), (SmsSegments{gsm7, 1, 20}));
}

TEST(SmsSegments, LeavesNoOtherCharacterInTheAlphabet) {
    std::size_t ones = 0;
    std::size_t twos = 0;
    for (char32_t c = 0; c < 0x30000; ++c) {
        ones += gsm7_septets(c) == 1 ? 1 : 0;
        twos += gsm7_septets(c) == 2 ? 1 : 0;
    }
    EXPECT_EQ(ones, 127u);
    EXPECT_EQ(twos, 10u);
}

TEST(SmsSegments, CountsABrokenByteAsOneReplacement) {
    EXPECT_EQ(sms_segments("\xff"), (SmsSegments{ucs2, 1, 1}));
    EXPECT_EQ(sms_segments("a\xc3"), (SmsSegments{ucs2, 1, 2}));
    EXPECT_EQ(sms_segments("\xe2\x82"), (SmsSegments{ucs2, 1, 2}));
    EXPECT_EQ(sms_segments("\xed\xa0\x80"), (SmsSegments{ucs2, 1, 3}));
    EXPECT_EQ(sms_segments("\xc0\x80"), (SmsSegments{ucs2, 1, 2}));
}

}  // namespace
}  // namespace postern::adapters::shared
