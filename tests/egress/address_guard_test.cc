#include "gateway/egress/address_guard.h"

#include <gtest/gtest.h>

#include "tests/egress/address_corpus.h"

namespace postern::egress {
namespace {

TEST(AddressGuard, JudgesTheCorpus) {
    const AddressGuard guard;
    std::size_t seen = 0;
    for (const auto& [problem, urls] : address_corpus()) {
        for (const std::string& url : urls) {
            EXPECT_EQ(to_string(guard.check(url)), to_string(problem)) << url;
            ++seen;
        }
    }
    EXPECT_GE(seen, 150U);
}

TEST(AddressGuard, GoesToNoSpecialPurposeAddress) {
    const AddressGuard guard;
    for (const char* text : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.0",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.2.1",
                             "192.31.196.1",
                             "192.52.193.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "192.175.48.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::7f00:1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::808:808",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:2::1",
                             "2001:10::1",
                             "2001:20::1",
                             "2001:1ff::1",
                             "2001:db8::1",
                             "2002:808:808::1",
                             "2620:4f:8000::1",
                             "3fff::1",
                             "3fff:fff::1",
                             "5f00::1",
                             "fc00::1",
                             "fdff::1",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "4000::1",
                             "1fff::1"}) {
        const auto address = net::parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_FALSE(guard.allows(*address)) << text;
    }
}

TEST(AddressGuard, GoesToTheAddressesBesideThem) {
    const AddressGuard guard;
    for (const char* text : {"1.0.0.0",         "8.8.8.8",     "9.255.255.255",   "11.0.0.0",
                             "100.63.255.255",  "100.128.0.0", "126.255.255.255", "128.0.0.0",
                             "169.253.255.255", "169.255.0.0", "172.15.255.255",  "172.32.0.0",
                             "192.0.1.0",       "192.0.3.0",   "192.167.255.255", "192.169.0.0",
                             "198.17.255.255",  "198.20.0.0",  "223.255.255.255", "2000::1",
                             "2001:200::1",     "2001:db7::1", "2001:db9::1",     "2003::1",
                             "2606:4700::1111", "3ffe::1",     "3fff:1000::1"}) {
        const auto address = net::parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_TRUE(guard.allows(*address)) << text;
    }
}

TEST(AddressGuard, KnowsItsOwnNetworksAndTheOperatorsExceptions) {
    GuardSettings settings;
    std::string wrong;
    ASSERT_TRUE(settings.own.assign({"8.8.8.0/24"}, wrong));
    ASSERT_TRUE(settings.allowed.assign({"10.1.0.0/16"}, wrong));
    const AddressGuard guard(settings);
    EXPECT_FALSE(guard.allows(*net::parse_address("8.8.8.8")));
    EXPECT_TRUE(guard.allows(*net::parse_address("8.8.4.4")));
    EXPECT_TRUE(guard.allows(*net::parse_address("10.1.2.3")));
    EXPECT_FALSE(guard.allows(*net::parse_address("10.2.0.1")));
}

TEST(AddressGuard, TakesPlainHttpPortsAndLiteralsOnlyWhenToldTo) {
    GuardSettings settings;
    settings.plain_http = true;
    settings.literals = true;
    settings.ports = {443, 8443};
    const AddressGuard guard(settings);
    EXPECT_EQ(guard.check("http://example.com/"), GuardProblem::none);
    EXPECT_EQ(guard.check("https://example.com:8443/"), GuardProblem::none);
    EXPECT_EQ(guard.check("http://example.com:81/"), GuardProblem::port);
    EXPECT_EQ(guard.check("https://8.8.8.8/"), GuardProblem::none);
    EXPECT_EQ(guard.check("https://[2606:4700::1111]/"), GuardProblem::none);
    EXPECT_EQ(guard.check("https://127.0.0.1/"), GuardProblem::address);
    EXPECT_EQ(guard.check("https://[::1]/"), GuardProblem::address);
    EXPECT_EQ(guard.check("https://[::ffff:8.8.8.8]/"), GuardProblem::address_literal);
    EXPECT_EQ(guard.check("https://0x08.8.8.8/"), GuardProblem::address_literal);
    EXPECT_EQ(guard.check("https://134744072/"), GuardProblem::address_literal);
}

}  // namespace
}  // namespace postern::egress
