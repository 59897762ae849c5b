// From messages to parts and back to one outcome each, over several binds; and how a centre that
// says «too fast» is obeyed.
#include "adapters/smpp/outbox.h"

#include <gtest/gtest.h>

#include "adapters/smpp/status.h"

namespace postern::adapters::smpp {
namespace {

using namespace std::chrono_literals;

constexpr Instant wall{1'700'000'000s};

std::vector<ShortMessage> parts_of(std::size_t count) {
    std::vector<ShortMessage> out(count);
    for (std::size_t i = 0; i < count; ++i) out[i].text = std::to_string(i);
    return out;
}

struct Rig {
    Outbox outbox;
    std::vector<std::size_t> room{10};
    std::vector<std::string> taken;

    std::optional<NextPart> next(Outbox::Moment now = 1s) {
        auto part = outbox.next([this](std::size_t i) { return room[i]; }, room.size(), now);
        if (part) --room[part->session];
        return part;
    }
    std::vector<NextPart> all(Outbox::Moment now = 1s) {
        std::vector<NextPart> out;
        while (auto part = next(now)) out.push_back(*part);
        return out;
    }
    std::vector<Ended> answer(std::uint64_t token, std::uint32_t status, const char* id = "",
                              Outbox::Moment now = 1s) {
        return outbox.answered(
            {token, true, false, status, id}, now, wall,
            [this](auto, auto, auto, const std::string& one) { taken.push_back(one); });
    }
    std::vector<Ended> silence(std::uint64_t token) {
        return outbox.answered({token, false, false, 0, {}}, 1s, wall,
                               [](auto, auto, auto, const auto&) {});
    }
};

TEST(SmppOutbox, EndsAMessageWhenAllItsPartsWereTakenWithTheIdOfTheFirst) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(7, parts_of(3), 1s));
    const auto parts = rig.all();
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_TRUE(rig.answer(parts[2].token, 0, "c").empty());
    EXPECT_TRUE(rig.answer(parts[0].token, 0, "a").empty());
    const auto ended = rig.answer(parts[1].token, 0, "b");
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].message, 7u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::accepted);
    EXPECT_EQ(ended[0].outcome.external_id, "a");
    EXPECT_EQ(rig.taken, (std::vector<std::string>{"c", "a", "b"}));
    EXPECT_EQ(rig.outbox.size(), 0u);
}

TEST(SmppOutbox, KeepsAMessageToOneBindAndLetsOthersUseTheRest) {
    Rig rig;
    rig.room = {1, 2};
    ASSERT_TRUE(rig.outbox.add(1, parts_of(3), 1s));
    ASSERT_TRUE(rig.outbox.add(2, parts_of(1), 1s));
    const auto parts = rig.all();
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_EQ(parts[0].session, 1u);
    EXPECT_EQ(parts[1].session, 1u);
    EXPECT_EQ(parts[2].session, 0u) << "the second message does not wait for the first one's bind";
    EXPECT_EQ(parts[2].part->text, "0");
    rig.room = {5, 1};
    const auto last = rig.next();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->session, 1u);
    EXPECT_EQ(last->part->text, "2");
}

TEST(SmppOutbox, SendsNoFurtherPartAfterARefusedOneAndSaysHonestlyWhatLeft) {
    Rig rig;
    rig.room = {2};
    ASSERT_TRUE(rig.outbox.add(7, parts_of(3), 1s));
    const auto parts = rig.all();
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_TRUE(rig.answer(parts[0].token, 0, "a").empty());
    const auto ended = rig.answer(parts[1].token, 0x0b);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::permanent);
    EXPECT_TRUE(ended[0].outcome.partly);
    EXPECT_EQ(ended[0].outcome.detail, "1 of 3 parts were taken, one was refused: ESME_RINVDSTADR");
    rig.room = {5};
    EXPECT_FALSE(rig.next());
}

TEST(SmppOutbox, ReadsARefusalByTheTable) {
    struct Row {
        std::uint32_t status;
        SendResult result;
        AddressVerdict address;
    };
    for (const Row& row : {Row{0x0b, SendResult::permanent, AddressVerdict::dead},
                           Row{0x0a, SendResult::credential, AddressVerdict::none},
                           Row{0x08, SendResult::transient, AddressVerdict::none},
                           Row{0x45, SendResult::transient, AddressVerdict::none},
                           Row{0x43, SendResult::permanent, AddressVerdict::none},
                           Row{0x14, SendResult::rate_limited, AddressVerdict::none},
                           Row{0x58, SendResult::rate_limited, AddressVerdict::none},
                           Row{0x456, SendResult::permanent, AddressVerdict::none},
                           Row{0x9999, SendResult::permanent, AddressVerdict::none}}) {
        Rig rig;
        ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));
        const auto ended = rig.answer(rig.next()->token, row.status);
        ASSERT_EQ(ended.size(), 1u);
        EXPECT_EQ(ended[0].outcome.result, row.result) << row.status;
        EXPECT_EQ(ended[0].outcome.address, row.address) << row.status;
        EXPECT_EQ(ended[0].outcome.provider_code, code_of(row.status));
        EXPECT_EQ(ended[0].status, row.status);
    }
    EXPECT_EQ(code_of(0x58), "0x00000058");
}

