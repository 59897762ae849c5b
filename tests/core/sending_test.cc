// The life of a message from the app to the person, one case a way that it can go.
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using adapters::ReceiptState;
using adapters::SendResult;
using model::MessageState;
using namespace std::chrono_literals;

class Send : public SendingRig {};

TEST_F(Send, LeavesWithTheWriteThatAcceptsIt) {  // CG-66
    const Reply reply = submit(text_to("+573001"));
    ASSERT_EQ(reply.code, ReplyCode::done);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(dispatched_[0].attempt, 1);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
    EXPECT_EQ(bench_.count_stored('q'), 0u);
    EXPECT_EQ(bench_.count_stored('f'), 1u);  // the intent
}

TEST_F(Send, EndsAtTheHighestReceipt) {
    const Reply reply = submit(text_to("+573001"));
    answer(accepted("wamid.1"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
    receipt("wamid.1", ReceiptState::read);
    receipt("wamid.1", ReceiptState::delivered);
    receipt("wamid.1", ReceiptState::read);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::read);
}

TEST_F(Send, JoinsAReceiptThatCameBeforeTheAnswer) {
    const Reply reply = submit(text_to("+573001"));
    receipt("wamid.1", ReceiptState::delivered);
    answer(accepted("wamid.1"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::delivered);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(Send, FindsItsMessageByTheEchoAlone) {
    const Reply reply = submit(text_to("+573001"));
    answer(outcome(SendResult::unknown));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::unknown);
    ReceiveStatus c;
    c.account = 1;
    c.external = blind_of("wamid.9");
    c.status.external_id = "wamid.9";
    c.status.state = ReceiptState::sent;
    c.status.echo = to_string(model::MessageId{reply.id}) + ".1";
    bench_.run(c, now_);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
    receipt("wamid.9", ReceiptState::delivered);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::delivered);
    pass(2min);
    EXPECT_EQ(dispatched_.size(), 1u);
}

TEST_F(Send, TriesAgainAfterATransientRefusal) {
    const Reply reply = submit(text_to("+573001"));
    answer(outcome(SendResult::transient, "server_error"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::waiting);
    pass(5s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].attempt, 2);
    EXPECT_FALSE(dispatched_[1].possible_duplicate);
}

TEST_F(Send, SpendsNoAttemptOnARateLimitAndObeysItsTime) {
    const Reply reply = submit(text_to("+573001"));
    auto limited = outcome(SendResult::rate_limited, "rate_limited");
    limited.retry_at = now_ + 30s;
    answer(limited);
    EXPECT_EQ(state(reply.id.sequence).attempts, 0);
    EXPECT_EQ(submit(text_to("+573002")).code, ReplyCode::done);
    pass(29s);
    EXPECT_EQ(dispatched_.size(), 1u);
    pass(2s);
    EXPECT_EQ(dispatched_.size(), 3u);
}

TEST_F(Send, FailsForGoodAndSuppressesADeadAddress) {
    const Reply reply = submit(text_to("+573001"));
    auto dead = outcome(SendResult::permanent, "invalid_recipient");
    dead.address = adapters::AddressVerdict::dead;
    answer(dead);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::failed);
    const Reply next = submit(text_to("+573001"));
    EXPECT_EQ(next.code, ReplyCode::refused);
    EXPECT_EQ(model::get<model::OutboundRow>(*next.record).verdict.decisive(),
              model::Rule::suppressed);
}

