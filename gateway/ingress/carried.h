// Attachments whose bytes came with the webhook itself (mail): written to the media store before
// the message that has them is posted, so that no row ever names what is not there. I/O threads;
// the bytes go over the media thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/ingress/commands.h"
#include "gateway/media/disk_thread.h"
#include "gateway/media/media_sink.h"
#include "gateway/media/store.h"
#include "gateway/net/io_thread.h"

namespace postern::ingress {

class CarriedFiles final {
  public:
    CarriedFiles(media::DiskThread& disk, media::MediaStore& store,
                 std::function<model::Instant()> now)
        : disk_(disk), store_(store), now_(std::move(now)) {}

    /// One after the other, so that a mail of fifty files is in memory once. `done` comes on
    /// `thread`: the rows go with their commands; false: the disk takes nothing now.
    void keep(std::vector<CarriedFile> files, std::vector<core::Command> commands,
              net::IoThread& thread,
              std::function<void(bool kept, std::vector<core::Command> commands)> done);

  private:
    struct Keeping;
    void next(const std::shared_ptr<Keeping>& keeping);

    media::DiskThread& disk_;
    media::MediaStore& store_;
    std::function<model::Instant()> now_;
};

}  // namespace postern::ingress
