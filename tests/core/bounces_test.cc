// Messages that were taken and come back for a reason that may pass.
#include "gateway/core/bounces.h"

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendResult;
using model::MessageState;

constexpr std::string_view ana = "ana@example.org";

class Bounces : public SendingRig {
  protected:
    /// A message of account 1 that its relay took, as attempt 1.
    model::Ulid taken(std::string_view to = ana) {
        SubmitMessage c = text_to(to);
        c.row.expires = now_ + 72h;
        const Reply reply = submit(std::move(c));
        EXPECT_EQ(reply.code, ReplyCode::done);
        answer(accepted("x" + std::to_string(++taken_)));
        EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
        return reply.id;
    }
    /// The report that `attempt` failed; 0: it names none but its id.
    ReceiveStatus report(const model::Ulid& id, int attempt, std::string_view external) const {
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of(external);
        c.status.external_id = external;
        if (attempt > 0)
            c.status.echo = to_string(model::MessageId{id}) + "." + std::to_string(attempt);
        c.status.state = ReceiptState::failed;
        c.status.recipient = ana;
        c.status.error = adapters::ProviderError{"4.2.0", "mailbox_deferred", "450 4.2.0 not now"};
        c.status.provider_time = now_;
        c.status.retry_at = now_ + 15min;
        return c;
    }
    ReplyCode came_back(const model::Ulid& id, int attempt = 1) {
        bench_.run(report(id, attempt, "x" + std::to_string(taken_)), now_);
        return bench_.reply().code;
    }
    [[nodiscard]] const model::AddressNotesRow& notes() const {
        static const model::AddressNotesRow none;
        const auto* row = bench_.stored<model::AddressNotesRow>(
            storage::keys::address_notes(channel_scope, blind_of(ana)));
        return row ? *row : none;
    }
    [[nodiscard]] const model::OutboundEventRow& event() const {
        static const model::OutboundEventRow none;
        const auto* row = bench_.written<model::OutboundEventRow>();
        return row ? *row : none;
    }

    int taken_ = 0;
};

TEST_F(Bounces, TheMessageGoesOnceMoreAndArrives) {
    const auto id = taken();
    const auto began = now_;
    EXPECT_EQ(came_back(id), ReplyCode::done);
    EXPECT_EQ(state(id.sequence).state, MessageState::waiting);
    EXPECT_EQ(event().cause, "bounce");
    EXPECT_EQ(event().error_class, "transient");
    EXPECT_EQ(event().error_code, "soft_bounce");
    EXPECT_EQ(event().provider_code, "4.2.0");
    EXPECT_EQ(event().error_detail, "mailbox_deferred: 450 4.2.0 not now");
    EXPECT_GE(event().until, began + 15min);
    EXPECT_FALSE(event().possible_duplicate);

    pass(14min);
    EXPECT_EQ(dispatched_.size(), 1u);
    // Over a restart, too.
    bench_.restart();
    configure();
    pass(3min);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_.back().attempt, 2u);
    EXPECT_FALSE(dispatched_.back().possible_duplicate);
    answer(accepted("y"));
    EXPECT_EQ(state(id.sequence).state, MessageState::sent);
    receipt("y", ReceiptState::delivered);
    EXPECT_EQ(state(id.sequence).state, MessageState::delivered);
}

TEST_F(Bounces, EachWaitIsTwiceTheLastAndTheLastEndsIt) {
    const auto id = taken();
    std::vector<std::chrono::microseconds> waits;
    for (int attempt = 1; attempt < 20; ++attempt) {
        EXPECT_EQ(came_back(id, attempt), ReplyCode::done);
        if (state(id.sequence).state == MessageState::failed) break;
        ASSERT_EQ(state(id.sequence).state, MessageState::waiting);
        waits.push_back(event().until - now_);
        pass(waits.back());
        answer(accepted("x" + std::to_string(++taken_)));
        ASSERT_EQ(state(id.sequence).state, MessageState::sent);
    }
    // 15 minutes, then twice as long each time, and given up within the account's 24 hours.
    ASSERT_EQ(waits.size(), 6u);
    for (std::size_t n = 0; n < waits.size(); ++n) EXPECT_GE(waits[n], 15min * (1 << n)) << n;
    EXPECT_EQ(state(id.sequence).state, MessageState::failed);
    EXPECT_EQ(event().cause, "retries_exhausted");
    EXPECT_EQ(event().error_code, "soft_bounce");
}

