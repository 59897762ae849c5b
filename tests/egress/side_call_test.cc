// Requests beside the queue, and what the door prepared for a message: over real sockets.
#include <future>

#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using net::test::TestServer;

class SideCall : public EgressRig {
  protected:
    CallAnswer call(const std::string& url, model::AccountNumber account = number,
                    bool anyway = false) {
        auto come = std::make_shared<std::promise<CallAnswer>>();
        auto answer = come->get_future();
        pool_->at(0).post([this, url, account, anyway, come] {
            adapters::ProviderCall request;
            request.url = url;
            request.body = "typing";
            request.headers = {{"Authorization", "Bearer t"}};
            egress_->call(
                account, std::move(request), pool_->at(0),
                [come](CallAnswer got) { come->set_value(std::move(got)); }, anyway);
        });
        return answer.get();
    }
};

TEST_F(SideCall, BringsTheAnswerBackAndIsNoMessage) {
    TestServer provider;
    provider.handler.on_request = [](const net::Request& request, net::Responder responder) {
        EXPECT_EQ(request.body, "typing");
        EXPECT_EQ(request.header("authorization"), "Bearer t");
        responder.send({.status = 403, .body = "{}", .headers = {{"X-Why", "no"}}});
    };
    connect(provider.url(""));
    const CallAnswer answer = call(provider.url("/x"));
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, "{}");
    EXPECT_TRUE(answer.problem.empty());
    bool has_header = false;
    for (const auto& [name, value] : answer.headers) has_header |= value == "no";
    EXPECT_TRUE(has_header);
    EXPECT_EQ(health().under_way.load(), 0);
    EXPECT_EQ(health().counted(adapters::SendResult::accepted), 0U);
    EXPECT_EQ(inbox_.count(), 0U);
}

TEST_F(SideCall, SaysWhyThereIsNoAnswer) {
    const ClosedPort closed;
    connect(closed.url());
    const CallAnswer refused = call(closed.url() + "/x");
    EXPECT_EQ(refused.status, 0);
    EXPECT_FALSE(refused.problem.empty());
    EXPECT_EQ(call("nonsense").problem, "the account's base_url makes no URL");
    EXPECT_NE(call(closed.url(), number + 1).problem.find("not configured"), std::string::npos);
}

TEST_F(SideCall, OfAProviderThatIsLeftAloneIsMadeForWhoAsksByHandAlone) {
    TestServer provider;
    provider.handler.on_request = [](const net::Request&, net::Responder responder) {
        responder.send({.status = 401, .body = "{}"});
    };
    connect(provider.url(""));
    egress_->dispatch({dispatch_of(5, row())});
    EXPECT_EQ(inbox_.wait_for(1).front().outcome.result, adapters::SendResult::credential);
    EXPECT_NE(call(provider.url("/x")).problem.find("left alone"), std::string::npos);
    EXPECT_EQ(call(provider.url("/x"), number, true).status, 401);
    EXPECT_NE(call(provider.url("/x")).problem.find("left alone"), std::string::npos);
}

TEST_F(SideCall, WordsGoInsteadOfATemplate) {
    TestServer provider;
    std::mutex mutex;
    std::string body;
    provider.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        const std::lock_guard lock(mutex);
        body = request.body;
        responder.send({.body = "id"});
    };
    connect(provider.url(""));
    model::OutboundRow message = row();
    message.content_json = R"({"type":"template","name":"a","language":"es"})";
    message.is_template = true;
    message.routes[0].words = "Hola Ana";
    egress_->dispatch({dispatch_of(5, std::move(message))});
    EXPECT_EQ(inbox_.wait_for(1).front().outcome.result, adapters::SendResult::accepted);
    const std::lock_guard lock(mutex);
    EXPECT_EQ(body, "Hola Ana");
}

}  // namespace
}  // namespace postern::egress
