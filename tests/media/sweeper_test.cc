// What may go and what is needed, over rows in a map; and files only when no row names them.
#include "gateway/media/sweeper.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "gateway/model/outbound.h"
#include "tests/storage/scratch.h"
#include "tests/support/fake_runtime.h"

namespace postern::media {
namespace {

using namespace std::chrono_literals;
namespace keys = storage::keys;

const model::Instant now{std::chrono::seconds{1'800'000'000}};
constexpr std::chrono::hours retention{90 * 24};

struct SweepPlanTest : ::testing::Test {
    storage::Scratch scratch;
    MediaStore store{scratch.path() + "/media", storage::KeyBytes{1}};
    testing::FakeReader reader;

    void upload(model::Sequence id, model::Instant created, bool deleted = false) {
        model::MediaRow row;
        row.id = id;
        row.created = created;
        row.sha256[0] = static_cast<std::uint8_t>(id);
        if (deleted) row.deleted = created;
        reader.put(keys::media_upload(id), row);
    }
    void use(model::Sequence upload, model::Sequence message, model::MessageState state,
             model::Instant updated = now - 48h) {
        reader.put(keys::media_use(upload, message), model::MediaUseRow{message});
        model::StateRow row;
        row.state = state;
        row.updated = updated;
        reader.put(keys::state(message), row);
    }
    SweepPlan plan() { return plan_sweep(reader, store, retention, now); }
    static bool drops(const SweepPlan& plan, const storage::RowKey& key) {
        return std::ranges::find(plan.drop, key) != plan.drop.end();
    }
};

TEST_F(SweepPlanTest, DropsUploadsThatAreOldOrDeleted) {
    upload(1, now - retention);
    upload(2, now - retention + 1h);
    upload(3, now - 1h, true);

    const SweepPlan found = plan();

    EXPECT_TRUE(drops(found, keys::media_upload(1)));
    EXPECT_FALSE(drops(found, keys::media_upload(2)));
    EXPECT_TRUE(drops(found, keys::media_upload(3)));
    // Their files are spared this time: it is not durable yet that nobody names them.
    EXPECT_EQ(found.live.size(), 3U);
    EXPECT_TRUE(std::ranges::is_sorted(found.live));
    EXPECT_TRUE(found.whole);
}

TEST_F(SweepPlanTest, KeepsWhatAMessageNeeds) {
    using enum model::MessageState;
    model::Sequence id = 1;
    for (const auto state : {queued, waiting, sending, unknown}) {
        upload(id, now - 2 * retention, true);
        use(id, 1000 + id, state);
        ++id;
    }
    for (const auto state : {sent, delivered, read, failed, expired, cancelled, refused}) {
        upload(id, now - 2 * retention, true);
        use(id, 1000 + id, state);
        ++id;
    }

    const SweepPlan found = plan();

    for (model::Sequence one = 1; one < id; ++one) {
        const bool needed = one <= 4;
        EXPECT_NE(drops(found, keys::media_upload(one)), needed) << one;
        EXPECT_NE(drops(found, keys::media_use(one, 1000 + one)), needed) << one;
        EXPECT_EQ(*count_uses(reader, one, now), needed ? 1U : 0U);
    }
}

TEST_F(SweepPlanTest, GivesAProviderADayToFetchWhatItAccepted) {
    upload(1, now - 1h, true);
    use(1, 1001, model::MessageState::sent, now - 23h);
    EXPECT_FALSE(drops(plan(), keys::media_upload(1)));
    use(1, 1001, model::MessageState::sent, now - 25h);
    EXPECT_TRUE(drops(plan(), keys::media_upload(1)));
}

TEST_F(SweepPlanTest, CountsTheUsesOfOneUploadAlone) {
    upload(1, now);
    upload(2, now);
    use(1, 1001, model::MessageState::queued);
    use(1, 1002, model::MessageState::waiting);
    use(2, 1003, model::MessageState::queued);
    EXPECT_EQ(*count_uses(reader, 1, now), 2U);
    EXPECT_EQ(*count_uses(reader, 2, now), 1U);
}

TEST_F(SweepPlanTest, DropsAttachmentsThatAreOldOrWhoseMessageIsGoneOrTakenBack) {
    const auto attachment = [&](model::Sequence event, model::Instant created) {
        model::MediaRow row;
        row.event = event;
        row.created = created;
        reader.put(keys::media_attachment(event, 0), row);
    };
    attachment(10, now - retention);
    attachment(11, now - 1h);
    attachment(12, now - 1h);
    attachment(13, now - 1h);
    attachment(14, now - 1h);
    attachment(15, now - 1h);
    model::MessageRow taken_back;
    taken_back.deleted = now - 1h;
    reader.put(keys::seq_row(14), taken_back);
    model::SignalRow edit;
    edit.deleted = now - 1h;
    reader.put(keys::seq_row(15), edit);
    for (const model::Sequence event : {10, 11})
        reader.put(keys::seq_row(event), model::MessageRow{});
    reader.put_erased(keys::seq_row(12));

    const SweepPlan found = plan();

    EXPECT_TRUE(drops(found, keys::media_attachment(10, 0)));
    EXPECT_FALSE(drops(found, keys::media_attachment(11, 0)));
    EXPECT_TRUE(drops(found, keys::media_attachment(12, 0)));
    EXPECT_TRUE(drops(found, keys::media_attachment(13, 0)));
    EXPECT_TRUE(drops(found, keys::media_attachment(14, 0)));
    EXPECT_TRUE(drops(found, keys::media_attachment(15, 0)));
}

TEST_F(SweepPlanTest, TakesNoFileAwayWhileARowCannotBeRead) {
    upload(1, now);
    reader.put_unreadable(keys::media_upload(2));
    EXPECT_FALSE(plan().whole);
}

/// Keeps what it is given, and answers when it is told to.
class Inbox final : public runtime::CoreInbox {
  public:
    [[nodiscard]] bool post(std::vector<core::Command> commands, runtime::Admit,
                            net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override {
        for (core::Command& command : commands) taken.push_back(std::move(command));
        answers.emplace_back([&thread, done = std::move(done)] {
            thread.post([done] { done(std::vector<core::Reply>(1)); });
        });
        return true;
    }
    [[nodiscard]] bool post(core::Command) override { return false; }
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return false; }
    std::vector<core::Command> taken;
    std::vector<std::function<void()>> answers;
};

TEST_F(SweepPlanTest, TellsThatRowsAreGoneOnceTheyAreForGood) {
    upload(1, now - retention);
    testing::FakePool pool{reader};
    testing::FakeThread thread;
    Inbox inbox;
    DiskThread disk;
    Sweeper sweeper(pool, inbox, thread, disk, store, retention);
    int told = 0;
    sweeper.when_gone([&told] { ++told; });
    ASSERT_TRUE(store.open());

    sweeper.sweep(now, nullptr);
    thread.run();
    EXPECT_EQ(inbox.taken.size(), 1U);
    EXPECT_EQ(told, 0);
    ASSERT_EQ(inbox.answers.size(), 1U);
    inbox.answers.front()();
    thread.run();
    EXPECT_EQ(told, 1);
    disk.stop();
}

}  // namespace
}  // namespace postern::media
