// From the last byte of a webhook to its answer: durable, set aside, or to be sent again.
#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

const std::string receive_json = R"({"batch":"/items","verify":{"type":"none"},"kind":"message"})";
const std::string two = R"({"items":[{"id":"a","from":"x"},{"id":"b","from":"y"}]})";

class WebhookTest : public IngressRig {
  protected:
    WebhookTest() { configure(receive_json); }

    [[nodiscard]] const Health& health() const { return *accounts_.load()->find("shop")->health; }
    static bool is_b(const core::Command& command) {
        const auto* c = std::get_if<core::ReceiveMessage>(&command.payload);
        return c != nullptr && c->message.external_id == "b";
    }
};

TEST_F(WebhookTest, ARedeliveryIsAcceptedAndDropped) {  // CG-100
    EXPECT_NE(send(two).fixed, nullptr);
    EXPECT_NE(send(two).fixed, nullptr);
    EXPECT_EQ(inbox_.messages.size(), 2u);
    EXPECT_EQ(health().duplicates.load(), 2u);
    EXPECT_EQ(inbox_.quarantined, 0u);
}

TEST_F(WebhookTest, WithoutRoomTheProviderIsToldToTryAgainAndLosesNothing) {  // CG-100
    inbox_.room = 0;
    const net::Response refused = send(two);
    EXPECT_EQ(refused.status, 503);
    ASSERT_EQ(refused.headers.size(), 1u);
    EXPECT_EQ(refused.headers[0].first, "Retry-After");
    EXPECT_EQ(refused.content_type, "application/problem+json");
    EXPECT_NE(refused.body.find(R"("detail":"Nothing of this was taken; send it again.")"),
              std::string::npos);
    EXPECT_EQ(health().refused_overload.load(), 1u);
    inbox_.room = 10;
    EXPECT_NE(send(two).fixed, nullptr);
    EXPECT_EQ(inbox_.messages.size(), 2u);
}

TEST_F(WebhookTest, ComesByPostOrGetAndByNothingElse) {
    const auto admission_of = [this](const char* method) {
        testing::Exchange exchange(thread_, method, "/webhooks/shop");
        return handler_->admit(exchange.request());
    };
    for (const char* method : {"POST", "GET", "HEAD"}) {
        EXPECT_TRUE(admission_of(method).accepted) << method;
    }
    for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "post"}) {
        const net::Admission refused = admission_of(method);
        EXPECT_FALSE(refused.accepted) << method;
        EXPECT_EQ(refused.refusal.status, 405);
        EXPECT_EQ(refused.refusal.headers.front(),
                  (std::pair<std::string, std::string>{"Allow", "GET, HEAD, POST"}));
    }
}

TEST_F(WebhookTest, WhatNeedsADamagedRowIsSetAsideAndTheRestComesIn) {
    inbox_.unreadable = is_b;
    EXPECT_NE(send(two).fixed, nullptr);
    EXPECT_EQ(inbox_.messages.size(), 1u);
    EXPECT_EQ(quarantined().reason, "a stored row that it needs is damaged");
    EXPECT_EQ(quarantined().taken.size(), 1u);
    EXPECT_EQ(quarantined().body, two);
    EXPECT_EQ(health().quarantined.load(), 1u);
    EXPECT_NE(health().last_error().find("damaged"), std::string::npos);  // CG-102

    inbox_.unreadable = nullptr;
    EXPECT_EQ(replay(), Replayed::resolved);
    ASSERT_EQ(inbox_.messages.size(), 2u);
    EXPECT_EQ(inbox_.messages[1].message.external_id, "b");
}

TEST_F(WebhookTest, ARequestThatIsHalfTakenIsShedLastAndElseSentAgain) {
    inbox_.unreadable = is_b;
    (void)send(two);
    EXPECT_EQ(inbox_.admits.front(), runtime::Admit::first_shed);
    EXPECT_EQ(inbox_.admits.back(), runtime::Admit::last_shed);
    inbox_.room = 1;
    EXPECT_EQ(send(two).status, 503);
    EXPECT_EQ(inbox_.messages.size(), 1u);
}

TEST_F(WebhookTest, WhatProvesNothingIsCountedAndChangesNoHealth) {
    using namespace std::chrono_literals;
    configure(R"({"batch":"/items","kind":"message",)"
              R"("verify":{"type":"basic","user":"u"}})");
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(send(two).status, 401);
        inbox_.now += 1s;
    }
    EXPECT_EQ(health().bad_signatures.load(), 30u);
    EXPECT_EQ(health().last_error(), "");
    EXPECT_EQ(health().last_error_us.load(), 0);
    EXPECT_FALSE(health().refusals().reason.empty());
    EXPECT_EQ(health().refusals().last, inbox_.now - 1s);
    EXPECT_FALSE(health().refusals().are_all()) << "a burst is nobody's misconfiguration";
    inbox_.now += 15min;
    (void)send(two);
    EXPECT_TRUE(health().refusals().are_all());
    // What was proved ends it.
    accounts_.load()->find("shop")->health->last_inbound_us = inbox_.now.time_since_epoch().count();
    EXPECT_FALSE(health().refusals().are_all());
    inbox_.now += 1h;
    (void)send(two);
    EXPECT_EQ(health().refusals().in_row, 1u);
}

TEST_F(WebhookTest, WhatIsNotUnderstoodAtAllHasNothingTaken) {
    EXPECT_NE(send("no JSON").fixed, nullptr);
    EXPECT_TRUE(quarantined().taken.empty());
    EXPECT_EQ(quarantined().body, "no JSON");
    EXPECT_FALSE(quarantined().reason.empty());
}

}  // namespace
}  // namespace postern::ingress
