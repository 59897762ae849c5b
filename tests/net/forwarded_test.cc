#include "gateway/net/forwarded.h"

#include <gtest/gtest.h>

namespace postern::net::test {
namespace {

struct Row {
    const char* peer;
    std::vector<Header> headers;
    const char* client;
    bool secure;
};

TEST(Forwarded, TakesTheRightmostAddressThatIsNotTrusted) {
    CidrSet trusted;
    std::string wrong;
    ASSERT_TRUE(trusted.assign({"10.0.0.0/8", "2001:db8::/32"}, wrong));
    const Row rows[] = {
        {"198.51.100.1",
         {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}},
         "198.51.100.1",
         false},
        {"10.0.0.1", {}, "10.0.0.1", false},
        {"10.0.0.1", {{"x-forwarded-for", "1.1.1.1"}}, "1.1.1.1", false},
        {"10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1 , 10.0.0.2"}}, "1.1.1.1", false},
        {"10.0.0.1",
         {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "10.0.0.9"}},
         "6.6.6.6",
         false},
        {"10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, junk, 10.0.0.9"}}, "10.0.0.9", false},
        {"10.0.0.1", {{"X-Forwarded-For", "1.1.1.1:5555"}}, "1.1.1.1", false},
        {"10.0.0.1", {{"X-Forwarded-For", "[2001:db9::7]:5555"}}, "2001:db9::7", false},
        {"10.0.0.1", {{"X-Forwarded-For", "2001:db9::7, 2001:db8::1"}}, "2001:db9::7", false},
        {"10.0.0.1", {{"X-Forwarded-For", ""}}, "10.0.0.1", false},
        {"10.0.0.1", {{"X-Forwarded-Proto", "HTTPS"}}, "10.0.0.1", true},
        {"10.0.0.1", {{"X-Forwarded-Proto", "https, http"}}, "10.0.0.1", false},
    };
    for (const auto& row : rows) {
        const auto view = client_behind(trusted, *parse_address(row.peer), false, row.headers);
        EXPECT_EQ(view.address.to_string(), row.client);
        EXPECT_EQ(view.secure, row.secure);
    }
}

}  // namespace
}  // namespace postern::net::test
