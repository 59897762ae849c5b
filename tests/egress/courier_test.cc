// Accounts that are not sent to by HTTP: one parcel, one answer, and egress around it as ever.
#include "gateway/egress/courier.h"

#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendResult;
using ratelimit::Breaker;
using ratelimit::BreakerMode;

/// Answers each parcel in the next turn of its thread, or keeps it until it is told to.
class TestCourier final : public Courier {
  public:
    void send(Parcel parcel, net::IoThread& thread, std::function<void(Handed)> done) override {
        EXPECT_TRUE(thread.is_current());
        const std::lock_guard lock(mutex_);
        parcels_.push_back(std::move(parcel));
        auto tell = [this, done = std::move(done)] { done(answer()); };
        if (hold_) return held_.push_back([&thread, tell] { thread.post(tell); });
        thread.post(tell);
    }
    void stop(std::chrono::milliseconds, std::function<void()> stopped) override { stopped(); }

    void answer_with(Handed handed) {
        const std::lock_guard lock(mutex_);
        answer_ = std::move(handed);
    }
    void hold() { hold_ = true; }
    void release() {
        const std::lock_guard lock(mutex_);
        for (const auto& task : std::exchange(held_, {})) task();
    }
    [[nodiscard]] std::vector<Parcel> parcels() {
        const std::lock_guard lock(mutex_);
        return parcels_;
    }

  private:
    Handed answer() {
        const std::lock_guard lock(mutex_);
        return answer_;
    }

    std::mutex mutex_;
    std::vector<Parcel> parcels_;
    std::vector<std::function<void()>> held_;
    std::atomic<bool> hold_{false};
    Handed answer_;
};

Handed handed(SendResult result, std::string code = {}) {
    Handed out;
    out.outcome.result = result;
    out.outcome.code = std::move(code);
    return out;
}

class CourierTest : public EgressRig {
  protected:
    CourierTest() {
        courier_ = test_;
        Handed accepted = handed(SendResult::accepted);
        accepted.outcome.external_id = "4A7F";
        accepted.status = 250;
        accepted.request = "queue-17";
        test_->answer_with(std::move(accepted));
        connect("http://127.0.0.1:1");  // nobody calls it
    }

    std::shared_ptr<TestCourier> test_ = std::make_shared<TestCourier>();
};

TEST_F(CourierTest, GetsTheWholeMessageAndItsAnswerComesBack) {
    model::OutboundRow row = EgressRig::row();
    row.reply_to = "wamid.1";
    row.expires = start + std::chrono::hours(1);
    row.conversation = 9;
    row.conversation_created = start;
    row.conversation_epoch = 3;
    row.category = model::Category::reply;
    core::Dispatch dispatch = dispatch_of(5, row);
    dispatch.possible_duplicate = true;
    egress_->dispatch({dispatch});
    const core::AnswerAttempt answer = inbox_.wait_for(1).back();

    ASSERT_EQ(test_->parcels().size(), 1U);
    const Parcel parcel = test_->parcels().front();
    EXPECT_EQ(parcel.to, "+573001234567");
    EXPECT_EQ(parcel.content.text, "hola");
    EXPECT_EQ(parcel.reply_to, "wamid.1");
    EXPECT_EQ(parcel.echo, model::to_string(parcel.message) + ".1");
    EXPECT_EQ(parcel.message.sequence(), 5U);
    EXPECT_EQ(parcel.conversation.sequence(), 9U);
    EXPECT_EQ(parcel.account, number);
    EXPECT_EQ(parcel.attempt, 1);
    EXPECT_EQ(parcel.now, start);
    EXPECT_EQ(parcel.expires, start + std::chrono::hours(1));
    EXPECT_FALSE(parcel.proactive);
    EXPECT_TRUE(parcel.possible_duplicate);
    EXPECT_EQ(parcel.request().to, parcel.to);

    EXPECT_EQ(answer.outcome.result, SendResult::accepted);
    EXPECT_EQ(answer.outcome.external_id, "4A7F");
    EXPECT_EQ(answer.external, storage::Sealer(master_).blind("external", "4A7F"));
    EXPECT_EQ(answer.provider_status, 250);
    EXPECT_EQ(answer.provider_request, "queue-17");
    EXPECT_EQ(health().requests.load(), 1U);
    EXPECT_EQ(health().counted(SendResult::accepted), 1U);
}

