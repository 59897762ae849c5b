#include "gateway/sim/stream.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

namespace postern::sim {
namespace {

StreamOptions options(std::uint64_t seed, double faults = 0.1) {
    StreamOptions options;
    options.seed = seed;
    options.start_s = 1'767'225'600;
    (void)set_fault("all", faults, options.faults);
    for (const Provider* provider : all_providers()) {
        options.endpoints.push_back(
            demo_endpoint(provider->channel, "http://127.0.0.1:1/webhooks"));
    }
    return options;
}

TEST(Stream, GivesTheSameBytesForTheSameSeed) {
    Stream one(options(42));
    Stream two(options(42));

    for (int i = 0; i < 2'000; ++i) {
        const Webhook left = one.next();
        const Webhook right = two.next();
        ASSERT_EQ(left.body, right.body) << "seed=42, webhook " << i;
        ASSERT_EQ(left.headers, right.headers);
        ASSERT_EQ(left.endpoint.url, right.endpoint.url);
    }
}

TEST(Stream, TellsTheMomentWhereItGoesByTheClock) {
    StreamOptions clocked = options(1, 0);
    clocked.by_clock = true;
    Stream stream(clocked);
    const auto time_of = [&](Stream& from) {
        return from.make(clocked.endpoints.front(), 1, {}).items.front().time_s;
    };
    for (int i = 0; i < 250; ++i) EXPECT_LE(time_of(stream), clocked.start_s + 2);
    stream.tell_time(clocked.start_s + 600);
    EXPECT_EQ(time_of(stream), clocked.start_s + 600);
    stream.tell_time(clocked.start_s + 30);
    EXPECT_EQ(time_of(stream), clocked.start_s + 600) << "it does not go back";

    Stream fixed(options(1, 0));
    fixed.tell_time(clocked.start_s + 600);
    EXPECT_EQ(time_of(fixed), clocked.start_s);
}

TEST(Stream, GivesOtherBytesForAnotherSeed) {
    Stream one(options(1));
    Stream two(options(2));

    int same = 0;
    for (int i = 0; i < 100; ++i) same += one.next().body == two.next().body ? 1 : 0;
    EXPECT_LT(same, 20);  // some wrong shapes are constants
}

TEST(Stream, NeverRepeatsAnIdExceptInADuplicate) {
    Stream stream(options(3));
    std::set<std::string> ids;
    std::set<std::string> bodies;

    for (int i = 0; i < 5'000; ++i) {
        const Webhook webhook = stream.next();
        if (webhook.duplicate) {
            EXPECT_TRUE(bodies.contains(webhook.body));
            continue;
        }
        bodies.insert(webhook.body);
        for (const Item& item : webhook.items) {
            EXPECT_TRUE(ids.insert(webhook.endpoint.account + " " + item.external_id).second);
        }
    }
}

TEST(Stream, MakesEveryDefectAndExpectsARefusalOnlyOfForgeries) {
    Stream stream(options(4, 0.15));
    std::set<Defect> seen;

    for (int i = 0; i < 2'000; ++i) {
        const Webhook webhook = stream.next();
        seen.insert(webhook.defect);
        EXPECT_EQ(webhook.expected_status(), webhook.defect == Defect::bad_signature ? 401 : 200);
        EXPECT_EQ(webhook.items.empty(), webhook.defect != Defect::none);
    }
    EXPECT_EQ(seen.size(), 5u);
}

TEST(Stream, MakesEveryKindThatAChannelKnows) {
    for (const Provider* provider : all_providers()) {
        StreamOptions one = options(5, 0);
        one.endpoints = {demo_endpoint(provider->channel, "http://127.0.0.1:1/webhooks")};
        Stream stream(one);
        std::set<Kind> seen;
        for (int i = 0; i < 2'000; ++i) seen.insert(stream.next().items.front().kind);

        EXPECT_EQ(seen.size(), provider->kinds.size()) << provider->channel;
    }
}

TEST(Stream, WritesJsonThatParses) {
    StreamOptions all = options(6, 0);
    all.faults.batches = 0.5;
    Stream stream(all);
    simdjson::dom::parser parser;

    for (int i = 0; i < 2'000; ++i) {
        const Webhook webhook = stream.next();
        const std::string& channel = webhook.endpoint.channel;
        if (channel == "twilio" || channel == "wechat" || channel == "smpp" || channel == "email")
            continue;
        EXPECT_EQ(parser.parse(webhook.body).error(), simdjson::SUCCESS) << webhook.body;
    }
}

TEST(Stream, PutsSeveralItemsIntoOneBodyWhereTheProviderBatches) {
    Stream stream(options(7, 0));
    const Endpoint whatsapp = demo_endpoint("whatsapp", "http://127.0.0.1:1/webhooks");
    const Endpoint telegram = demo_endpoint("telegram", "http://127.0.0.1:1/webhooks");

    EXPECT_EQ(stream.make(whatsapp, 7, {}).items.size(), 7u);
    EXPECT_EQ(stream.make(telegram, 7, {}).items.size(), 1u);
}

TEST(Stream, CutsAFormBetweenTwoParameters) {
    Stream stream(options(8, 0));
    const Endpoint twilio = demo_endpoint("twilio", "http://127.0.0.1:1/webhooks");

    for (int i = 0; i < 50; ++i) {
        const Webhook webhook = stream.make_defective(twilio, Defect::truncated);
        EXPECT_EQ(webhook.body.find("MessageSid=SM"), std::string::npos);
        EXPECT_NE(webhook.body.back(), '%');
    }
}

}  // namespace
}  // namespace postern::sim
