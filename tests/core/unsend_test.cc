// What a person takes back: from its row, its edits and its files, in the group that says so.
#include "gateway/core/unsend.h"

#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::ContentType;
using adapters::SignalKind;
using storage::keys::seq_row;

constexpr std::string_view ana = "+573001";

ReceiveSignal signal_from(std::string_view address, SignalKind kind, std::string_view id,
                          std::string_view target, model::Instant time) {
    ReceiveSignal c;
    c.inbound.account = 1;
    c.inbound.identities = {channel_identity(address)};
    c.inbound.dedupe_hash = hash_of(id);
    c.inbound.horizon_s = 2 * 86'400;
    c.signal.kind = kind;
    c.signal.dedupe_id = id;
    c.signal.target = target;
    c.signal.sender = adapters::Sender{};
    c.signal.sender->aliases = {{std::string(address), adapters::IdentityScope::channel}};
    c.signal.provider_time = time;
    return c;
}

class Unsend : public ::testing::Test {
  protected:
    model::Sequence wrote(std::string_view id, std::string_view address = ana) {
        now_ += 1s;
        bench_.run(text_from(address, id, now_), now_);
        return bench_.reply().id.sequence;
    }
    model::Sequence edited(std::string_view target, std::string_view text) {
        now_ += 1s;
        auto c =
            signal_from(ana, SignalKind::message_edited, "edit:" + std::string(text), target, now_);
        c.signal.content = adapters::Content{};
        c.signal.content->text = text;
        c.signal.details_json = R"({"circumstances":"private"})";
        bench_.run(std::move(c), now_);
        return bench_.reply().id.sequence;
    }
    ReceiveSignal deletion(std::string_view target, std::string_view address = ana) const {
        return signal_from(address, SignalKind::message_deleted, "deleted:" + std::string(target),
                           target, told_);
    }
    /// With the turns that it takes.
    void took_back(std::string_view target, std::string_view address = ana) {
        bench_.run(deletion(target, address), now_);
        std::vector<Dispatch> none;
        for (turns_ = 0; bench_.effects().replies.empty() && turns_ < 10'000; ++turns_)
            bench_.turn(now_, none);
    }
    [[nodiscard]] const model::MessageRow& message(model::Sequence at) const {
        return *bench_.stored<model::MessageRow>(seq_row(at));
    }
    [[nodiscard]] bool is_erased(model::Sequence at) const {
        const model::MessageRow& row = message(at);
        return row.deleted != model::Instant{} && row.message.content.text.empty();
    }

    Bench bench_;
    model::Instant now_ = at(12h);
    const model::Instant told_ = at(13h);
    int turns_ = 0;
};

TEST_F(Unsend, ErasesWhatWasSaidInTheGroupThatTellsOfIt) {
    ReceiveMessage said = text_from(ana, "m1", now_);
    said.message.content.details_json = R"({"place":"home"})";
    said.message.referral_json = R"({"ad":"9"})";
    said.message.attachments.resize(1);
    said.message.attachments[0].media_id = "photo-1";
    said.raw = "raw";
    bench_.run(std::move(said), now_);
    const model::Sequence at = bench_.reply().id.sequence;
    const model::MessageRow before = message(at);

    took_back("m1");

    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::MessageRow>(), 1u);
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 1u);
    const model::MessageRow& after = message(at);
    adapters::Content left;
    left.type = ContentType::unsupported;
    left.provider_type = "deleted";
    EXPECT_EQ(after.message.content, left);
    EXPECT_TRUE(after.message.attachments.empty());
    EXPECT_TRUE(after.message.referral_json.empty());
    EXPECT_TRUE(after.raw.empty());
    EXPECT_EQ(after.deleted, told_);
    EXPECT_EQ(after.head, before.head);
    EXPECT_EQ(after.message.external_id, "m1");
    EXPECT_EQ(after.message.sender, before.message.sender);
    EXPECT_EQ(after.contact_created, before.contact_created);
    EXPECT_EQ(after.conversation, before.conversation);
}

TEST_F(Unsend, TakesTheRowsOfItsFilesAlong) {
    ReceiveMessage said = text_from(ana, "m1", now_);
    said.message.attachments.resize(2);
    model::MediaRow file;
    file.place = 1;
    said.files = {file};
    bench_.run(std::move(said), now_);
    const model::Sequence at = bench_.reply().id.sequence;
    model::MediaRow fetched;
    fetched.event = at;
    bench_.run(KeepMedia{fetched}, now_);
    ASSERT_EQ(bench_.count_stored('N'), 2u);

    took_back("m1");

    EXPECT_EQ(bench_.count_stored('N'), 0u);
}

