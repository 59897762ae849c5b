// Uploads as the way out reads them: the row by a query thread, once for many messages, the file by
// the media thread.
//
// Life: the daemon's, made with the media, gone after egress has stopped. Called on I/O threads.
#pragma once

#include <memory>

#include "gateway/egress/upload_files.h"
#include "gateway/known_uploads.h"
#include "gateway/media/disk_thread.h"
#include "gateway/media/store.h"
#include "gateway/runtime/reader.h"

namespace postern {

class OutgoingFiles final : public egress::UploadFiles {
  public:
    /// All outlive this.
    OutgoingFiles(runtime::QueryPool& queries, media::DiskThread& disk,
                  const media::MediaStore& store)
        : queries_(queries), disk_(disk), store_(store) {}

    void find(const model::UploadId& upload, net::IoThread& thread,
              std::function<void(std::optional<egress::UploadFile>, egress::UploadTrouble)> done)
        override;
    void open(
        const egress::UploadFile& file, net::IoThread& thread,
        std::function<void(std::shared_ptr<net::BodySource>, egress::UploadTrouble)> done) override;

    /// To be told of uploads that are deleted, or whose rows are gone; may outlive this.
    [[nodiscard]] std::shared_ptr<KnownUploads> known() const { return known_; }

  private:
    const std::shared_ptr<KnownUploads> known_ = std::make_shared<KnownUploads>();
    runtime::QueryPool& queries_;
    media::DiskThread& disk_;
    const media::MediaStore& store_;
};

}  // namespace postern
