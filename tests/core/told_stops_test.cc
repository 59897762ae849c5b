// A stop that only the fate of a message told: one event, in the commit that moves the message.
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::AddressVerdict;
using adapters::ReceiptState;
using adapters::SendResult;

constexpr std::string_view ana = "+573001";

class ToldStops : public SendingRig {
  protected:
    void refuse(const std::string& code = "opted_out") {
        refuse_with(code, "21610", AddressVerdict::opted_out);
    }
    void refuse_with(const std::string& code, const std::string& theirs, AddressVerdict verdict) {
        auto refusal = outcome(SendResult::permanent, code);
        refusal.provider_code = theirs;
        refusal.address = verdict;
        const Dispatch dispatch = dispatched_.at(answered_++);
        bench_.forget();
        bench_.run(answer_to(dispatch, std::move(refusal)), now_);
    }
    /// A mail provider's «dropped: unsubscribed», said at `said`.
    void drop(const std::string& id, model::Instant said, const char* word = "opted_out") {
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of(id);
        c.status.external_id = id;
        c.status.state = ReceiptState::failed;
        c.status.address = AddressVerdict::opted_out;
        c.status.error = adapters::ProviderError{"dropped", "Unsubscribed Address", ""};
        c.status.error->word = word;
        c.status.provider_time = said;
        bench_.forget();
        bench_.run(c, now_);
    }
    void says(policy::Wish wish, model::AccountNumber account = 1) {
        ReceiveMessage c = text_from(ana, "in." + std::to_string(++said_), now_, account);
        c.wish.wish = wish;
        bench_.forget();
        bench_.run(c, now_);
    }
    void signals(model::AccountNumber account = 1,
                 adapters::SignalKind kind = adapters::SignalKind::opted_out) {
        ReceiveSignal c;
        c.inbound = text_from(ana, "signal." + std::to_string(++said_), now_, account).inbound;
        c.signal.kind = kind;
        c.signal.dedupe_id = "signal." + std::to_string(said_);
        c.signal.sender.emplace().aliases.push_back(
            {std::string(ana), adapters::IdentityScope::channel});
        bench_.forget();
        bench_.run(c, now_);
    }
    [[nodiscard]] SubmitMessage to_ana() const { return text_to(ana); }
    /// A code, which goes out to who said stop too.
    void send_code() {
        SubmitMessage c = to_ana();
        c.row.category = model::Category::authentication;
        (void)submit(c);
        pass(1s);
    }
    [[nodiscard]] std::size_t events() const {
        std::size_t n = 0;
        for (const RowWrite& write : bench_.effects().writes) {
            const auto* row =
                write.record ? model::get_if<model::SignalRow>(write.record.get()) : nullptr;
            n += row && !row->told_before ? 1 : 0;
        }
        return n;
    }

    int said_ = 0;
};

TEST_F(ToldStops, AnAnswersStopIsOneEventOfTheMessagesPerson) {
    const Reply reply = submit(to_ana());
    const model::Part part = state(reply.id.sequence).part;
    const model::Sequence before = bench_.stored<model::HotRow>(storage::keys::hot(part))->last;
    refuse();
    ASSERT_EQ(events(), 1u);
    const model::SignalRow& row = *bench_.written<model::SignalRow>();
    EXPECT_EQ(row.signal.kind, adapters::SignalKind::opted_out);
    EXPECT_EQ(row.head.account, 1u);
    EXPECT_EQ(row.head.part, part);
    EXPECT_EQ(row.head.previous, before);
    ASSERT_TRUE(row.signal.sender);
    EXPECT_EQ(row.signal.sender->aliases.front().address, ana);
    EXPECT_EQ(row.signal.sender->aliases.front().scope, adapters::IdentityScope::channel);
    EXPECT_EQ(row.signal.category, "");
    EXPECT_EQ(row.signal.provider_type, "21610");
    EXPECT_EQ(row.signal.provider_time, now_);
    EXPECT_EQ(row.signal.details_json,
              R"({"message_id":")" + to_string(model::MessageId{reply.id}) + R"("})");
    EXPECT_EQ(row.keyword, "");
    const model::Sequence last = bench_.stored<model::HotRow>(storage::keys::hot(part))->last;
    for (const RowWrite& write : bench_.effects().writes) {
        if (!write.record || !model::holds<model::SignalRow>(*write.record)) continue;
        EXPECT_EQ(write.key, storage::keys::seq_row(last)) << "it stands in the timeline";
        EXPECT_EQ(write.seal, Seal::part) << "it goes with what is erased of them";
    }
    const auto* change = bench_.written<model::OutboundEventRow>();
    ASSERT_NE(change, nullptr) << "in the commit that moves the message";
    EXPECT_EQ(change->state, model::MessageState::failed);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::refused);
}

TEST_F(ToldStops, SaidAgainByAnotherAnswerItIsNone) {
    send_code();
    refuse();
    EXPECT_EQ(events(), 1u);
    send_code();
    refuse();
    EXPECT_EQ(events(), 0u);
}

