// What a receipt says of the person beyond its message, and files that came along with one.
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using adapters::AddressVerdict;
using adapters::ReceiptState;
using Kind = model::AddressNote::Kind;

class Verdicts : public SendingRig {
  protected:
    /// Of the message that was accepted as `id`.
    ReplyCode tell(const std::string& id, ReceiptState told, AddressVerdict verdict,
                   const std::string& code = "5.1.1", model::AccountNumber account = 1) {
        ReceiveStatus c;
        c.account = account;
        c.external = blind_of(id);
        c.status.external_id = id;
        c.status.state = told;
        c.status.address = verdict;
        if (told == ReceiptState::failed)
            c.status.error = adapters::ProviderError{code, "invalid_recipient", "no such user"};
        bench_.forget();
        bench_.run(c, now_);
        return bench_.reply().code;
    }
    [[nodiscard]] std::vector<model::AddressNote> notes() const {
        const SubmitMessage asked = text_to("+573001");
        const model::Route& route = asked.row.routes.front();
        const auto* row = bench_.stored<model::AddressNotesRow>(
            storage::keys::address_notes(route.scope, route.blind));
        return row ? row->notes : std::vector<model::AddressNote>{};
    }
};

TEST_F(Verdicts, ABounceSuppressesTheAddressAndFailsTheMessage) {  // SC-14
    const Reply reply = submit(text_to("+573001"));
    answer(accepted("m1"));
    EXPECT_EQ(tell("m1", ReceiptState::failed, AddressVerdict::dead), ReplyCode::done);
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::failed);
    ASSERT_EQ(notes().size(), 1u);
    EXPECT_EQ(notes()[0].kind, Kind::suppressed);
    EXPECT_EQ(notes()[0].source, "dead_address");
    EXPECT_EQ(notes()[0].reason, "5.1.1");
    EXPECT_EQ(submit(text_to("+573001")).code, ReplyCode::refused);
}

TEST_F(Verdicts, ASoftBounceFailsTheMessageAndSparesTheAddress) {
    const Reply reply = submit(text_to("+573001"));
    answer(accepted("m1"));
    EXPECT_EQ(tell("m1", ReceiptState::failed, AddressVerdict::none, "5.2.2"), ReplyCode::done);
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::failed);
    EXPECT_TRUE(notes().empty());
}

TEST_F(Verdicts, AComplaintAfterADeliverySuppressesAndMovesNothing) {
    const Reply reply = submit(text_to("+573001"));
    answer(accepted("m1"));
    receipt("m1", ReceiptState::delivered);
    (void)tell("m1", ReceiptState::delivered, AddressVerdict::blocked);
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::delivered);
    ASSERT_EQ(notes().size(), 1u);
    EXPECT_EQ(notes()[0].kind, Kind::suppressed);
    EXPECT_EQ(notes()[0].source, "provider");
}

TEST_F(Verdicts, AComplaintThatNamesAnotherMailboxSuppressesNeither) {
    SubmitMessage mail = text_to("+573001");
    mail.row.routes.front().address = "ana@example.com";
    (void)submit(mail);
    answer(accepted("m1"));
    const auto complain = [&](const std::string& named) {
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of("m1");
        c.status.external_id = "m1";
        c.status.state = ReceiptState::delivered;
        c.status.recipient = named;
        c.status.address = AddressVerdict::blocked;
        bench_.run(c, now_);
    };
    complain("victim@example.com");
    EXPECT_TRUE(notes().empty());
    complain("Ana@Example.com");
    EXPECT_EQ(notes().size(), 1u);
}

TEST_F(Verdicts, TheSameVerdictAgainWritesNothing) {
    (void)submit(text_to("+573001"));
    answer(accepted("m1"));
    (void)tell("m1", ReceiptState::failed, AddressVerdict::dead);
    EXPECT_EQ(tell("m1", ReceiptState::failed, AddressVerdict::dead), ReplyCode::duplicate);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(Verdicts, AVerdictOnAnothersMessageIsNoVerdict) {
    (void)tell("not-ours", ReceiptState::failed, AddressVerdict::dead);
    EXPECT_TRUE(notes().empty());
}

TEST_F(Verdicts, AnAddressThatTheProviderCallsDeadIsSuppressedWhateverTheMail) {
    ReceiveStatus c;
    c.account = 1;
    c.external = blind_of("not-ours");
    c.status.external_id = "not-ours";
    c.status.state = ReceiptState::failed;
    c.status.address = AddressVerdict::dead;
    c.status.error = adapters::ProviderError{"5.1.1", "invalid_recipient", "no such user"};
    const model::Route route = text_to("+573001").row.routes.front();
    c.recipient = {route.scope, route.blind};
    bench_.run(c, now_);
    EXPECT_TRUE(notes().empty()) << "anybody may have written it";
    c.external = blind_of("another");
    c.status.external_id = "another";
    c.status.watermark = now_;
    bench_.run(c, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    ASSERT_EQ(notes().size(), 1u);
    EXPECT_EQ(notes()[0].kind, Kind::suppressed);
    EXPECT_EQ(notes()[0].source, "dead_address");
    EXPECT_EQ(notes()[0].reason, "5.1.1");
    EXPECT_EQ(submit(text_to("+573001")).code, ReplyCode::refused);
    bench_.forget();
    bench_.run(c, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    EXPECT_TRUE(bench_.effects().writes_nothing());
    // One that was told as delivered before.
    c.external = blind_of("late");
    c.status.external_id = "late";
    c.status.state = ReceiptState::delivered;
    bench_.run(c, now_);
    c.recipient->blind = blind_of("+573002");
    c.status.state = ReceiptState::failed;
    bench_.run(c, now_);
    EXPECT_EQ(submit(text_to("+573002")).code, ReplyCode::refused);
}

class DeadAddress : public SendingRig {
  protected:
    static constexpr std::string_view ana = "ana@example.org";

    /// The provider's own word on a mail that Postern does not know.
    void bounced(std::string_view id) {
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of(id);
        c.status.external_id = id;
        c.status.state = ReceiptState::failed;
        c.status.address = AddressVerdict::dead;
        c.status.error = adapters::ProviderError{"5.1.1", "invalid_recipient", "no such user"};
        c.status.watermark = now_;
        c.recipient = channel_identity(ana);
        bench_.forget();
        bench_.run(c, now_);
    }
    void wrote(std::string_view id, model::AccountNumber account = 1) {
        bench_.forget();
        bench_.run(text_from(ana, id, now_, account), now_);
        EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    }
    [[nodiscard]] bool told_reachable() const {
        const auto* notice = bench_.written<model::NoticeRow>();
        return notice && notice->type == "contact.unblocked";
    }
};

TEST_F(DeadAddress, OfAKnownPersonIsRefusedUntilTheyWrite) {
    wrote("in.1");
    bounced("foreign");
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::refused);

    wrote("in.2");

    EXPECT_TRUE(told_reachable());
    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::done);
    wrote("in.3");
    EXPECT_FALSE(told_reachable());
}

TEST_F(DeadAddress, OfSomebodyWhoIsNewIsRefusedUntilTheyWrite) {
    bounced("foreign");
    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::refused);

    wrote("in.1");

    EXPECT_TRUE(told_reachable());
    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::done);
}