TEST_F(CourierTest, APeerInTroubleIsLeftAlone) {
    test_->answer_with(handed(SendResult::transient, "unbound"));
    for (unsigned i = 0; i < Breaker::calls_min; ++i) EXPECT_EQ(send().code, "unbound");
    EXPECT_EQ(health().breakers.mode(), BreakerMode::open);
    EXPECT_EQ(send().code, "circuit_open");
    EXPECT_EQ(test_->parcels().size(), std::size_t{Breaker::calls_min});

    later_us_ += std::chrono::microseconds(Breaker::wait_min).count();
    test_->answer_with(handed(SendResult::accepted));
    EXPECT_EQ(send().result, SendResult::accepted);
    EXPECT_EQ(health().breakers.mode(), BreakerMode::closed);
}

TEST_F(CourierTest, WhatIsAboutOneRecipientOrOfOurOwnMakingSaysNothingOfThePeer) {
    Handed greylisted = handed(SendResult::transient, "greylisted");
    greylisted.end = CallEnd::succeeded;
    test_->answer_with(greylisted);
    for (unsigned i = 0; i < Breaker::calls_min; ++i) (void)send();
    for (const char* code : {"stopping", "queue_full"}) {
        Handed ours = handed(SendResult::transient, code);
        ours.sent = false;
        test_->answer_with(ours);
        for (unsigned i = 0; i < Breaker::calls_min; ++i) (void)send();
    }
    EXPECT_EQ(health().breakers.mode(), BreakerMode::closed);
    EXPECT_EQ(health().not_sent.load(), 2U * Breaker::calls_min);
}

TEST_F(CourierTest, ARefusedLoginOpensTheBreakerAtOnce) {
    test_->answer_with(handed(SendResult::credential, "bind_refused"));
    EXPECT_EQ(send().result, SendResult::credential);
    EXPECT_EQ(send().code, "circuit_open");
}

TEST_F(CourierTest, AMessageThatCannotBeReadNeverReachesIt) {
    model::OutboundRow broken = EgressRig::row();
    broken.content_json = "{";
    egress_->dispatch({dispatch_of(1, broken)});
    EXPECT_EQ(inbox_.wait_for(1).back().outcome.code, "broken_content");
    EXPECT_TRUE(test_->parcels().empty());
}

TEST_F(CourierTest, AnAttemptEndsWithTheCourierThatItBeganWith) {
    test_->hold();
    egress_->dispatch({dispatch_of(1)});
    ASSERT_TRUE(net::test::eventually([&] { return test_->parcels().size() == 1; }));
    auto next = std::make_shared<TestCourier>();
    next->answer_with(handed(SendResult::permanent, "by_the_next"));
    courier_ = next;
    connect("http://127.0.0.1:1");
    EXPECT_EQ(send(2).code, "by_the_next");
    test_->release();
    EXPECT_EQ(inbox_.wait_for(2).back().outcome.external_id, "4A7F");
    EXPECT_EQ(next->parcels().size(), 1U);
}

TEST_F(CourierTest, StoppingWaitsForWhatIsUnderWay) {
    test_->hold();
    egress_->dispatch({dispatch_of(1)});
    ASSERT_TRUE(net::test::eventually([&] { return test_->parcels().size() == 1; }));
    EXPECT_FALSE(egress_->stop(std::chrono::milliseconds{0}));
    test_->release();
    EXPECT_EQ(inbox_.wait_for(1).back().outcome.result, SendResult::accepted);
}

}  // namespace
}  // namespace postern::egress
