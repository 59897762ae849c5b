// Which URLs a subscription may have, by the configuration.
#include "gateway/subscription_setup.h"

#include <gtest/gtest.h>

namespace postern {
namespace {

bool may(const conf::Subscriptions& rules, std::string_view url) {
    return refusal_of(rules, url).empty();
}

TEST(SubscriptionUrls, AreHttpsToWhereEverybodyCanGo) {
    const conf::Subscriptions rules;
    for (const char* url : {"https://crm.example.com/hook", "https://crm.example.com:8443/h?t=1",
                            "https://93.184.216.34/hook"})
        EXPECT_TRUE(may(rules, url)) << url;
    for (const char* url :
         {"http://crm.example.com/hook", "ftp://crm.example.com/", "crm.example.com", "",
          "https://u:p@crm.example.com/", "https://127.0.0.1/", "https://localhost/",
          "https://10.0.0.7/", "https://169.254.169.254/latest/", "https://[::1]/",
          "https://0x7f.1/", "https://crm/hook", "https://[::ffff:10.0.0.7]/"})
        EXPECT_FALSE(may(rules, url)) << url;
}

TEST(SubscriptionUrls, MayLeadToNetworksThatTheOperatorNames) {
    conf::Subscriptions rules;
    rules.allow_networks = {"10.20.0.0/16"};
    EXPECT_TRUE(may(rules, "https://10.20.3.4:9000/hook"));
    EXPECT_TRUE(may(rules, "https://crm.corp.internal/hook"));
    EXPECT_TRUE(may(rules, "https://crm/hook"));
    EXPECT_FALSE(may(rules, "https://10.21.0.1/hook"));
    EXPECT_FALSE(may(rules, "https://127.0.0.1/hook"));
    EXPECT_FALSE(may(rules, "http://10.20.3.4/hook"));
}

TEST(SubscriptionUrls, MayBePlainAndOnThisMachineInALaboratory) {
    conf::Subscriptions rules;
    rules.allow_http = true;
    EXPECT_TRUE(may(rules, "http://127.0.0.1:3000/hook"));
    EXPECT_TRUE(may(rules, "http://localhost:3000/hook"));
    EXPECT_TRUE(may(rules, "http://[::1]:3000/hook"));
    EXPECT_FALSE(may(rules, "http://10.0.0.7/hook"));
}

}  // namespace
}  // namespace postern