TEST_F(Send, FallsBackToTheOtherAccount) {
    SubmitMessage c = text_to("+573001");
    c.row.routes.push_back(c.row.routes[0]);
    c.row.routes[1].account = 2;
    const Reply reply = submit(c);
    answer(outcome(SendResult::permanent, "undeliverable"));
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].account, 2u);
    answer(accepted("wamid.2"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
}

/// A repetition would bring the first parts again, here or elsewhere.
TEST_F(Send, EndsWhatIsPartlyThere) {
    const auto partly = [&](SendResult result) {
        SubmitMessage c = text_to("+573001" + std::to_string(dispatched_.size()));
        c.row.routes.push_back(c.row.routes[0]);
        c.row.routes[1].account = 2;
        const auto id = submit(c).id.sequence;
        adapters::SendOutcome refused = outcome(result, "told");
        refused.partly = true;
        refused.scope = adapters::LimitScope::account;
        answer(refused);
        pass(1h);
        EXPECT_EQ(state(id).state, MessageState::failed);
        const auto* event =
            bench_.stored<model::OutboundEventRow>(storage::keys::seq_row(state(id).last_event));
        EXPECT_TRUE(event != nullptr && event->error_code == "partly_sent");
        return dispatched_.size();
    };
    EXPECT_EQ(partly(SendResult::permanent), 1u);
    EXPECT_EQ(partly(SendResult::rate_limited), 2u);
    EXPECT_EQ(partly(SendResult::transient), 3u);
    EXPECT_EQ(partly(SendResult::credential), 4u);
    submit(text_to("+573009"));
    EXPECT_EQ(dispatched_.size(), 4u) << "the account is broken all the same";
}

/// Which part it was that failed: the others may be there.
TEST_F(Send, RepeatsALongTextOfWhichAPartFailedOnlyWhereThatIsWantedAndSaysSo) {
    for (const auto wanted : {policy::OnUnknown::hold, policy::OnUnknown::resend}) {
        settings_->accounts[1].policy.on_unknown.fill(wanted);
        configure();
        for (const std::string part : {"first", "last"}) {
            SubmitMessage c = text_to("+573001" + std::to_string(dispatched_.size()));
            c.row.routes.push_back(c.row.routes[0]);
            c.row.routes[1].account = 2;
            const auto id = submit(c).id.sequence;
            const std::string number = std::to_string(dispatched_.size());
            adapters::SendOutcome sent = accepted("last" + number);
            sent.earlier_ids = {"first" + number};
            answer(sent);
            receipt(part + number, adapters::ReceiptState::failed);
            pass(1s);
            if (wanted == policy::OnUnknown::hold) {
                EXPECT_EQ(state(id).state, MessageState::failed) << part;
                EXPECT_FALSE(state(id).possible_duplicate) << part;
                continue;
            }
            EXPECT_EQ(state(id).account, 2u) << part;
            EXPECT_TRUE(dispatched_.back().possible_duplicate) << part;
            answer(accepted("whole" + number));
            EXPECT_EQ(state(id).state, MessageState::sent) << part;
        }
    }
}

TEST_F(Send, SaysThatWhatIsOrderedAgainIsPartlyThere) {
    const auto id = submit(text_to("+573001")).id.sequence;
    adapters::SendOutcome refused = outcome(SendResult::permanent, "told");
    refused.partly = true;
    answer(refused);
    EXPECT_FALSE(state(id).possible_duplicate) << "nothing came twice";
    bench_.restart();
    configure();
    bench_.run(RedriveMessage{id, now_ + 48h}, now_);
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_TRUE(dispatched_.back().possible_duplicate);
}

TEST_F(Send, TellsWhyItBeginsOnItsFallback) {
    SubmitMessage c = text_to("+573001");
    c.row.routes.push_back(c.row.routes[0]);
    c.row.routes[0].own_address = true;
    c.row.routes[1].account = 2;
    const Reply reply = submit(c);
    const auto* row = bench_.stored<model::OutboundRow>(storage::keys::seq_row(reply.id.sequence));
    ASSERT_NE(row, nullptr);
    EXPECT_NE(row->choice_json.find(R"("rule":"fallback")"), std::string::npos);
    EXPECT_NE(row->choice_json.find("own_address refuses it"), std::string::npos)
        << row->choice_json;
    EXPECT_EQ(state(submit(text_to("+573002")).id.sequence).account, 1u);
}

TEST_F(Send, FlagsAFallBackAfterAnAttemptThatNobodyKnows) {
    settings_->accounts[1].traits.idempotent = true;
    configure();
    pass(1s);
    SubmitMessage c = text_to("+573001");
    c.row.category = model::Category::transactional;
    c.row.routes.push_back(c.row.routes[0]);
    c.row.routes[1].account = 2;
    submit(c);
    answer(outcome(SendResult::unknown));
    pass(61s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_FALSE(dispatched_[1].possible_duplicate);
    answer(outcome(SendResult::permanent, "undeliverable"));
    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_EQ(dispatched_[2].account, 2u);
    EXPECT_TRUE(dispatched_[2].possible_duplicate);
}

TEST_F(Send, PausesTheAccountOnceWhenItsCredentialIsRefused) {
    submit(text_to("+573001"));
    submit(text_to("+573002"));
    answer(outcome(SendResult::credential, "token_expired"));
    EXPECT_EQ(bench_.count_written<model::NoticeRow>(), 1u);
    answer(outcome(SendResult::credential, "token_expired"));
    EXPECT_EQ(bench_.count_written<model::NoticeRow>(), 0u);
    pass(10min);
    EXPECT_EQ(dispatched_.size(), 2u);
    configure();
    pass(1s);
    EXPECT_EQ(dispatched_.size(), 4u);
}

TEST_F(Send, HoldsAnUnknownCampaignAndResendsAnUnknownNotice) {
    SubmitMessage bulk = text_to("+573001");
    bulk.row.category = model::Category::marketing;
    const Reply held = submit(bulk);
    SubmitMessage notice = text_to("+573002");
    notice.row.category = model::Category::transactional;
    const Reply again = submit(notice);
    answer(outcome(SendResult::unknown));
    answer(outcome(SendResult::unknown));
    pass(59s);
    EXPECT_EQ(dispatched_.size(), 2u);
    pass(2s);
    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_EQ(dispatched_[2].message, again.id.sequence);
    EXPECT_TRUE(dispatched_[2].possible_duplicate);
    EXPECT_EQ(state(held.id.sequence).state, MessageState::unknown);
    EXPECT_FALSE(state(held.id.sequence).due);
}

TEST_F(Send, KeepsTheOrderOfOnePersonThroughARetry) {
    const Reply first = submit(text_to("+573001"));
    submit(text_to("+573001"));
    EXPECT_EQ(dispatched_.size(), 1u);
    answer(outcome(SendResult::transient));
    pass(30s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].message, first.id.sequence);
    answer(accepted("a"));
    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_NE(dispatched_[2].message, first.id.sequence);
}

TEST_F(Send, WaitsForItsTimeAndLeavesThen) {
    SubmitMessage c = text_to("+573001");
    c.row.send_at = now_ + 1h;
    const Reply reply = submit(c);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::waiting);
    bench_.forget();
    pass(59min);
    EXPECT_TRUE(dispatched_.empty());
    pass(1min);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(bench_.count_stored('q'), 1u);  // its expiry
}