TEST_F(Bounces, NothingWaitsBeyondItsOwnEnd) {
    SubmitMessage c = text_to(ana);
    c.row.expires = now_ + 10min;
    const auto id = submit(std::move(c)).id;
    answer(accepted("x1"));
    taken_ = 1;
    came_back(id);
    EXPECT_EQ(state(id.sequence).state, MessageState::failed);
    EXPECT_EQ(event().cause, "retries_exhausted");
    EXPECT_FALSE(state(id.sequence).due);
}

TEST_F(Bounces, AReportThatComesTwiceOrOfAnEarlierAttemptChangesNothing) {
    const auto id = taken();
    const ReceiveStatus by_name = report(id, 1, "x1");
    ReceiveStatus by_time = report(id, 0, "x1");
    came_back(id);
    EXPECT_EQ(came_back(id), ReplyCode::duplicate);
    pass(20min);
    ASSERT_EQ(dispatched_.size(), 2u);
    answer(accepted("x2"));
    for (const ReceiveStatus& late : {by_name, by_time}) {
        bench_.run(late, now_);
        EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
        EXPECT_EQ(state(id.sequence).state, MessageState::sent);
    }
    pass(48h);
    EXPECT_EQ(dispatched_.size(), 2u);
    // The second attempt's own report counts, whether it names the attempt or its time does.
    by_time.external = blind_of("x2");
    by_time.status.external_id = "x2";
    by_time.status.provider_time = now_;
    bench_.run(by_time, now_);
    EXPECT_EQ(state(id.sequence).state, MessageState::failed) << "48 hours are beyond the patience";
}

TEST_F(Bounces, AReportOfSomebodyElseMayBeACopyThatDidNotArrive) {
    for (const std::string_view named : {"", "passed-on@example.net"}) {
        const auto id = taken();
        ReceiveStatus c = report(id, 1, "x" + std::to_string(taken_));
        c.status.recipient = named;
        bench_.run(c, now_);
        EXPECT_EQ(state(id.sequence).state, MessageState::waiting);
        EXPECT_TRUE(state(id.sequence).possible_duplicate);
        EXPECT_TRUE(event().possible_duplicate);
    }
    const auto id = taken();
    ReceiveStatus same = report(id, 1, "x" + std::to_string(taken_));
    same.status.recipient = "Ana@Example.org";
    bench_.run(same, now_);
    EXPECT_FALSE(state(id.sequence).possible_duplicate);
}

TEST_F(Bounces, AnAttemptThatNobodyKnewTheEndOfFailedAndMayGoAgain) {
    const auto id = submit(text_to(ana)).id;
    answer(outcome(SendResult::unknown, "timeout"));
    ASSERT_EQ(state(id.sequence).state, MessageState::unknown);
    bench_.run(report(id, 1, "x1"), now_);
    EXPECT_EQ(state(id.sequence).state, MessageState::waiting);
    EXPECT_FALSE(state(id.sequence).possible_duplicate)
        << "its only attempt is known to have failed";
    pass(20min);
    EXPECT_EQ(dispatched_.size(), 2u);
}

TEST_F(Bounces, AReportBeforeTheAnswerIsNoneOfTheNextAttempt) {
    const auto id = submit(text_to(ana)).id;
    bench_.run(report(id, 1, "x1"), now_);
    EXPECT_EQ(state(id.sequence).state, MessageState::waiting);
    answer(accepted("x1"));
    EXPECT_EQ(state(id.sequence).state, MessageState::waiting);
    pass(20min);
    EXPECT_EQ(dispatched_.size(), 2u);
}

TEST_F(Bounces, NobodyElseWaitsForIt) {
    const auto id = taken();
    came_back(id);
    submit(text_to(ana));
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_NE(dispatched_.back().message, id.sequence);
}