TEST(SmppOutbox, KnowsNothingOfWhatTheCentreNeverAnswered) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));
    const auto part = rig.next();
    const auto ended = rig.silence(part->token);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::unknown);
    EXPECT_TRUE(rig.answer(part->token, 0, "late").empty());
}

TEST(SmppOutbox, SortsWhatALostConnectionLeavesBehind) {
    Rig rig;
    rig.room = {2};
    ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));  // written, not answered
    ASSERT_TRUE(
        rig.outbox.add(2, parts_of(2), 1s));  // its first part taken, the second not written
    ASSERT_TRUE(rig.outbox.add(3, parts_of(1), 1s));  // not written
    const auto parts = rig.all();
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_TRUE(rig.answer(parts[1].token, 0, "a").empty());
    const auto ended = rig.outbox.lost(0, {parts[0].token}, {}, 2s, wall);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].message, 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::unknown);
    rig.room = {0, 5};
    const auto rest = rig.all(3s);
    ASSERT_EQ(rest.size(), 2u) << "the others go over another bind";
    EXPECT_EQ(rest[0].session, 1u);
    EXPECT_EQ(rest[0].part->text, "1");
}

TEST(SmppOutbox, SendsAgainWhatNeverLeftALostConnection) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));
    const auto part = rig.next();
    EXPECT_TRUE(rig.outbox.lost(0, {}, {part->token}, 2s, wall).empty());
    const auto again = rig.next(2s);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->message, 1u);
    EXPECT_EQ(rig.answer(again->token, 0, "a").front().outcome.result, SendResult::accepted);
}

TEST(SmppOutbox, SendsNoPartThatNeverLeftOnceAnotherOneWasRefused) {
    for (const std::uint32_t status : {0x0bU, 0x58U}) {
        Rig rig;
        ASSERT_TRUE(rig.outbox.add(1, parts_of(3), 1s));
        const auto parts = rig.all();
        ASSERT_EQ(parts.size(), 3u);
        EXPECT_TRUE(rig.answer(parts[0].token, status).empty());
        const auto ended = rig.outbox.lost(0, {}, {parts[1].token, parts[2].token}, 2s, wall);
        ASSERT_EQ(ended.size(), 1u);
        EXPECT_EQ(ended[0].status, status);
        const bool throttled = status == 0x58;
        EXPECT_EQ(ended[0].outcome.result,
                  throttled ? SendResult::rate_limited : SendResult::permanent);
        EXPECT_EQ(ended[0].outcome.retry_at > wall, throttled);
        EXPECT_FALSE(rig.next(60s));
        EXPECT_EQ(rig.outbox.size(), 0u);
    }
}

TEST(SmppOutbox, SendsNoPartThatNeverLeftOnceNobodyKnowsOfAnotherOne) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(2), 1s));
    const auto parts = rig.all();
    EXPECT_TRUE(rig.silence(parts[0].token).empty());
    const auto ended = rig.outbox.lost(0, {}, {parts[1].token}, 2s, wall);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::unknown);
    EXPECT_FALSE(rig.next(60s));
}

TEST(SmppOutbox, SendsATakenMessagesThrottledPartAgainOverAnotherBind) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(3), 1s));
    const auto parts = rig.all();
    EXPECT_TRUE(rig.answer(parts[0].token, 0, "a").empty());
    EXPECT_TRUE(rig.answer(parts[1].token, 0x58).empty());
    EXPECT_TRUE(rig.outbox.lost(0, {}, {parts[2].token}, 2s, wall).empty());
    rig.room = {0, 5};
    const auto next = rig.next(60s);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->session, 1u);
    EXPECT_EQ(next->part->text, "1");
}

TEST(SmppOutbox, HandsBackWhatFindsNoBindInTime) {
    Rig rig;
    rig.room = {0};
    ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));
    EXPECT_FALSE(rig.next());
    EXPECT_EQ(rig.outbox.deadline(1s), Outbox::Moment(11s));
    EXPECT_TRUE(rig.outbox.overdue(10s, wall, false, "no route").empty());
    const auto ended = rig.outbox.overdue(11s, wall, false, "no route");
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::transient);
    EXPECT_EQ(ended[0].outcome.code, "not_bound");
    EXPECT_EQ(ended[0].outcome.detail, "no route");
    EXPECT_FALSE(ended[0].sent);
}

TEST(SmppOutbox, GivesUpWhatHasNotLeftAndNeverCallsTheRestFailed) {
    Rig rig;
    rig.room = {1};
    ASSERT_TRUE(rig.outbox.add(1, parts_of(2), 1s));
    ASSERT_TRUE(rig.outbox.add(2, parts_of(1), 1s));
    EXPECT_EQ(rig.all().size(), 1u);
    SendOutcome stopping;
    stopping.result = SendResult::transient;
    stopping.code = "stopping";
    const auto ended = rig.outbox.give_up_all(stopping);
    ASSERT_EQ(ended.size(), 2u);
    EXPECT_EQ(ended[0].message, 2u);
    EXPECT_EQ(ended[0].outcome.code, "stopping");
    EXPECT_EQ(ended[1].outcome.result, SendResult::unknown);
}

