// Order among the messages of one person, across the lanes of a rank.
#include "gateway/core/turns.h"

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::SendResult;
using model::Category;
using model::MessageState;

class Turns : public SendingRig {
  protected:
    /// One a second, and the first token is gone: what comes now waits for its turn.
    void SetUp() override {
        settings_->accounts[1].policy.rate.per_second = 1;
        settings_->accounts[1].policy.rate.burst = 1;
        configure();
        submit(text_to("+570000"));
        ASSERT_EQ(dispatched_.size(), 1u);
    }
    model::Sequence send(std::string_view address, Category category, model::Sequence caller) {
        SubmitMessage c = text_to(address);
        c.row.category = category;
        c.row.caller = caller;
        c.row.content_hash = ++texts_;
        return submit(std::move(c)).id.sequence;
    }
    std::vector<model::Sequence> order() const {
        std::vector<model::Sequence> ids;
        for (std::size_t i = 1; i < dispatched_.size(); ++i) ids.push_back(dispatched_[i].message);
        return ids;
    }
    std::uint64_t texts_ = 0;
};

TEST_F(Turns, OneThatWaitsDeepInItsLaneGoesBeforeAYoungerOneAtTheHeadOfAnother) {
    for (int i = 0; i < 5; ++i) send("+57100" + std::to_string(i), Category::transactional, 1);
    const auto old = send("+573001", Category::transactional, 1);
    const auto young = send("+573001", Category::collections, 2);
    for (int i = 0; i < 20; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    const auto ids = order();
    const auto first = std::find(ids.begin(), ids.end(), old);
    ASSERT_NE(first, ids.end());
    EXPECT_LT(first, std::find(ids.begin(), ids.end(), young));
    // The younger one's lane had its turn first: the older one took it.
    EXPECT_LT(first - ids.begin(), 3);
}

TEST_F(Turns, AReplyMayPass) {
    const auto old = send("+573001", Category::transactional, 1);
    const auto reply = send("+573001", Category::reply, 1);
    pass(1s);
    answer(accepted("a"));
    answer(accepted("b"));
    pass(1s);
    EXPECT_EQ(order(), (std::vector{reply, old}));
}

TEST_F(Turns, OneInItsQuietHoursIsPassed) {
    policy::HoursRule night;
    night.categories = model::only(Category::collections);
    settings_->accounts[1].policy.quiet.rules.push_back(night);
    configure();
    const auto quiet = send("+573001", Category::collections, 1);
    const auto other = send("+573001", Category::transactional, 1);
    pass(3s);
    EXPECT_EQ(order(), (std::vector{other}));
    EXPECT_TRUE(state(quiet).due);
}

TEST_F(Turns, BehindOneThatIsDelayedTheNextWaitsInItsOwnLaneToo) {
    settings_->accounts[1].policy.rate.per_recipient = {1, 30s};
    configure();
    pass(31s);
    answer(accepted("id0"));
    const auto first = send("+573001", Category::transactional, 1);
    pass(1s);
    answer(accepted("id1"));
    const auto second = send("+573001", Category::transactional, 1);
    pass(2s);
    const auto third = send("+573001", Category::collections, 2);
    pass(2s);
    EXPECT_EQ(order(), (std::vector{first}));
    for (int i = 0; i < 70; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("x" + std::to_string(answered_)));
    }
    EXPECT_EQ(order(), (std::vector{first, second, third}));
}