TEST_F(Bounces, AWayThatIsOpenNowIsTakenFirst) {
    SubmitMessage c = text_to(ana);
    model::Route other = c.row.routes.front();
    other.account = 2;
    other.address = "+573001";
    other.blind = blind_of("+573001");
    c.row.routes.push_back(other);
    const auto id = submit(std::move(c)).id;
    answer(accepted("x1"));
    bench_.run(report(id, 1, "x1"), now_);
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_.back().account, 2u);
}

TEST_F(Bounces, AFailureForGoodIsNotTriedAgain) {
    const auto id = taken();
    ReceiveStatus c = report(id, 1, "x1");
    c.status.retry_at.reset();
    bench_.run(c, now_);
    EXPECT_EQ(state(id.sequence).state, MessageState::failed);
    EXPECT_EQ(event().cause, "receipt");
    EXPECT_TRUE(notes().bounces.empty());
}

class BouncesOfAnAddress : public Bounces {
  protected:
    /// Retries end at once: each message bounces once.
    BouncesOfAnAddress() {
        settings_->accounts[1].policy.retry.give_up_after = 1min;
        configure();
    }
    MessageState bounce() {
        const auto id = taken();
        came_back(id);
        return state(id.sequence).state;
    }
    [[nodiscard]] bool suppressed() {
        const Reply reply = submit(text_to(ana));
        if (reply.code == ReplyCode::refused) return true;
        answer(outcome(SendResult::permanent, "a test"));
        return false;
    }
};

// SC-14
TEST_F(BouncesOfAnAddress, OnThreeDaysSuppressItUntilThePersonWrites) {
    for (int day = 0; day < 3; ++day) {
        EXPECT_FALSE(suppressed()) << day;
        EXPECT_EQ(bounce(), MessageState::failed);
        if (day < 2) {
            EXPECT_EQ(notes().bounces.size(), day + 1u);
        }
        pass(24h);
    }
    ASSERT_EQ(notes().notes.size(), 1u);
    EXPECT_EQ(notes().notes.front().source, soft_bounces_source);
    EXPECT_EQ(notes().notes.front().reason,
              "mail came back on 3 different days, last with mailbox_deferred");
    EXPECT_TRUE(notes().bounces.empty());
    EXPECT_TRUE(suppressed());
    bench_.run(text_from(ana, "in1", now_), now_);
    EXPECT_FALSE(suppressed());
}

TEST_F(BouncesOfAnAddress, CountOnceADayAndOnceAMessage) {
    for (int n = 0; n < 6; ++n) bounce();
    EXPECT_EQ(notes().bounces.size(), 1u);
    settings_->accounts[1].policy.retry.give_up_after = 24h * 10;
    configure();
    pass(24h);
    const auto id = taken();
    for (int attempt = 1; attempt < 3; ++attempt) {
        came_back(id, attempt);
        pass(24h);
        answer(accepted("x" + std::to_string(++taken_)));
    }
    EXPECT_EQ(notes().bounces.size(), 2u);
    EXPECT_FALSE(suppressed());
}

TEST_F(BouncesOfAnAddress, AreForgottenOnceSomethingArrivesOrTheyAreOld) {
    bounce();
    pass(24h);
    bounce();
    pass(1h);
    const auto id = taken();
    receipt("x" + std::to_string(taken_), ReceiptState::delivered);
    ASSERT_EQ(state(id.sequence).state, MessageState::delivered);
    pass(24h);
    bench_.forget();  // what tells it is read from the store
    bounce();
    EXPECT_EQ(notes().bounces.size(), 1u);
    pass(24h * 29);
    bounce();
    EXPECT_EQ(notes().bounces.size(), 2u);
    pass(24h * 2);
    bounce();
    EXPECT_EQ(notes().bounces.size(), 2u) << "the first is older than thirty days";
    EXPECT_FALSE(suppressed());
}

TEST_F(BouncesOfAnAddress, ThatNoReportNamesAreNotCounted) {
    const auto id = taken();
    ReceiveStatus c = report(id, 1, "x1");
    c.status.recipient.clear();
    bench_.run(c, now_);
    EXPECT_TRUE(notes().bounces.empty());
}

}  // namespace
}  // namespace postern::core
