// Drivers over reloads: kept, replaced, ended, and never begun before their settings are in force.
#include "gateway/lines/kept.h"

#include <gtest/gtest.h>

namespace postern::lines {
namespace {

using namespace std::chrono_literals;

/// Says what it was told. Its last word is said at once, or when the test says so.
struct Told {
    std::string name;
    int begun = 0;
    int stopped = 0;
    std::chrono::milliseconds grace{-1};
    std::function<void()> last_word;  // not yet said
    bool hold = false;

    void stop(std::chrono::milliseconds time, std::function<void()> word) {
        ++stopped;
        grace = time;
        if (hold) {
            last_word = std::move(word);
        } else {
            word();
        }
    }
};

class TestCourier final : public egress::Courier {
  public:
    explicit TestCourier(Told& told) : told_(told) {}
    void send(egress::Parcel, net::IoThread&, std::function<void(egress::Handed)>) override {}
    void begin() override { ++told_.begun; }
    void stop(std::chrono::milliseconds grace, std::function<void()> word) override {
        told_.stop(grace, std::move(word));
    }

  private:
    Told& told_;
};

class TestReceiver final : public Receiver {
  public:
    explicit TestReceiver(Told& told) : told_(told) {}
    void begin() override { ++told_.begun; }
    void stop(std::chrono::milliseconds grace, std::function<void()> word) override {
        told_.stop(grace, std::move(word));
    }

  private:
    Told& told_;
};

class KeptTest : public ::testing::Test {
  protected:
    static Settings account(model::AccountNumber number, const std::string& host,
                            const std::string& password = "one") {
        Settings out;
        out.number = number;
        out.config.account = "sms-" + std::to_string(number);
        out.config.channel = "smpp";
        out.config.settings["host"] = host;
        out.config.credentials["password"].emplace_back(password);
        return out;
    }
    bool reload(std::vector<Settings> accounts) {
        problems_.clear();
        if (!kept_.prepare(std::move(accounts), problems_)) return false;
        kept_.apply();
        return true;
    }
    std::optional<Line> make(const Settings& settings, std::string& problem) {
        const std::string host(settings.config.setting("host"));
        if (host == "no driver") return std::nullopt;
        if (host == "bad") {
            problem = "the host is bad";
            return std::nullopt;
        }
        Told* in_and_out[2] = {};
        for (Told*& told : in_and_out) {
            made_.push_back(std::make_unique<Told>());
            told = made_.back().get();
            told->name = host;
        }
        return Line{std::make_shared<TestCourier>(*in_and_out[0]),
                    std::make_shared<TestReceiver>(*in_and_out[1])};
    }
    Told& told(std::size_t index) { return *made_.at(index); }

    std::vector<std::unique_ptr<Told>> made_;
    std::string problems_;
    Kept kept_{[this](const Settings& s, std::string& p) { return make(s, p); }};
};

TEST_F(KeptTest, NothingBeginsBeforeItIsInForce) {
    ASSERT_TRUE(kept_.prepare({account(1, "a")}, problems_));
    EXPECT_NE(kept_.courier(1), nullptr);
    EXPECT_EQ(kept_.courier(2), nullptr);
    EXPECT_EQ(told(0).begun, 0);
    kept_.apply();
    EXPECT_EQ(told(0).begun, 1);
    EXPECT_EQ(told(1).begun, 1);
}

TEST_F(KeptTest, TheSameSettingsKeepTheDriver) {
    ASSERT_TRUE(reload({account(1, "a"), account(2, "b")}));
    const auto before = kept_.courier(1);
    ASSERT_TRUE(reload({account(1, "a"), account(2, "c")}));
    EXPECT_EQ(kept_.courier(1), before);
    EXPECT_EQ(told(0).begun, 1);
    EXPECT_EQ(told(0).stopped, 0);
    EXPECT_EQ(made_.size(), 6U);
    EXPECT_EQ(told(2).stopped, 1);
    EXPECT_EQ(told(3).stopped, 1);
    EXPECT_GT(told(2).grace, 0ms);
    EXPECT_EQ(told(4).name, "c");
    EXPECT_EQ(told(4).begun, 1);
}

TEST_F(KeptTest, AnotherPasswordOrTrustIsAnotherDriver) {
    ASSERT_TRUE(reload({account(1, "a", "one")}));
    ASSERT_TRUE(reload({account(1, "a", "two")}));
    EXPECT_EQ(told(0).stopped, 1);
    Settings trusting = account(1, "a", "two");
    trusting.ca_file = "/etc/ours.pem";
    ASSERT_TRUE(reload({trusting}));
    EXPECT_EQ(told(2).stopped, 1);
    EXPECT_EQ(made_.size(), 6U);
}

TEST_F(KeptTest, AnAccountThatIsGoneEndsItsDriver) {
    ASSERT_TRUE(reload({account(1, "a"), account(2, "no driver")}));
    EXPECT_EQ(kept_.courier(2), nullptr);
    ASSERT_TRUE(reload({}));
    EXPECT_EQ(told(0).stopped, 1);
    EXPECT_EQ(told(1).stopped, 1);
    EXPECT_EQ(kept_.courier(1), nullptr);
}

TEST_F(KeptTest, AReloadThatIsRefusedChangesNothing) {
    ASSERT_TRUE(reload({account(1, "a")}));
    const auto before = kept_.courier(1);
    EXPECT_FALSE(reload({account(1, "changed"), account(2, "bad")}));
    EXPECT_EQ(problems_, "account \"sms-2\": the host is bad\n");
    EXPECT_EQ(told(0).stopped, 0);
    EXPECT_EQ(told(2).stopped, 1) << "made in vain";
    EXPECT_EQ(told(2).begun, 0);
    EXPECT_EQ(kept_.courier(1), before);
    ASSERT_TRUE(reload({account(1, "a")}));
    EXPECT_EQ(kept_.courier(1), before);
}

TEST_F(KeptTest, WhatWasPreparedMayBeDroppedUnbegun) {
    ASSERT_TRUE(reload({account(1, "a")}));
    const auto before = kept_.courier(1);
    std::string problems;
    ASSERT_TRUE(kept_.prepare({account(1, "changed")}, problems)) << problems;
    EXPECT_NE(kept_.courier(1), before);
    kept_.discard();
    EXPECT_EQ(kept_.courier(1), before);
    EXPECT_EQ(told(2).begun, 0);
    EXPECT_EQ(told(2).stopped, 1);
    EXPECT_EQ(told(0).stopped, 0);
}

TEST_F(KeptTest, AtTheEndReceivingStopsFirstAndAllLastWordsAreWaitedFor) {
    ASSERT_TRUE(reload({account(1, "a")}));
    kept_.stop_receiving();
    EXPECT_EQ(told(0).stopped, 0);
    EXPECT_EQ(told(1).stopped, 1);
    told(0).hold = true;
    EXPECT_FALSE(kept_.stop(0ms));
    EXPECT_EQ(told(0).stopped, 1);
    EXPECT_EQ(told(1).stopped, 1) << "told once";
    told(0).last_word();
    EXPECT_TRUE(kept_.stop(0ms));
}

}  // namespace
}  // namespace postern::lines
