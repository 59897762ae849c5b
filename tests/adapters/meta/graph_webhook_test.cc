// Meta's handshake as a table.
#include "adapters/meta/graph_webhook.h"

#include <gtest/gtest.h>

namespace postern::adapters::meta {
namespace {

struct Case {
    const char* query;
    int status;
    const char* body;
};

TEST(GraphHandshake, EchoesTheChallengeOnlyToWhoKnowsAToken) {
    const std::vector<Secret> tokens = {Secret("check-me"), Secret("old one+1")};
    const Case cases[] = {
        {"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=check-me", 200,
         "1158201444"},
        {"hub.verify_token=check-me&hub.challenge=a%2Bb+c&hub.mode=subscribe", 200, "a+b c"},
        {"hub.mode=subscribe&hub.challenge=7&hub.verify_token=old+one%2B1", 200, "7"},
        {"hub%2Emode=subscribe&hub.challenge=7&hub.verify_token=check-me", 200, "7"},
        {"hub.mode=subscribe&hub.challenge=7&hub.verify_token=check-mE", 403, ""},
        {"hub.mode=subscribe&hub.challenge=7&hub.verify_token=check-me1", 403, ""},
        {"hub.mode=subscribe&hub.challenge=7&hub.verify_token=", 403, ""},
        {"hub.mode=subscribe&hub.challenge=7", 403, ""},
        {"hub.mode=unsubscribe&hub.challenge=7&hub.verify_token=check-me", 403, ""},
        {"hub.challenge=7&hub.verify_token=check-me", 403, ""},
        {"hub.mode=subscribe&hub.verify_token=check-me", 403, ""},
        {"hub.mode=subscribe&hub.challenge=%zz&hub.verify_token=check-me", 403, ""},
        {"", 403, ""},
    };
    for (const Case& sample : cases) {
        WebhookRequest request;
        request.method = "GET";
        request.query = sample.query;
        const auto reply = handshake(request, tokens);
        ASSERT_TRUE(reply) << sample.query;
        EXPECT_EQ(reply->status, sample.status) << sample.query;
        EXPECT_EQ(reply->body, sample.body) << sample.query;
        EXPECT_EQ(reply->content_type, "text/plain");
    }
}

TEST(GraphHandshake, WithoutATokenRefusesEverybody) {
    WebhookRequest request;
    request.method = "GET";
    request.query = "hub.mode=subscribe&hub.challenge=7&hub.verify_token=";
    const std::vector<Secret> none;
    const std::vector<Secret> empty = {Secret("")};
    EXPECT_EQ(handshake(request, none)->status, 403);
    EXPECT_EQ(handshake(request, empty)->status, 403);
}

TEST(GraphHandshake, LeavesAPostToVerification) {
    WebhookRequest request;
    request.method = "POST";
    request.query = "hub.mode=subscribe&hub.challenge=7&hub.verify_token=check-me";
    const std::vector<Secret> tokens = {Secret("check-me")};
    EXPECT_FALSE(handshake(request, tokens).has_value());
}

}  // namespace
}  // namespace postern::adapters::meta