TEST_F(Turns, AreRememberedOverARestart) {
    for (int i = 0; i < 5; ++i) send("+57100" + std::to_string(i), Category::transactional, 1);
    const auto old = send("+573001", Category::transactional, 1);
    const auto young = send("+573001", Category::collections, 2);
    bench_.restart();
    configure();
    for (int i = 0; i < 20; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    const auto ids = order();
    ASSERT_EQ(ids.size(), 7u);
    EXPECT_LT(std::find(ids.begin(), ids.end(), old), std::find(ids.begin(), ids.end(), young));
}

TEST_F(Turns, ThoseThatEndedAreForgottenWhenOthersLineUp) {
    for (int i = 0; i < 40; ++i) {
        const auto id = send("+573001", Category::transactional, 1);
        bench_.run(CancelMessage{id}, now_);
    }
    const auto last = send("+573001", Category::transactional, 1);
    const auto* hot = bench_.stored<model::HotRow>(storage::keys::hot(state(last).part));
    ASSERT_NE(hot, nullptr);
    ASSERT_EQ(hot->standings.size(), 1u);
    EXPECT_LE(hot->standings[0].turns.size(), turns_looked_through);
    EXPECT_EQ(hot->standings[0].turns.back().message, last);
}

TEST_F(Turns, BeyondTheBoundTheCrowdKeepsItsOrderWhoeverSends) {
    std::vector<model::Sequence> accepted_in_order;
    const auto send_some = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            accepted_in_order.push_back(
                send("+573001", i % 2 ? Category::transactional : Category::collections,
                     1 + accepted_in_order.size() % 3));
        }
    };
    send_some(model::turns_max + 8);
    const auto* row = bench_.written<model::HotRow>();
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->standings[0].turns.size(), model::turns_max + 1) << "and the crowd's last";
    for (std::size_t i = 0; i < 3 * model::turns_max; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
        // There is room in the line again, but the crowd came first.
        if (i == 10 || i == 20) send_some(5);
        if (i == 15) {
            bench_.restart();
            configure();
        }
    }
    EXPECT_EQ(order(), accepted_in_order);
    (void)send("+573001", Category::transactional, 1);  // leaves at once
    (void)send("+573001", Category::transactional, 1);
    row = bench_.written<model::HotRow>();
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->standings[0].turns.size(), 1u) << "no crowd any more";
}

