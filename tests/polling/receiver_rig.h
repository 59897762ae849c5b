// A receiver with the real core behind its intake: one account, one I/O thread, and what both tests
// of receivers ask of them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "gateway/lines/line.h"
#include "gateway/model/channel.h"
#include "tests/net/support.h"
#include "tests/polling/held_inbox.h"

namespace postern::polling {

class ReceiverRig : public ::testing::Test {
  protected:
    using Make = std::shared_ptr<lines::Receiver>(const lines::Ground&, const lines::Settings&,
                                                  std::string&);

    ReceiverRig(Make* make, std::string_view account, std::string_view channel) : make_(make) {
        const std::string slot =
            ::testing::TempDir() + "poison-" + std::string(channel) + std::to_string(::getpid());
        auto opened = runtime::PoisonSlot::open(slot);
        EXPECT_TRUE(opened.has_value());
        poison_ = std::move(*opened);
        ::unlink(slot.c_str());
        settings_.number = 1;
        settings_.config.account = account;
        settings_.config.channel = channel;
        settings_.health = std::make_shared<egress::Health>();
    }
    /// As settings_ has it, and again after they changed.
    void configure() {
        auto account = std::make_unique<ingress::Account>();
        account->name = settings_.config.account;
        account->channel = settings_.config.channel;
        account->number = 1;
        account->channel_number = model::channel_number(settings_.config.channel);
        account->health = std::make_shared<ingress::Health>();
        account->config = settings_.config;
        std::string problem;
        account->adapter = adapters::make(account->config, problem);
        ASSERT_NE(account->adapter, nullptr) << problem;
        std::vector<std::unique_ptr<ingress::Account>> accounts;
        accounts.push_back(std::move(account));
        accounts_.store(std::make_shared<const ingress::AccountTable>(std::move(accounts)));
        if (intake_) return;
        intake_ = std::make_unique<ingress::Intake>(accounts_, inbox_, gate_, master_, *poison_, 1,
                                                    [] { return core::at({}); });
    }
    void start() {
        const auto clock = [this] { return model::Now{core::at({}), steady_.load()}; };
        const lines::Ground ground{*pool_, *intake_, accounts_, clock, [] { return 0; }};
        std::string problem;
        receiver_ = make_(ground, settings_, problem);
        ASSERT_NE(receiver_, nullptr) << problem;
        receiver_->begin();
    }
    void stop() {
        if (!receiver_) return;
        std::atomic<bool> stopped{false};
        std::exchange(receiver_, nullptr)->stop({}, [&] { stopped = true; });
        EXPECT_TRUE(net::test::eventually([&] { return stopped.load(); }));
    }
    /// On the receiver's thread, where the core is.
    template <class Read>
    auto there(Read read) {
        std::optional<decltype(read())> out;
        std::atomic<bool> done{false};
        pool_->at(0).post([&] {
            out = read();
            done = true;
        });
        EXPECT_TRUE(net::test::eventually([&] { return done.load(); }));
        return *out;
    }
    [[nodiscard]] std::vector<std::string> texts() {
        return there([this] { return inbox_.texts; });
    }
    [[nodiscard]] runtime::LineHealth::View health() const {
        return settings_.health->receiving.view();
    }
    [[nodiscard]] const ingress::Health& account_health() const {
        return *accounts_.load()->find(settings_.config.account)->health;
    }

    std::atomic<std::chrono::microseconds> steady_{std::chrono::hours{1}};
    std::unique_ptr<net::IoPool> pool_{net::make_io_pool(1)};
    HeldInbox inbox_;
    ingress::Accounts accounts_;
    ingress::IntakeGate gate_;
    storage::KeyBytes master_{};
    std::unique_ptr<runtime::PoisonSlot> poison_;
    std::unique_ptr<ingress::Intake> intake_;
    lines::Settings settings_;
    std::shared_ptr<lines::Receiver> receiver_;

  private:
    Make* const make_;
};

}  // namespace postern::polling
