#include "gateway/net/address.h"

#include <gtest/gtest.h>

#include "gateway/net/address_counts.h"

namespace postern::net::test {
namespace {

TEST(Address, ReadsBothFamiliesAndNothingElse) {
    for (const auto* text : {"192.0.2.1", "2001:db8::1", "::1"}) {
        ASSERT_TRUE(parse_address(text)) << text;
        EXPECT_EQ(parse_address(text)->to_string(), text);
    }
    EXPECT_EQ(parse_address("::ffff:192.0.2.1"), parse_address("192.0.2.1"));
    for (const auto* text : {"", "1.2.3", "1.2.3.256", "0x7f.1", "::1%lo", "[::1]", "a"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(Cidr, ContainsExactlyItsBlock) {
    const auto inside = [](const char* block, const char* address) {
        return parse_cidr(block)->contains(*parse_address(address));
    };
    EXPECT_TRUE(inside("10.0.0.0/8", "10.255.255.255"));
    EXPECT_FALSE(inside("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(inside("192.0.2.128/25", "192.0.2.129"));
    EXPECT_FALSE(inside("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(inside("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(inside("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(inside("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(inside("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(inside("192.0.2.7", "192.0.2.7"));
    for (const auto* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/x", "/8", "10/8"}) {
        EXPECT_FALSE(parse_cidr(text)) << text;
    }
}

TEST(AddressCounts, CapEachAddressAndLetItBackIn) {
    AddressCounts counts;
    const auto address = *parse_address("192.0.2.1");
    EXPECT_TRUE(counts.enter(address, 2));
    EXPECT_TRUE(counts.enter(address, 2));
    EXPECT_FALSE(counts.enter(address, 2));
    EXPECT_TRUE(counts.enter(address, 0));
    counts.leave(address);
    counts.leave(address);
    EXPECT_TRUE(counts.enter(address, 2));
}

TEST(AddressCounts, CountAnIpv6NetworkAsOne) {
    AddressCounts counts;
    EXPECT_TRUE(counts.enter(*parse_address("2001:db8:1:2::1"), 1));
    EXPECT_FALSE(counts.enter(*parse_address("2001:db8:1:2:ffff::2"), 1));
}

}  // namespace
}  // namespace postern::net::test
