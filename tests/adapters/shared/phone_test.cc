// CG-01: phone numbers as people write them, country by country, and the cheap path that must
// agree.
#include "adapters/shared/phone.h"

#include <gtest/gtest.h>

#include "adapters/shared/e164.h"

namespace postern::adapters::shared {
namespace {

struct Spelling {
    std::string_view text;
    std::string_view region;
    std::string_view e164;
};

// Numbers are the documented examples of each plan or reserved for fiction.
constexpr Spelling spellings[] = {
    {"+57 300 123 4567", "", "+573001234567"},
    {"300 123 4567", "CO", "+573001234567"},
    {"(300) 123-4567", "co", "+573001234567"},
    {"00573001234567", "CO", "+573001234567"},  // Colombia's own exit code is 00X
    {"0057 300 123 4567", "", "+573001234567"},
    {"0057 300 123 4567", "DE", "+573001234567"},
    {"1-800-FLOWERS", "US", "+18003569377"},
    {"(650) 253-0000", "US", "+16502530000"},
    {"650.253.0000", "CA", "+16502530000"},
    {"011 57 300 1234567", "US", "+573001234567"},
    {"+44 (0)20 7946 0958", "", "+442079460958"},
    {"07912 345678", "GB", "+447912345678"},
    {"0151 23456789", "DE", "+4915123456789"},
    {"06 12 34 56 78", "FR", "+33612345678"},
    {"612 34 56 78", "ES", "+34612345678"},
    {"06 1234 5678", "IT", "+390612345678"},  // Italy keeps its zero
    {"333 123 4567", "IT", "+393331234567"},
    {"912 345 678", "PT", "+351912345678"},
    {"06 12345678", "NL", "+31612345678"},
    {"0470 12 34 56", "BE", "+32470123456"},
    {"070-123 45 67", "SE", "+46701234567"},
    {"512 345 678", "PL", "+48512345678"},
    {"0501 234 56 78", "TR", "+905012345678"},
    {"55 1234 5678", "MX", "+525512345678"},
    {"+52 1 55 1234 5678", "", "+525512345678"},
    {"(11) 98765-4321", "BR", "+5511987654321"},
    {"011 15-2345-6789", "AR", "+5491123456789"},
    {"9 6123 4567", "CL", "+56961234567"},
    {"912 345 678", "PE", "+51912345678"},
    {"099 123 4567", "EC", "+593991234567"},
    {"0412-1234567", "VE", "+584121234567"},
    {"8312 3456", "CR", "+50683123456"},
    {"081234 56789", "IN", "+918123456789"},
    {"131 2345 6789", "CN", "+8613123456789"},
    {"090-1234-5678", "JP", "+819012345678"},
    {"010-2000-0000", "KR", "+821020000000"},
    {"0412 345 678", "AU", "+61412345678"},
    {"021 123 4567", "NZ", "+64211234567"},
    {"071 123 4567", "ZA", "+27711234567"},
    {"0802 123 4567", "NG", "+2348021234567"},
    {"0712 123456", "KE", "+254712123456"},
    {"010 01234567", "EG", "+201001234567"},
    {"050 123 4567", "AE", "+971501234567"},
    {"050-234-5678", "IL", "+972502345678"},
    {"8 912 345-67-89", "RU", "+79123456789"},
    {"\xEF\xBC\x8B\xEF\xBC\x95\xEF\xBC\x97 300 1234567", "", "+573001234567"},  // full width
    {"  +57\t300\xC2\xA0"
     "1234567 ",
     "", "+573001234567"},                   // tab and no-break space
    {"+800 1234 5678", "", "+80012345678"},  // international freephone
};

TEST(Phone, CanonicalisesWhatPeopleWrite) {
    for (const Spelling& s : spellings) {
        const PhoneResult result = canonical_phone(s.text, s.region);
        EXPECT_EQ(result.e164, s.e164) << s.text << ' ' << s.region << ": " << result.problem;
        EXPECT_TRUE(result.assigned) << s.text;
    }
}

TEST(Phone, CanonicalIsAFixedPointAndAgreesWithTheCheapPath) {
    for (const Spelling& s : spellings) {
        EXPECT_EQ(canonical_phone(s.e164, "").e164, s.e164);
        EXPECT_EQ(canonical_phone(s.e164, "CO").e164, s.e164);
        EXPECT_EQ(e164_from_provider(s.e164), s.e164);
        EXPECT_EQ(e164_from_provider(s.e164.substr(1)), s.e164);
        EXPECT_TRUE(is_e164(s.e164));
    }
}

TEST(Phone, SaysWhyNot) {
    constexpr std::string_view junk[][2] = {
        {"", "CO"},
        {"   ", "CO"},
        {"hello", "CO"},
        {"call me at 650 253 0000", "US"},
        {"123", "CO"},
        {"+12", ""},
        {"911", "US"},
        {"+999 123456789", ""},
        {"300 123 4567", ""},
        {"300 123 4567", "XX"},
        {"0000000000", ""},
        {"+", ""},
        {"00", ""},
        {"650 253 0000 x12", "US"},
        {"+1 650 253 0000 ext. 12", ""},
        {"12345678901234567890", "CO"},
        {"300 1234567 / 301 7654321", "CO"},
        {"253-0000", "US"},
        {"@ana", ""},
        {"ana@example.com", ""},
        {"\xff\xfe\x80", "CO"},
        {"+57 300 123 45678901", ""},
    };
    for (const auto& [text, region] : junk) {
        const PhoneResult result = canonical_phone(text, region);
        EXPECT_EQ(result.e164, "") << text;
        EXPECT_FALSE(result.problem.empty()) << text;
    }
    EXPECT_FALSE(canonical_phone(std::string(5000, '3'), "CO").ok());
    EXPECT_FALSE(canonical_phone(std::string_view("300\0"
                                                  "1234567",
                                                  11),
                                 "US")
                     .ok());
}

TEST(Phone, AcceptsAPossibleInternationalNumberOfAnUnknownRange) {
    const PhoneResult result =
        canonical_phone("+55 11 8765-4321", "");  // Brazil before the ninth digit

    EXPECT_EQ(result.e164, "+551187654321");
    EXPECT_FALSE(result.assigned);
}

TEST(Phone, KnowsTheRegionOfANumber) {
    EXPECT_EQ(region_of_phone("+573001234567"), "CO");
    EXPECT_EQ(region_of_phone("+14165550123"), "CA");
    EXPECT_EQ(region_of_phone("+80012345678"), "001");
    EXPECT_EQ(region_of_phone("+999"), "");
}

TEST(E164, TakesProviderNumbersAndNothingElse) {
    EXPECT_EQ(e164_from_provider("573001234567"), "+573001234567");
    EXPECT_EQ(e164_from_provider("5215512345678"), "+525512345678");
    EXPECT_EQ(e164_from_provider("+5215512345678"), "+525512345678");
    for (const std::string_view text :
         {"", "+", "12345", "0573001234567", "+0573001234567", "AMAZON", "1234567890123456",
          "+57 300", "++573001234567", "57300123456x"}) {
        EXPECT_EQ(e164_from_provider(text), "") << text;
    }
    EXPECT_FALSE(is_e164("573001234567"));
    EXPECT_FALSE(is_e164("+12345"));
}

}  // namespace
}  // namespace postern::adapters::shared
