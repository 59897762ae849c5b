// What nobody needs any more goes: uploads that were deleted or are too old once no message waits
// for them, attachments that are too old or whose message is gone, and files that no row names.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/core/media_commands.h"
#include "gateway/media/disk_thread.h"
#include "gateway/media/store.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"

namespace postern::media {

struct SweepPlan {
    std::vector<storage::RowKey> drop;
    /// Files of all rows, also of those that are about to go: theirs go with the next sweep, when
    /// it is durable that no row names them.
    std::vector<std::string> live;
    bool whole = true;  // false: a row cannot be read, so no file is taken away
};

/// Query thread.
[[nodiscard]] SweepPlan plan_sweep(runtime::Reader& reader, const MediaStore& store,
                                   std::chrono::hours retention, model::Instant now);

/// How many messages need an upload: they have not ended, or have within the last day, since a
/// provider may fetch late. Query thread.
[[nodiscard]] storage::Result<std::size_t> count_uses(runtime::Reader& reader,
                                                      model::Sequence upload, model::Instant now);

class Sweeper final {
  public:
    struct Done {
        std::size_t rows = 0;
        MediaStore::Swept files;
    };
    Sweeper(runtime::QueryPool& queries, runtime::CoreInbox& core, net::IoThread& thread,
            DiskThread& disk, MediaStore& store, std::chrono::hours retention)
        : queries_(queries),
          core_(core),
          thread_(thread),
          disk_(disk),
          store_(store),
          retention_(retention) {}

    /// Called on the I/O thread when rows are gone for good. Before the first sweep.
    void when_gone(std::function<void()> gone) { gone_ = std::move(gone); }

    /// Any thread, at once or never; `done` comes on the media thread. Outlived by all of them.
    void sweep(model::Instant now, std::function<void(Done)> done);

  private:
    runtime::QueryPool& queries_;
    runtime::CoreInbox& core_;
    net::IoThread& thread_;
    DiskThread& disk_;
    MediaStore& store_;
    const std::chrono::hours retention_;
    std::function<void()> gone_ = [] {};
};

}  // namespace postern::media