TEST_F(Send, ExpiresWhileItsAccountIsPaused) {
    bench_.run(PauseAccount{1, true, "holidays"}, now_);
    const Reply reply = submit(text_to("+573001"));
    EXPECT_EQ(reply.code, ReplyCode::done);
    pass(25h);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::expired);
    EXPECT_EQ(bench_.count_stored('q'), 0u);
    bench_.run(PauseAccount{1, false, ""}, now_);
    pass(1s);
    EXPECT_TRUE(dispatched_.empty());
}

TEST_F(Send, HoldsBackALaneThatIsPausedWhileOthersGoOn) {
    PauseSending marketing{{.category = model::Category::marketing, .reason = "wrong price"}, true};
    bench_.run(marketing, now_);
    ASSERT_EQ(bench_.reply().code, ReplyCode::done);
    SubmitMessage held = text_to("+573001");
    held.row.category = model::Category::marketing;
    const Reply waits = submit(held);
    EXPECT_EQ(state(waits.id.sequence).state, MessageState::waiting);
    submit(text_to("+573001"));  // the same person
    submit(text_to("+573002"));
    pass(1s);
    EXPECT_EQ(dispatched_.size(), 2u);
    while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    pass(1h);
    while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    EXPECT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(state(waits.id.sequence).state, MessageState::waiting);

    marketing.paused = false;
    bench_.run(marketing, now_);
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_EQ(dispatched_[2].message, waits.id.sequence);
    bench_.run(marketing, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::not_found);
}

TEST_F(Send, HoldsBackEverythingUntilItIsResumedAndNoRowMoves) {
    bench_.run(PauseSending{{}, true}, now_);
    const Reply reply = submit(text_to("+573001"));
    const auto not_before = state(reply.id.sequence).not_before;
    pass(2h);
    EXPECT_TRUE(dispatched_.empty());
    EXPECT_EQ(state(reply.id.sequence).not_before, not_before);
    bench_.run(PauseSending{{}, false}, now_);
    EXPECT_FALSE(bench_.effects().resumes_after_restore);
    pass(1s);
    EXPECT_EQ(dispatched_.size(), 1u);
    bench_.run(PauseSending{{.account = 99}, true}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::not_found);
}

TEST_F(Send, CancelsWhatHasNotLeft) {
    SubmitMessage c = text_to("+573001");
    c.row.send_at = now_ + 1h;
    const Reply reply = submit(c);
    bench_.run(CancelMessage{reply.id.sequence}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::cancelled);
    pass(2h);
    EXPECT_TRUE(dispatched_.empty());
    bench_.run(CancelMessage{reply.id.sequence}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::conflict);
}

