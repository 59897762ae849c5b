// WeChat's access token between egress and the simulator, which counts who asks for one.
#include <future>

#include "adapters/registry.h"
#include "gateway/sim/server.h"
#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendResult;

class WeChatSends : public EgressRig {
  protected:
    WeChatSends() {
        sim::StreamOptions stream;
        stream.endpoints.push_back(sim::demo_endpoint("wechat", "http://127.0.0.1:9/webhooks"));
        stream.endpoints[0].token = "wechat-secret";
        engine_ = std::make_unique<sim::Engine>(stream);
        std::string problem;
        server_ = sim::SimulatorServer::start(*engine_, "127.0.0.1:0", problem);
        EXPECT_TRUE(server_) << problem;
        config_.account = "wc";
        config_.channel = "wechat";
        config_.settings["app_id"] = stream.endpoints[0].own_id;
        config_.settings["base_url"] = "http://" + server_->address() + "/wechat";
        config_.credentials["app_secret"].emplace_back("wechat-secret");
        std::string why;
        other_adapter_ = adapters::make_sending_adapter(config_, why);
        EXPECT_TRUE(other_adapter_) << why;
        with_token_ = adapters::make_token_grant(config_);
        threads_ = 2;
        connect({});
    }
    ~WeChatSends() override {
        egress_.reset();
        server_.reset();
        engine_.reset();
    }
    /// Of so many messages at once, those that were accepted.
    std::size_t accepted_of(std::size_t count) {
        const std::size_t before = inbox_.count();
        std::vector<core::Dispatch> all;
        for (std::size_t i = 0; i < count; ++i) {
            model::OutboundRow one = row();
            one.routes[0].address = "oA" + std::to_string(++people_);
            all.push_back(dispatch_of(before + i + 1, std::move(one)));
        }
        egress_->dispatch(std::move(all));
        std::size_t accepted = 0;
        const auto answers = inbox_.wait_for(before + count);
        for (std::size_t i = before; i < answers.size(); ++i) {
            accepted += answers[i].outcome.result == SendResult::accepted ? 1 : 0;
            EXPECT_EQ(answers[i].outcome.detail, "") << answers[i].outcome.code;
        }
        return accepted;
    }
    std::uint64_t taken(const std::string& what) {
        std::uint64_t count = 0;
        engine_->on_thread([&] {
            const auto& by_what = engine_->counter().totals().by_what;
            if (const auto found = by_what.find(what); found != by_what.end())
                count = found->second;
        });
        return count;
    }
    std::uint64_t in_ledger() {
        std::uint64_t count = 0;
        engine_->on_thread([&] { count = engine_->ledger().accepted(); });
        return count;
    }
    /// WeChat takes the token back that it gave last.
    void revoke() {
        engine_->on_thread([&] {
            for (const sim::SimAccount& account : engine_->accounts().all()) {
                auto* const known = engine_->accounts().find("wechat", account.endpoint.own_id);
                if (known != nullptr) known->access_token.clear();
            }
        });
    }
    CallAnswer call(adapters::ProviderCall request) {
        auto come = std::make_shared<std::promise<CallAnswer>>();
        pool_->at(0).post([this, request, come] {
            egress_->call(number, request, pool_->at(0),
                          [come](CallAnswer got) { come->set_value(std::move(got)); });
        });
        return come->get_future().get();
    }

    adapters::AdapterConfig config_;
    std::unique_ptr<sim::Engine> engine_;
    std::unique_ptr<sim::SimulatorServer> server_;
    std::size_t people_ = 0;
};

TEST_F(WeChatSends, FiftyMessagesNeedOneToken) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(accepted_of(10), 10U);
    EXPECT_EQ(in_ledger(), 50U);
    EXPECT_EQ(taken("wechat token"), 1U);
}

TEST_F(WeChatSends, MessagesThatGoAtOnceWaitForTheSameToken) {
    EXPECT_EQ(accepted_of(40), 40U);
    EXPECT_EQ(taken("wechat token"), 1U);
}

TEST_F(WeChatSends, ATokenThatIsTakenBackCostsOneMoreAndNoMessage) {
    EXPECT_EQ(accepted_of(25), 25U);
    revoke();
    EXPECT_EQ(accepted_of(25), 25U);
    EXPECT_EQ(in_ledger(), 50U);
    EXPECT_EQ(taken("wechat token"), 2U);
}

TEST_F(WeChatSends, TheNextTokenIsFetchedBeforeTheLastOneEnds) {
    EXPECT_EQ(accepted_of(1), 1U);
    later_us_ = std::chrono::microseconds(std::chrono::minutes(114)).count();
    EXPECT_EQ(accepted_of(1), 1U);
    EXPECT_EQ(taken("wechat token"), 1U);
    later_us_ = std::chrono::microseconds(std::chrono::minutes(116)).count();
    EXPECT_EQ(accepted_of(1), 1U);
    EXPECT_EQ(taken("wechat token"), 2U);
}

TEST_F(WeChatSends, TypingAndChecksUseTheSameToken) {
    EXPECT_EQ(accepted_of(1), 1U);
    const auto typing = other_adapter_->typing("oA1", {});
    ASSERT_TRUE(typing.has_value());
    EXPECT_EQ(call(*typing).body, R"({"errcode":0,"errmsg":"ok"})");
    EXPECT_EQ(taken("wechat typing"), 1U);
    EXPECT_EQ(taken("wechat token"), 1U);
    revoke();
    EXPECT_EQ(call(*typing).body, R"({"errcode":0,"errmsg":"ok"})");
    EXPECT_EQ(taken("wechat token"), 2U);
    // A check asks WeChat itself, and messages go on with what it brings.
    const auto checked = call(adapters::make_token_grant(config_)->request());
    EXPECT_NE(checked.body.find("access_token"), std::string::npos);
    EXPECT_EQ(accepted_of(1), 1U);
    EXPECT_EQ(taken("wechat token"), 3U);
}

TEST_F(WeChatSends, ARefusalIsToldAsWeChatSaysIt) {
    config_.credentials["app_secret"].front() = adapters::Secret("another");
    with_token_ = adapters::make_token_grant(config_);
    connect({});
    const std::size_t before = inbox_.count();
    egress_->dispatch({dispatch_of(1)});
    const auto outcome = inbox_.wait_for(before + 1).back().outcome;
    EXPECT_EQ(outcome.result, SendResult::credential);
    EXPECT_EQ(outcome.provider_code, "40125");
    EXPECT_EQ(in_ledger(), 0U);
}

}  // namespace
}  // namespace postern::egress
