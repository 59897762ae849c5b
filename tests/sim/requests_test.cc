#include <gtest/gtest.h>

#include "gateway/sim/faults.h"
#include "gateway/sim/inbound_request.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {
namespace {

TEST(Faults, AreReadByName) {
    Faults faults;
    std::string problem;

    ASSERT_TRUE(parse_faults("duplicates=0.25,garbage=0.4", faults, problem)) << problem;

    EXPECT_DOUBLE_EQ(faults.duplicates, 0.25);
    EXPECT_DOUBLE_EQ(faults.truncated, 0.1);
    EXPECT_DOUBLE_EQ(faults.batches, 0);
}

TEST(Faults, OfUnknownNameOrBeyondOneAreRefused) {
    Faults faults;
    std::string problem;

    EXPECT_FALSE(parse_faults("duplicate=0.25", faults, problem));
    EXPECT_FALSE(parse_faults("duplicates=1.5", faults, problem));
    EXPECT_FALSE(parse_faults("duplicates", faults, problem));
    EXPECT_FALSE(parse_faults("duplicates=0.1x", faults, problem));
    EXPECT_NE(problem.find("duplicates=0.1x"), std::string::npos);
}

TEST(Endpoint, IsReadFromTheCommandLineOverTheDemosDefaults) {
    Endpoint endpoint;
    std::string problem;

    ASSERT_TRUE(parse_endpoint("channel=whatsapp,id=wa-two,secret=s,phone_number_id=77",
                               "http://127.0.0.1:9/webhooks", endpoint, problem));

    EXPECT_EQ(endpoint.url, "http://127.0.0.1:9/webhooks/wa-two");
    EXPECT_EQ(endpoint.secret, "s");
    EXPECT_EQ(endpoint.own_id, "77");
    EXPECT_EQ(endpoint.own_address, "15550001111");
}

TEST(Endpoint, OfAnUnknownChannelOrPartIsRefused) {
    Endpoint endpoint;
    std::string problem;

    EXPECT_FALSE(parse_endpoint("channel=pigeon", "", endpoint, problem));
    EXPECT_FALSE(parse_endpoint("channel=whatsapp,colour=red", "", endpoint, problem));
    EXPECT_NE(problem.find("colour"), std::string::npos);
}

TEST(InboundRequest, TakesWhatItIsTold) {
    InboundRequest request;
    std::string problem;

    ASSERT_TRUE(parse_inbound(
        R"({"channel":"telegram","account":"tg-main","from":"77","name":"Ivo","text":"hi",
            "secret_token":"t","url":"http://127.0.0.1:9/webhooks/tg-main","duplicates":2})",
        {}, request, problem))
        << problem;

    EXPECT_EQ(request.endpoint.secret, "t");
    EXPECT_EQ(request.wish.text, "hi");
    EXPECT_EQ(request.duplicates, 2u);
}

TEST(InboundRequest, RefusesWhatItDoesNotKnow) {
    InboundRequest request;
    std::string problem;
    const std::vector<Endpoint> none;

    EXPECT_FALSE(parse_inbound("[]", none, request, problem));
    EXPECT_FALSE(parse_inbound(R"({"channel":"pigeon"})", none, request, problem));
    EXPECT_FALSE(parse_inbound(R"({"channel":"http","kind":"dance"})", none, request, problem));
    problem.clear();
    EXPECT_FALSE(parse_inbound(R"({"channel":"http","colour":"red"})", none, request, problem));
    problem.clear();
    EXPECT_FALSE(parse_inbound(R"({"channel":"http"})", none, request, problem));
}

TEST(InboundRequest, PlansItemsThenDuplicatesThenGarbage) {
    StreamOptions options;
    options.endpoints = {demo_endpoint("whatsapp", "http://127.0.0.1:9/webhooks")};
    Stream stream(options);
    InboundRequest request;
    std::string problem;
    ASSERT_TRUE(parse_inbound(R"({"count":10,"batch":4,"duplicates":1,"garbage":4})",
                              stream.endpoints(), request, problem));

    const std::vector<Webhook> plan = plan_inbound(request, stream);

    ASSERT_EQ(plan.size(), 3u + 1u + 4u);
    EXPECT_EQ(plan[0].items.size() + plan[1].items.size() + plan[2].items.size(), 10u);
    EXPECT_EQ(plan[3].body, plan[0].body);
    EXPECT_TRUE(plan[3].duplicate);
    EXPECT_EQ(plan[4].defect, Defect::bad_signature);
    EXPECT_EQ(plan[7].defect, Defect::unknown_kind);
}

}  // namespace
}  // namespace postern::sim