TEST_F(Send, AnswersTheSameKeyOnceAndAnotherBodyWithAConflict) {  // none-has 3
    SubmitMessage c = text_to("+573001");
    c.idempotency = SubmitMessage::Idempotency{blind_of("key"), {1}};
    const Reply first = submit(c);
    bench_.forget();
    const Reply second = submit(c);
    EXPECT_EQ(second.code, ReplyCode::replayed);
    EXPECT_EQ(second.id, first.id);
    c.idempotency->hash = {2};
    EXPECT_EQ(submit(c).code, ReplyCode::idempotency_conflict);
    EXPECT_EQ(dispatched_.size(), 1u);
}

TEST_F(Send, MakesAnIntentUnknownAfterARestart) {
    const Reply reply = submit(text_to("+573001"));
    bench_.run(RecoverIntent{reply.id.sequence, 1}, now_);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::unknown);
    bench_.run(RecoverIntent{reply.id.sequence, 1}, now_);  // once
    EXPECT_EQ(bench_.count_written<model::OutboundEventRow>(), 0u);
}

TEST_F(Send, HoldsTheConfiguredRate) {  // CG-58
    settings_->accounts[1].policy.rate.per_second = 10;
    settings_->accounts[1].policy.rate.burst = 1;
    configure();
    for (int i = 0; i < 50; ++i) submit(text_to("+57300" + std::to_string(100 + i)));
    for (int i = 0; i < 20; ++i) {
        pass(100ms);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    EXPECT_GE(dispatched_.size(), 20u);
    EXPECT_LE(dispatched_.size(), 22u);
}

TEST_F(Send, WaitsForWhatCameInWhereTheProviderCountsBoth) {  // CG-58
    settings_->accounts[1].policy.rate.per_second = 10;
    settings_->accounts[1].policy.rate.burst = 1;
    settings_->accounts[1].counts_inbound = true;
    configure();
    pass(1s);
    for (int i = 0; i < 50; ++i) bench_.run(text_from("+573009", std::to_string(i), now_), now_);
    submit(text_to("+573001"));
    EXPECT_TRUE(dispatched_.empty());
    pass(1200ms);
    EXPECT_EQ(dispatched_.size(), 1u) << "not longer than the provider remembers";
}

TEST_F(Send, TakesOfTheRateWhatTheProviderCounts) {  // CG-58
    settings_->accounts[1].policy.rate.per_second = 10;
    settings_->accounts[1].policy.rate.burst = 3;
    configure();
    for (int i = 0; i < 20; ++i) {
        SubmitMessage c = text_to("+57300" + std::to_string(100 + i));
        c.row.routes[0].units = 3;  // three segments
        submit(c);
    }
    for (int i = 0; i < 20; ++i) {
        pass(100ms);
        while (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    EXPECT_GE(dispatched_.size(), 6u);
    EXPECT_LE(dispatched_.size(), 8u);
}

TEST_F(Send, DrainsALaneThatIsLongerThanItsWindow) {
    bench_.run(PauseAccount{1, true, ""}, now_);
    constexpr int count = 5000;
    for (int i = 0; i < count; ++i) submit(text_to("+5730" + std::to_string(10'000 + i)));
    EXPECT_TRUE(dispatched_.empty());
    bench_.run(PauseAccount{1, false, ""}, now_);
    for (int i = 0; i < 2 * count && answered_ < count; ++i) {
        if (answered_ == dispatched_.size()) pass(1ms);
        if (answered_ < dispatched_.size()) answer(accepted("id" + std::to_string(answered_)));
    }
    EXPECT_EQ(dispatched_.size(), static_cast<std::size_t>(count));
}

TEST_F(Send, StopsAtTheWordStopConfirmsOnceAndComesBack) {  // CG-41
    ReceiveMessage stop = text_from("+573001", "s1", now_);
    stop.wish.wish = policy::Wish::stop;
    stop.wish.confirmation_json = R"({"type":"text","text":"bye"})";
    // The confirmation leaves with the same durable write, so no power cut loses it.
    dispatched_ = bench_.run(stop, now_).dispatches;
    ASSERT_EQ(dispatched_.size(), 1u);
    answer(accepted("c1"));
    SubmitMessage c = text_to("+573001");
    c.row.category = model::Category::marketing;
    EXPECT_EQ(submit(c).code, ReplyCode::refused);
    stop.inbound.dedupe_hash = hash_of("s2");
    bench_.run(stop, now_);
    pass(1s);
    EXPECT_EQ(dispatched_.size(), 1u);  // once
    ReceiveMessage start = text_from("+573001", "s3", now_);
    start.wish.wish = policy::Wish::start;
    pass(1s);
    bench_.run(start, now_);
    EXPECT_EQ(submit(c).code, ReplyCode::done);
}

}  // namespace
}  // namespace postern::core
