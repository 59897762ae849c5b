// The segment files as recovery finds them: opened, their first groups known, readable through a
// window. Opening thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/aligned_buffer.h"
#include "storage/commit_log.h"
#include "storage/log_format.h"
#include "storage/segment_log_pool.h"

namespace postern::storage {

/// Opens all segments of the folder, in order of number; a missing folder has none. Errc::corrupt:
/// a file is shorter than its name says, or two have different sizes.
[[nodiscard]] Result<Segments> open_segments(const SegmentLogOptions& options,
                                             std::string& problem);

/// "segment-000001-67108864.log at offset 4096"
[[nodiscard]] std::string place(const Segment& segment, std::uint64_t offset);

/// Large reads, small looks.
class SegmentWindow final {
  public:
    /// `size` bytes at `offset`, valid until the next call.
    [[nodiscard]] Result<const char*> at(const Segment& segment, std::uint64_t offset,
                                         std::size_t size);
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

  private:
    AlignedBuffer buffer_;
    const Segment* segment_ = nullptr;
    std::uint64_t begin_ = 0, end_ = 0;
    std::uint64_t bytes_read_ = 0;
};

/// The group that a segment begins with; `segment` null where it begins with none.
struct Head {
    Segment* segment = nullptr;
    log_format::Stamp stamp;
    log_format::Header header;
};
/// Errc::corrupt where a first block is damaged.
[[nodiscard]] Result<std::vector<Head>> read_heads(const Segments& segments, SegmentWindow& window,
                                                   std::string& problem);

}  // namespace postern::storage
