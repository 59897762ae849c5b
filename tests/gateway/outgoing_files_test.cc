// Uploads that go out: what their rows cost a campaign, and when they are read again.
#include "gateway/outgoing_files.h"

#include <deque>

#include <gtest/gtest.h>

#include "tests/support/fake_runtime.h"

namespace postern {
namespace {

using egress::UploadFile;
using egress::UploadTrouble;
using testing::FakeReader;
using testing::FakeThread;

/// Queries wait until they are let go.
class HeldPool final : public runtime::QueryPool {
  public:
    explicit HeldPool(runtime::Reader& reader) : reader_(reader) {}
    [[nodiscard]] bool post(std::function<void(runtime::Reader&)> query) override {
        if (busy) return false;
        ++queries;
        waiting_.push_back(std::move(query));
        return true;
    }
    void run() {
        for (; !waiting_.empty(); waiting_.pop_front()) waiting_.front()(reader_);
    }
    bool busy = false;
    std::size_t queries = 0;

  private:
    runtime::Reader& reader_;
    std::deque<std::function<void(runtime::Reader&)>> waiting_;
};

class OutgoingFilesTest : public ::testing::Test {
  protected:
    static model::UploadId id_of(model::Sequence upload) {
        return model::UploadId{model::make_ulid(FakeThread::start, 3, upload)};
    }
    void put(model::Sequence upload) {
        model::MediaRow row;
        row.id = upload;
        row.created = FakeThread::start;
        row.epoch = 3;
        row.size = 100 + upload;
        row.mime = "image/jpeg";
        reader_.put(storage::keys::media_upload(upload), row);
    }
    void find(model::Sequence upload) {
        files_.find(id_of(upload), thread_,
                    [this](std::optional<UploadFile> file, UploadTrouble trouble) {
                        if (file) sizes_.push_back(file->size);
                        if (!file) troubles_.push_back(trouble);
                    });
    }
    void run() {
        pool_.run();
        thread_.run();
    }
    std::uint64_t found(model::Sequence upload) {
        find(upload);
        run();
        return sizes_.empty() ? 0 : sizes_.back();
    }

    FakeReader reader_;
    HeldPool pool_{reader_};
    FakeThread thread_;
    media::DiskThread disk_;
    media::MediaStore store_{"nowhere", {}};
    OutgoingFiles files_{pool_, disk_, store_};
    std::vector<std::uint64_t> sizes_;
    std::vector<UploadTrouble> troubles_;
};

TEST_F(OutgoingFilesTest, ReadTheRowOnceForACampaign) {
    put(7);
    for (int i = 0; i < 500; ++i) find(7);
    EXPECT_TRUE(sizes_.empty());  // never within the call
    run();
    for (int i = 0; i < 500; ++i) find(7);
    run();
    EXPECT_EQ(sizes_, std::vector<std::uint64_t>(1000, 107));
    EXPECT_EQ(pool_.queries, 1U);
    EXPECT_EQ(reader_.rows_read, 1U);
}

TEST_F(OutgoingFilesTest, ReadAgainOnceAnUploadWasDeletedOrSwept) {
    put(7);
    EXPECT_EQ(found(7), 107U);
    reader_.remove(storage::keys::media_upload(7));
    EXPECT_EQ(found(7), 107U);  // nobody has said so yet
    files_.known()->forget();
    find(7);
    run();
    EXPECT_EQ(troubles_, std::vector{UploadTrouble::gone});
    EXPECT_EQ(pool_.queries, 2U);
}

TEST_F(OutgoingFilesTest, DoNotRememberWhatWasReadBeforeADeletion) {
    put(7);
    find(7);
    files_.known()->forget();
    run();
    EXPECT_EQ(sizes_.size(), 1U);
    reader_.remove(storage::keys::media_upload(7));
    find(7);
    run();
    EXPECT_EQ(troubles_, std::vector{UploadTrouble::gone});
}

TEST_F(OutgoingFilesTest, DoNotRememberTroubleOrAnotherUploadOfThatNumber) {
    pool_.busy = true;
    find(7);
    find(7);
    run();
    pool_.busy = false;
    reader_.broken = true;
    find(7);
    run();
    EXPECT_EQ(troubles_, std::vector(3, UploadTrouble::unreadable));
    reader_.broken = false;
    put(7);
    EXPECT_EQ(found(7), 107U);
    const model::UploadId other{model::make_ulid(FakeThread::start, 4, 7)};
    files_.find(other, thread_, [this](const std::optional<UploadFile>&, UploadTrouble trouble) {
        troubles_.push_back(trouble);
    });
    run();
    EXPECT_EQ(troubles_.back(), UploadTrouble::gone);
}

TEST_F(OutgoingFilesTest, ForgetFirstWhatWasAskedForLongestAgo) {
    for (model::Sequence upload = 1; upload <= KnownUploads::files_max; ++upload) {
        put(upload);
        ASSERT_EQ(found(upload), 100 + upload);
    }
    put(5000);
    EXPECT_EQ(found(1), 101U);
    EXPECT_EQ(found(5000), 5100U);
    const std::size_t before = pool_.queries;
    EXPECT_EQ(found(1), 101U);
    EXPECT_EQ(pool_.queries, before);
    EXPECT_EQ(found(2), 102U);
    EXPECT_EQ(pool_.queries, before + 1);
}

}  // namespace
}  // namespace postern