TEST_F(Unsend, TakesEveryEditAlong) {
    const auto at = wrote("m1");
    const auto first = edited("m1", "one");
    const auto second = edited("m1", "two");
    const auto other = edited("m0", "another message");

    took_back("m1");

    EXPECT_TRUE(is_erased(at));
    for (const model::Sequence edit : {first, second}) {
        const auto& row = *bench_.stored<model::SignalRow>(seq_row(edit));
        EXPECT_EQ(row.signal.content->type, ContentType::unsupported);
        EXPECT_TRUE(row.signal.content->text.empty());
        EXPECT_TRUE(row.signal.details_json.empty());
        EXPECT_EQ(row.signal.target, "m1");
        EXPECT_EQ(row.deleted, told_);
    }
    EXPECT_EQ(bench_.stored<model::SignalRow>(seq_row(other))->signal.content->text,
              "another message");
}

TEST_F(Unsend, TakesWhatTheBusinessWroteElsewhereAlong) {
    wrote("m1");
    auto c = signal_from(ana, SignalKind::message_echoed, "e1", "e1", now_);
    c.signal.content = adapters::Content{};
    c.signal.content->text = "from the telephone";
    bench_.run(std::move(c), now_);
    const auto at = bench_.reply().id.sequence;

    took_back("e1");

    EXPECT_TRUE(bench_.stored<model::SignalRow>(seq_row(at))->signal.content->text.empty());
}

TEST_F(Unsend, LeavesEverythingElseAlone) {
    const auto mine = wrote("m1");
    const auto next = wrote("m2");
    const auto theirs = wrote("m1", "+573002");
    ReceiveMessage elsewhere = text_from(ana, "m3", now_, 2);
    bench_.run(std::move(elsewhere), now_);
    const auto other_account = bench_.reply().id.sequence;

    took_back("m1");
    took_back("m3");
    took_back("nobody knows it");

    EXPECT_TRUE(is_erased(mine));
    EXPECT_EQ(message(next).message.content.text, "hola");
    EXPECT_EQ(message(theirs).message.content.text, "hola");
    EXPECT_EQ(message(other_account).message.content.text, "hola");
}

TEST_F(Unsend, NobodyTakesBackWhatAnotherPersonWrote) {
    const auto mine = wrote("m1");
    wrote("m2", "+573002");

    took_back("m1", "+573002");

    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(message(mine).message.content.text, "hola");
}

TEST_F(Unsend, LooksFarBackInStepsAndAnswersWhenItIsDone) {
    const auto at = wrote("m1");
    for (int n = 2; n < 200; ++n) wrote("m" + std::to_string(n));
    bench_.forget();

    bench_.run(deletion("m1"), now_);

    EXPECT_TRUE(bench_.effects().replies.empty()) << "nobody is told before it is done";
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 0u);
    std::vector<Dispatch> none;
    bench_.turn(now_, none);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 1u);
    EXPECT_TRUE(is_erased(at));
}

TEST_F(Unsend, ACrashOnTheWayLeavesNothingBehindAndTheNextTellingDoesIt) {
    const auto at = wrote("m1");
    for (int n = 2; n < 50; ++n) wrote("m" + std::to_string(n));
    bench_.restart();
    bench_.run(deletion("m1"), now_);
    ASSERT_TRUE(bench_.effects().replies.empty());

    bench_.restart();
    took_back("m1");

    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_TRUE(is_erased(at));
}

TEST_F(Unsend, FindsARowThatTheStoreDoesNotHaveYet) {
    const auto at = wrote("m1");
    bench_.lose(seq_row(at));

    took_back("m1");

    EXPECT_TRUE(is_erased(at));
}

TEST_F(Unsend, ToldTwiceChangesNothing) {
    const auto at = wrote("m1");
    took_back("m1");
    now_ += 1h;
    took_back("m1");
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    EXPECT_TRUE(bench_.effects().writes.empty());
    // Under another id, as a provider may tell it: it stays as it was.
    bench_.run(signal_from(ana, SignalKind::message_deleted, "again", "m1", now_), now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::MessageRow>(), 0u);
    EXPECT_EQ(message(at).deleted, told_);
}

TEST_F(Unsend, OfAPersonWhoIsNewIsAnEventAlone) {
    took_back("m1", "+573009");
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 1u);
}

TEST_F(Unsend, StopsWhereRetentionWas) {
    const auto old = wrote("m1");
    for (int n = 2; n < 10; ++n) wrote("m" + std::to_string(n));
    bench_.run(EraseRange{seq_row(old), seq_row(old + 3)}, now_);

    took_back("m1");

    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 1u);
    EXPECT_EQ(bench_.stored<model::MessageRow>(seq_row(old)), nullptr);
}

TEST_F(Unsend, GivesUpLookingAtItsBoundAndStillTellsOfIt) {
    const auto beyond = wrote("m0");
    wrote("m1");
    const auto within = wrote("m2");
    for (std::uint32_t n = 3; n <= unsend_rows_max; ++n) wrote("m" + std::to_string(n));

    took_back("m0");

    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(bench_.count_written<model::SignalRow>(), 1u);
    EXPECT_EQ(message(beyond).message.content.text, "hola");
    // That deletion is one row more.
    took_back("m2");
    EXPECT_TRUE(is_erased(within));
}

}  // namespace
}  // namespace postern::core
