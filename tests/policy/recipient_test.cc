#include "gateway/policy/recipient.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

using Zones = std::vector<std::string>;

struct Row {
    std::string_view number;
    std::string_view country;
    std::string_view region;
    Zones zones;
    std::string_view source;
};

// CG-59 the recipient's time zone.
TEST(Recipient, ANumberTellsItsCountryStateAndZones) {
    const Zones north_america{"America/Chicago", "America/Denver", "America/Los_Angeles",
                              "America/New_York", "America/Phoenix"};
    for (const Row& row : {
             Row{"+12125550123", "us", "ny", {"America/New_York"}, "number"},
             Row{"+18502001234", "us", "fl", {"America/Chicago"}, "number"},
             Row{"+18505751234", "us", "fl", {"America/New_York"}, "number"},
             Row{"+14232021234", "us", "tn", {"America/New_York"}, "number"},
             Row{"+18005550123", "us", "", north_america, "country"},
             Row{"+526641234567", "mx", "", {"America/Tijuana"}, "number"},
             Row{"+525512345678", "mx", "", {"America/Mexico_City"}, "number"},
             Row{"+5511961234567", "br", "", {"America/Sao_Paulo"}, "number"},
             Row{"+5592961234567", "br", "", {"America/Manaus"}, "number"},
             Row{"+573001234567", "co", "", {"America/Bogota"}, "country"},
             Row{"+919812345678", "in", "", {"Asia/Kolkata"}, "country"},
         }) {
        const model::Recipient said = describe_number(row.number);
        EXPECT_TRUE(said.valid) << row.number;
        EXPECT_EQ(row.country, said.country) << row.number;
        EXPECT_EQ(row.region, said.region) << row.number;
        EXPECT_EQ(row.zones, said.zones) << row.number;
        EXPECT_EQ(row.source, said.zone_source) << row.number;
    }
}

TEST(Recipient, NumbersWithoutAPlaceHaveAllZonesOfTheirCountry) {
    EXPECT_EQ(8u, zones_of_number("+61412345678").size());
    EXPECT_EQ(16u, zones_of_number("+79261234567").size());
    EXPECT_EQ(42u, zones_of_number("+18005550123").size());
    EXPECT_EQ(8u, describe_number("+61412345678").zones.size());
}

TEST(Recipient, StatesWithRulesOfTheirOwnAreKnownByAreaCode) {
    for (const auto& [number, state] :
         {std::pair{"+13055550123", "fl"}, std::pair{"+14055550123", "ok"},
          std::pair{"+12065550123", "wa"}, std::pair{"+12145550123", "tx"},
          std::pair{"+12035550123", "ct"}, std::pair{"+13015550123", "md"},
          std::pair{"+16175550123", "ma"}, std::pair{"+12015550123", "nj"},
          std::pair{"+12055550123", "al"}, std::pair{"+15045550123", "la"},
          std::pair{"+16015550123", "ms"}, std::pair{"+15025550123", "ky"},
          std::pair{"+13135550123", "mi"}, std::pair{"+16125550123", "mn"},
          std::pair{"+15055550123", "nm"}, std::pair{"+17025550123", "nv"},
          std::pair{"+14015550123", "ri"}, std::pair{"+12155550123", "pa"},
          std::pair{"+14165550123", "on"}}) {
        EXPECT_EQ(state, describe_number(number).region) << number;
    }
}

TEST(Recipient, WhatIsNoNumberIsInvalidAndSaysWhy) {
    for (const std::string_view text : {"", "+", "+1", "+999123456789", "hello", "+57300"}) {
        const model::Recipient said = describe_number(text);
        EXPECT_FALSE(said.valid) << text;
        EXPECT_FALSE(said.invalid_why.empty()) << text;
        EXPECT_TRUE(said.zones.empty()) << text;
    }
    EXPECT_FALSE(number_tables_version().empty());
}

}  // namespace
}  // namespace postern::policy