TEST_F(DeadAddress, IsWhatOneAccountSaysAndAnotherDoesNotTakeBack) {
    bounced("foreign");
    wrote("in.1", 2);
    EXPECT_FALSE(told_reachable());
    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::refused);
}

TEST_F(DeadAddress, AnOperatorsSuppressionStaysWhenSomebodyNewWrites) {
    NoteAddress by_hand;
    by_hand.scope = channel_scope;
    by_hand.blind = blind_of(ana);
    by_hand.note.kind = Kind::suppressed;
    by_hand.note.source = "api";
    bench_.run(by_hand, now_);
    bounced("foreign");

    wrote("in.1");

    EXPECT_EQ(submit(text_to(ana)).code, ReplyCode::refused);
}

TEST_F(Verdicts, AComplaintAboutAMailThatNobodyKnowsIsNoStatus) {
    for (const AddressVerdict verdict : {AddressVerdict::blocked, AddressVerdict::opted_out}) {
        const std::string id = "foreign" + std::to_string(static_cast<int>(verdict));
        EXPECT_EQ(tell(id, ReceiptState::delivered, verdict), ReplyCode::done);
        EXPECT_EQ(bench_.written<model::StatusRow>(), nullptr);
        EXPECT_EQ(tell(id, ReceiptState::delivered, verdict), ReplyCode::duplicate);
    }
    // What says something of the mail is one.
    EXPECT_EQ(tell("bounced", ReceiptState::failed, AddressVerdict::dead), ReplyCode::done);
    EXPECT_NE(bench_.written<model::StatusRow>(), nullptr);
    EXPECT_EQ(tell("arrived", ReceiptState::delivered, AddressVerdict::none), ReplyCode::done);
    EXPECT_NE(bench_.written<model::StatusRow>(), nullptr);
}

TEST_F(Verdicts, AComplaintThatOvertakesTheAnswerStillTellsThatItArrived) {
    const Reply reply = submit(text_to("+573001"));
    (void)tell("m1", ReceiptState::delivered, AddressVerdict::blocked);
    answer(accepted("m1"));
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::delivered);
}

TEST(CarriedFiles, TheRowsOfFilesComeWithTheirMessage) {
    Bench bench;
    ReceiveMessage c = text_from("ana@example.com", "x1", at(std::chrono::seconds{1}));
    c.message.attachments.resize(3);
    for (const std::uint32_t place : {0u, 2u}) {
        model::MediaRow file;
        file.place = place;
        file.size = 10 + place;
        c.files.push_back(file);
    }
    bench.run(c, at(std::chrono::seconds{2}));

    const model::Sequence event = bench.reply().id.sequence;
    const auto* first = bench.stored<model::MediaRow>(storage::keys::media_attachment(event, 0));
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->event, event);
    EXPECT_EQ(first->size, 10u);
    EXPECT_EQ(bench.stored<model::MediaRow>(storage::keys::media_attachment(event, 1)), nullptr);
    EXPECT_NE(bench.stored<model::MediaRow>(storage::keys::media_attachment(event, 2)), nullptr);

    bench.run(c, at(std::chrono::seconds{3}));
    EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
    EXPECT_TRUE(bench.effects().writes_nothing());
}

TEST(CarriedFiles, AsManyAsAMessageMayHaveFitOneCommand) {
    Bench bench;
    ReceiveMessage c = text_from("ana@example.com", "x1", at(std::chrono::seconds{1}));
    for (std::uint32_t place = 0; place < ReceiveMessage::files_max; ++place) {
        c.files.emplace_back();
        c.files.back().place = place;
    }
    bench.run(c, at(std::chrono::seconds{2}));
    EXPECT_EQ(bench.count_written<model::MediaRow>(), ReceiveMessage::files_max);
    EXPECT_LE(bench.effects().writes.size(), rows_per_apply_max);
}

}  // namespace
}  // namespace postern::core
