// The same through the real store: sealed, flushed, opened without changing it.
#include "gateway/audit/folder.h"

#include <gmock/gmock.h>

#include "gateway/codec/codec.h"
#include "gateway/media/store.h"
#include "tests/audit/stored_rows.h"
#include "tests/storage/scratch.h"

namespace postern::audit {
namespace {

using storage::SealKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Folder : public StoredRows {
  protected:
    Folder() : encoder_(master(), 1) { write(rows()); }

    [[nodiscard]] static storage::KeyBytes master(std::uint8_t fill = 7) {
        storage::KeyBytes key{};
        key.fill(fill);
        return key;
    }
    void write(const std::map<storage::RowKey, model::RecordPtr>& rows) {
        const auto store = storage::open_store(storage::small_options(db()));
        storage::WriteSet set = store->new_write_set();
        std::string value;
        model::AccountRow account;
        account.number = 1;
        encoder_.encode(storage::keys::account(1), account, SealKind::workspace, 0, {}, value);
        set.put(storage::keys::account(1), value);
        for (const auto& [key, record] : rows) {
            model::Part part = 0;
            if (const auto* body = model::get_if<model::OutboundRow>(record.get()))
                part = body->head.part;
            if (const auto* event = model::get_if<model::OutboundEventRow>(record.get()))
                part = event->head.part;
            if (model::holds<model::ContactRow>(*record))
                part = storage::keys::trailing_u64(key.view());
            model::PartKey part_key{};
            if (const auto* contact =
                    bench_.stored<model::ContactRow>(storage::keys::contact(part)))
                part_key = contact->key;
            const bool is_plain =
                model::holds<model::StateRow>(*record) || model::holds<model::LedgerRow>(*record) ||
                model::holds<model::DueRow>(*record) || model::holds<model::SlotRow>(*record);
            const SealKind seal = part != 0  ? SealKind::part
                                  : is_plain ? SealKind::plain
                                             : SealKind::workspace;
            encoder_.encode(key, *record, seal, part, part_key, value);
            set.put(key, value);
        }
        ASSERT_TRUE(store->apply(set.data(), bench_.core().last_sequence()));
        ASSERT_TRUE(store->flush());
    }
    [[nodiscard]] std::string db() const { return scratch_ / "db"; }

    storage::Scratch scratch_;
    codec::Encoder encoder_;
    std::string problem_;
};

TEST_F(Folder, FollowsEveryMessageWithTheMasterKey) {
    const auto checked = audit_folder(db(), master(), {}, problem_);
    ASSERT_TRUE(checked) << problem_;
    EXPECT_THAT(checked->report.told, ElementsAre());
    EXPECT_EQ(checked->report.followed, 5u);
    EXPECT_TRUE(checked->timelines);
    EXPECT_EQ(checked->applied, bench_.core().last_sequence());
}

TEST_F(Folder, ChecksCountsWithoutIt) {
    const auto checked = audit_folder(db(), std::nullopt, {}, problem_);
    ASSERT_TRUE(checked) << problem_;
    EXPECT_TRUE(checked->report.good());
    EXPECT_FALSE(checked->timelines);
    EXPECT_EQ(checked->report.messages, 5u);
}

TEST_F(Folder, FindsADamagedState) {
    model::StateRow damaged = state(delivered_);
    damaged.state = model::MessageState::expired;
    write({{storage::keys::state(delivered_), std::make_shared<const model::Record>(damaged)}});
    const auto checked = audit_folder(db(), master(), {}, problem_);
    ASSERT_TRUE(checked) << problem_;
    EXPECT_THAT(checked->report.told,
                ElementsAre("account 1: 1 messages are expired, the count says 0",
                            "account 1: 0 messages are delivered, the count says 1",
                            HasSubstr("it is expired, its timeline says delivered")));
}

TEST_F(Folder, RefusesAnotherKey) {
    const auto checked = audit_folder(db(), master(8), {}, problem_);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error(), storage::Errc::bad_key);
    EXPECT_THAT(problem_, HasSubstr("master key"));
}

TEST_F(Folder, SaysSoWhereThereIsNoStorage) {
    EXPECT_FALSE(audit_folder(scratch_ / "nothing", master(), {}, problem_));
    EXPECT_FALSE(problem_.empty());
}

/// An upload of these bytes: its file, and a row that names it.
class FolderWithMedia : public Folder {
  protected:
    FolderWithMedia() {
        media::MediaStore store(media_folder(), master());
        EXPECT_TRUE(store.open());
        const auto writer = store.begin();
        EXPECT_TRUE((*writer)->write(std::string(100'000, 'x') + "the end"));
        const auto content = store.keep(**writer);
        model::MediaRow row;
        row.id = 7;
        row.sha256 = content->sha256;
        row.size = content->size;
        row.mime = "image/jpeg";
        model::MediaRow twice = row;
        twice.id = 8;
        write({{storage::keys::media_upload(7), std::make_shared<const model::Record>(row)},
               {storage::keys::media_upload(8), std::make_shared<const model::Record>(twice)}});
        name_ = store.name_of(content->sha256);
        file_ = media_folder() + "/" + name_.substr(0, 2) + "/" + name_;
    }
    [[nodiscard]] std::string media_folder() const { return scratch_ / "media"; }
    [[nodiscard]] FolderAudit checked() {
        AuditOptions options;
        options.media = media_folder();
        auto audited = audit_folder(db(), master(), options, problem_);
        EXPECT_TRUE(audited) << problem_;
        return audited ? std::move(*audited) : FolderAudit{};
    }

    std::string name_;
    std::string file_;
};

TEST_F(FolderWithMedia, ReadsEachContentOnce) {
    const FolderAudit audited = checked();
    EXPECT_TRUE(audited.media);
    EXPECT_THAT(audited.report.told, ElementsAre());
    EXPECT_EQ(audited.report.media, 1u);
    EXPECT_EQ(audited.report.media_bytes, 100'007u);
    EXPECT_FALSE(audit_folder(db(), std::nullopt, {.media = media_folder()}, problem_)->media);
}

// CG-86
TEST_F(FolderWithMedia, NamesAFileThatIsDamagedCutOrGone) {
    for (const std::uint64_t place : {20u, 60u, 70'000u, 100'050u}) {
        storage::flip_bit(file_, place);
        EXPECT_THAT(checked().report.told,
                    ElementsAre("the medium " + name_ + " is damaged or cut"))
            << place;
        storage::flip_bit(file_, place);
    }
    EXPECT_THAT(checked().report.told, ElementsAre());
    std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 20);
    EXPECT_THAT(checked().report.told, ElementsAre("the medium " + name_ + " is damaged or cut"));
    std::filesystem::remove(file_);
    EXPECT_THAT(checked().report.told, ElementsAre("the medium " + name_ + " is not there"));
    EXPECT_FALSE(checked().report.good());
}

}  // namespace
}  // namespace postern::audit