TEST_F(Turns, ACrowdWhoseLastIsCancelledIsStillFirst) {
    std::vector<model::Sequence> expected;
    for (std::size_t i = 0; i < model::turns_max + 4; ++i)
        expected.push_back(send("+573001", Category::transactional, 1 + i % 3));
    bench_.run(CancelMessage{expected.back()}, now_);
    expected.pop_back();
    for (std::size_t i = 0; i < 6; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    expected.push_back(send("+573001", Category::transactional, 7));
    for (std::size_t i = 0; i < 2 * model::turns_max; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    EXPECT_EQ(order(), expected);
}

TEST_F(Turns, InTheCrowdAPausedOneHoldsOnlyItsLikeBack) {
    for (std::size_t i = 0; i < model::turns_max; ++i) send("+573001", Category::transactional, 1);
    bench_.run(PauseSending{{.category = Category::collections}, true}, now_);
    const auto held = send("+573001", Category::collections, 1);
    const auto other = send("+573001", Category::transactional, 2);
    const auto like = send("+573001", Category::collections, 1);
    for (std::size_t i = 0; i < model::turns_max + 5; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    ASSERT_EQ(order().size(), model::turns_max + 1);
    EXPECT_EQ(order().back(), other);
    bench_.run(PauseSending{{.category = Category::collections}, false}, now_);
    for (int i = 0; i < 70; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("x" + std::to_string(answered_)));
    }
    ASSERT_EQ(order().size(), model::turns_max + 3);
    EXPECT_EQ(order()[model::turns_max + 1], held);
    EXPECT_EQ(order().back(), like);
}

TEST_F(Turns, ACrowdOutlivesItsLastWhichExpiresSooner) {
    std::vector<model::Sequence> expected;
    for (std::size_t i = 0; i < model::turns_max + 4; ++i)
        expected.push_back(send("+573001", Category::transactional, 1 + i % 3));
    SubmitMessage hasty = text_to("+573001");
    hasty.row.expires = now_ + 8s;
    hasty.row.content_hash = ++texts_;
    const auto last = submit(std::move(hasty)).id.sequence;
    for (std::size_t i = 0; i < 10; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    ASSERT_EQ(state(last).state, MessageState::expired);
    // There is room in the line, but the crowd came first.
    expected.push_back(send("+573001", Category::collections, 7));
    for (std::size_t i = 0; i < 2 * model::turns_max; ++i) {
        pass(1s);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    EXPECT_EQ(order(), expected);
}

TEST_F(Turns, AFallbackTakesItsPlaceOnTheOtherAccount) {
    settings_->accounts[2].policy.rate.per_second = 1;
    settings_->accounts[2].policy.rate.burst = 1;
    configure();
    SubmitMessage c = text_to("+573001");
    c.row.routes.push_back(c.row.routes.front());
    c.row.routes.back().account = 2;
    const auto id = submit(std::move(c)).id.sequence;
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 2u);
    answer(dispatched_[1], outcome(SendResult::permanent, "not_there"));
    EXPECT_EQ(state(id).account, 2u);
    const auto* hot = bench_.stored<model::HotRow>(storage::keys::hot(state(id).part));
    ASSERT_NE(hot, nullptr);
    EXPECT_TRUE(in_line(*hot, id, state(id)) || state(id).state == MessageState::sending);
}

/// MF-17
TEST_F(Turns, ATestMessageLeavesAnInactiveWorkspaceBehindARealOne) {
    const auto real = send("+573001", Category::transactional, 1);
    bench_.run(SetMode{"inactive"}, now_);
    SubmitMessage c = text_to("+573009");
    c.row.test = true;
    c.row.routes.front().test_recipient = true;
    const auto test = submit(std::move(c)).id.sequence;
    pass(1s);
    pass(1s);
    EXPECT_EQ(order(), (std::vector{test}));
    EXPECT_EQ(state(real).state, MessageState::refused);
}

TEST_F(Turns, RegionsWithHoursOfTheirOwnHaveALaneOfTheirOwn) {
    SubmitMessage florida = text_to("+12025550001"), texas = text_to("+12025550002");
    for (SubmitMessage* c : {&florida, &texas}) {
        c->row.routes.front().recipient.country = "us";
        c->row.routes.front().recipient.zones = {"America/Chicago"};
    }
    florida.row.routes.front().recipient.region = "fl";
    texas.row.routes.front().recipient.region = "tx";
    const auto a = submit(std::move(florida)).id.sequence, b = submit(std::move(texas)).id.sequence;
    EXPECT_NE(LaneName::of(state(a).lane).zones, LaneName::of(state(b).lane).zones);
}

/// The caller names the contact and a number that nobody had: it is the contact's from now on.
TEST_F(Turns, ANumberOfANamedContactMakesNoSecondOne) {
    bench_.run(text_from("+573001", "w1", now_), now_);
    const auto* identity = bench_.stored<model::IdentityRow>(
        storage::keys::identity(channel_scope, blind_of("+573001")));
    ASSERT_NE(identity, nullptr);
    const model::Part part = identity->part;
    SubmitMessage c = text_to("+573777");
    c.contact = part;
    const auto id = submit(std::move(c)).id.sequence;
    EXPECT_EQ(state(id).part, part);
    const auto* other = bench_.stored<model::IdentityRow>(
        storage::keys::identity(channel_scope, blind_of("+573777")));
    ASSERT_NE(other, nullptr);
    EXPECT_EQ(other->part, part);
    const auto* contact = bench_.stored<model::ContactRow>(storage::keys::contact(part));
    EXPECT_EQ(contact->identities.size(), 2u);
    // Gone meanwhile: whoever has the address.
    SubmitMessage late = text_to("+573888");
    late.contact = 999'999;
    EXPECT_NE(state(submit(std::move(late)).id.sequence).part, part);
}

}  // namespace
}  // namespace postern::core
