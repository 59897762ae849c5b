// The folder of media: one sealed file a content, however many rows name it. Names are keyed
// hashes, so a listing of the folder says nothing. Blocking: the media thread's alone.
//
//   {storage.path}/media/incoming/N     being written; removed at a start
//                       /ab/abcdef…     a content; "ab": the name's first two letters
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/media/sealed_file.h"

namespace postern::media {

class MediaStore final {
  public:
    MediaStore(std::string folder, const storage::KeyBytes& master);

    /// Makes the folder and clears up what the last process left half written.
    [[nodiscard]] storage::Result<void> open();

    [[nodiscard]] storage::Result<std::unique_ptr<SealedWriter>> begin();
    /// Durable under its content's name once this returns. A content that is there already is kept
    /// as it is, and counts as new for sweep().
    [[nodiscard]] storage::Result<Content> keep(SealedWriter& writer);

    [[nodiscard]] storage::Result<std::unique_ptr<SealedReader>> read(const Content& content) const;

    /// Where a content is; names of the live ones, sorted, are what sweep() spares.
    [[nodiscard]] std::string name_of(const model::Sha256& sha256) const;

    struct Swept {
        std::uint64_t files = 0;
        std::uint64_t bytes = 0;
    };
    /// What the folder held at the last sweep() or measure(), with what came since; -1: nobody has
    /// looked yet. Any thread.
    [[nodiscard]] std::int64_t bytes() const { return bytes_.load(); }
    /// Looks at every file: seconds where there are millions.
    void measure();

    /// Removes contents that are not among `live` and that nobody has kept since `before`: a file
    /// is there a moment before the row that names it.
    [[nodiscard]] storage::Result<Swept> sweep(const std::vector<std::string>& live,
                                               model::Instant before);

  private:
    [[nodiscard]] std::string path_of(const std::string& name) const;
    [[nodiscard]] storage::Result<void> sweep_folder(const std::string& folder,
                                                     const std::vector<std::string>& live,
                                                     model::Instant before, Swept& swept,
                                                     std::uint64_t& left) const;

    const std::string folder_;
    const storage::Sealer sealer_;  // blind() only
    std::uint64_t next_ = 0;
    std::atomic<std::int64_t> bytes_{-1};
};

}  // namespace postern::media