TEST_F(ToldStops, OfAdvertisingNamesThat) {
    SubmitMessage advert = to_ana();
    advert.row.category = model::Category::marketing;
    (void)submit(advert);
    (void)submit(to_ana());
    pass(1s);
    refuse("marketing_opted_out");
    ASSERT_EQ(events(), 1u);
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.category, "marketing");
    pass(1s);
    refuse();
    EXPECT_EQ(events(), 1u) << "of everything is more than of advertising";
}

TEST_F(ToldStops, AReportsStopOfAdvertisingIsOfThatAlone) {
    SubmitMessage advert = to_ana();
    advert.row.category = model::Category::marketing;
    (void)submit(advert);
    answer(accepted("x"));
    drop("x", now_, "marketing_opted_out");
    ASSERT_EQ(events(), 1u);
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.category, "marketing");
    EXPECT_EQ(submit(advert).code, ReplyCode::refused);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::done);
}

TEST_F(ToldStops, SaidInAWordOrByTheProviderBeforeOrAfterItIsOne) {
    says(policy::Wish::stop);
    EXPECT_EQ(events(), 1u);
    pass(1s);
    send_code();
    refuse();
    EXPECT_EQ(events(), 0u);

    pass(1s);
    says(policy::Wish::start);
    send_code();
    refuse();
    EXPECT_EQ(events(), 1u) << "it was taken back, and is said anew";
    pass(1s);
    signals();
    EXPECT_EQ(events(), 0u);
    says(policy::Wish::stop);
    EXPECT_EQ(events(), 0u);
}

TEST_F(ToldStops, OfOneAccountIsNewsOnAnother) {
    (void)submit(to_ana());
    refuse();
    pass(1s);
    signals(2);
    EXPECT_EQ(events(), 1u) << "it holds on every account now";
}

TEST_F(ToldStops, AReceiptsStopIsOneEventHoweverOftenItIsTold) {
    (void)submit(to_ana());
    answer(accepted("m1"));
    pass(10s);
    const model::Instant said = now_ - 2s;
    drop("m1", said);
    ASSERT_EQ(events(), 1u);
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.target, "m1");
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.provider_type, "dropped");
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.provider_time, said);
    pass(1s);
    drop("m1", said);
    EXPECT_TRUE(bench_.effects().writes_nothing());
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::refused);

    says(policy::Wish::start);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::done);
    pass(1s);
    drop("m1", said);
    EXPECT_TRUE(bench_.effects().writes_nothing());
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::done) << "an old receipt takes back no start";
}

TEST_F(ToldStops, AReceiptThatNamesATimeBeforeTheMessageStillStops) {
    says(policy::Wish::start);
    pass(1h);
    (void)submit(to_ana());
    answer(accepted("m1"));
    pass(1s);
    drop("m1", now_ - 24h);
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::refused);
}

TEST_F(ToldStops, AReceiptLateBehindTheStartIsNoEvent) {
    (void)submit(to_ana());
    answer(accepted("m1"));
    pass(10s);
    const model::Instant said = now_;
    pass(10s);
    says(policy::Wish::start);
    pass(1s);
    drop("m1", said);
    EXPECT_EQ(events(), 0u);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::done);
}

TEST_F(ToldStops, ABlockThatAnAnswerTellsIsOneEventUntilASignOfLife) {
    (void)submit(to_ana());
    refuse_with("blocked", "403", AddressVerdict::blocked);
    ASSERT_EQ(events(), 1u);
    const model::SignalRow& row = *bench_.written<model::SignalRow>();
    EXPECT_EQ(row.signal.kind, adapters::SignalKind::blocked);
    EXPECT_EQ(row.signal.provider_type, "403");
    EXPECT_NE(row.signal.details_json.find("message_id"), std::string::npos);
    signals(1, adapters::SignalKind::blocked);
    EXPECT_EQ(events(), 1u) << "the provider's own word: rather told twice than not";
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::refused);
    says(policy::Wish::none);
    EXPECT_EQ(submit(to_ana()).code, ReplyCode::done);
    pass(1s);
    refuse_with("blocked", "403", AddressVerdict::blocked);
    EXPECT_EQ(events(), 1u);
}

TEST_F(ToldStops, ABlockThatWasSignalledIsToldNoMore) {
    (void)submit(to_ana());
    signals(1, adapters::SignalKind::blocked);
    EXPECT_EQ(events(), 1u);
    refuse_with("blocked", "403", AddressVerdict::blocked);
    EXPECT_EQ(events(), 0u);
}

TEST_F(ToldStops, AnAddressThatIsDeadIsNoBlock) {
    (void)submit(to_ana());
    refuse_with("invalid_recipient", "400", AddressVerdict::dead);
    EXPECT_EQ(events(), 0u);
}

}  // namespace
}  // namespace postern::core