TEST(SmppOutbox, RefusesMoreThanItMayHold) {
    Outbox outbox({.waiting_max = 1});
    EXPECT_TRUE(outbox.add(1, parts_of(1), 0s));
    EXPECT_FALSE(outbox.add(2, parts_of(1), 0s));
}

TEST(SmppOutbox, HandsBackAThrottledMessageWithTheTimeOfThePace) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(1), 1s));
    ASSERT_TRUE(rig.outbox.add(2, parts_of(1), 1s));
    const auto first = rig.next();
    const auto ended = rig.answer(first->token, status::throttled);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::rate_limited);
    EXPECT_EQ(ended[0].outcome.scope, LimitScope::account);
    EXPECT_GE(*ended[0].outcome.retry_at, wall + 1s);
    EXPECT_FALSE(rig.next(1s)) << "nothing leaves while it pauses";
    EXPECT_EQ(rig.outbox.deadline(1s), Outbox::Moment(2s));
    EXPECT_TRUE(rig.next(2s));
}

TEST(SmppOutbox, RepeatsAThrottledPartOfAMessageThatHasBegun) {
    Rig rig;
    ASSERT_TRUE(rig.outbox.add(1, parts_of(2), 1s));
    const auto parts = rig.all();
    EXPECT_TRUE(rig.answer(parts[0].token, 0, "a").empty());
    EXPECT_TRUE(rig.answer(parts[1].token, status::throttled).empty());
    EXPECT_FALSE(rig.next(1s));
    const auto again = rig.next(3s);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->part->text, "1");
    const auto ended = rig.answer(again->token, 0, "b", 3s);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].outcome.result, SendResult::accepted);
}

TEST(SmppPace, SlowsByItselfAndRecovers) {
    Pace pace;
    for (int i = 0; i < 20; ++i) pace.sent(0s);
    EXPECT_EQ(pace.earliest(0s), Pace::Moment(0));
    pace.throttled(100ms);
    EXPECT_EQ(pace.rate(), 10.0);
    EXPECT_EQ(pace.earliest(100ms), Pace::Moment(1100ms));
    pace.sent(1100ms);
    EXPECT_EQ(pace.earliest(1100ms), Pace::Moment(1200ms)) << "ten a second";
    pace.accepted(1200ms);
    EXPECT_EQ(pace.earliest(20s), Pace::Moment(20s));
    EXPECT_EQ(pace.rate(), 10.0) << "not before half a minute of calm";
    (void)pace.earliest(31s);
    EXPECT_NEAR(*pace.rate(), 11.0, 1e-9);
    (void)pace.earliest(36s);
    EXPECT_NEAR(*pace.rate(), 12.1, 1e-9);
    (void)pace.earliest(200s);
    EXPECT_FALSE(pace.rate()) << "twice what was refused: unlimited again";
}

TEST(SmppPace, PausesLongerEachTimeUntilSomethingIsTaken) {
    Pace pace;
    pace.sent(0s);
    Pace::Moment now = 0s;
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        pace.throttled(now);
        EXPECT_GE(pace.earliest(now), now + pause);
        now += 100s;
    }
    pace.accepted(now);
    pace.throttled(now + 1s);
    EXPECT_TRUE(pace.paused(now + 1500ms));
    EXPECT_FALSE(pace.paused(now + 2s));
}

TEST(SmppPace, CountsTheRefusalsOfOneBurstOnce) {
    Pace pace;
    for (int i = 0; i < 8; ++i) pace.sent(0s);
    for (int i = 0; i < 8; ++i) pace.throttled(100ms);
    EXPECT_EQ(pace.rate(), 4.0);
    EXPECT_EQ(pace.earliest(100ms), Pace::Moment(1100ms));
}

TEST(SmppPace, WaitsForAFullQueueWithoutLearningARate) {
    Pace pace;
    pace.queue_full(0s);
    EXPECT_EQ(pace.earliest(0s), Pace::Moment(5s));
    EXPECT_FALSE(pace.rate());
    pace.queue_full(6s);
    EXPECT_EQ(pace.earliest(6s), Pace::Moment(16s));
}

TEST(SmppStatus, KnowsEveryRowByName) {
    for (const shared::CodeRule& rule : code_rules()) {
        EXPECT_FALSE(rule.code.empty());
        EXPECT_NE(classify(static_cast<std::uint32_t>(rule.first), wall).result,
                  SendResult::accepted);
    }
    EXPECT_EQ(name_of(0x58), "ESME_RTHROTTLED");
    EXPECT_EQ(name_of(0x12345), "0x00012345");
}

}  // namespace
}  // namespace postern::adapters::smpp
