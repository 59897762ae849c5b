// The anchor: a small file outside RocksDB and the log that says how far durability had come. At
// start, less than it says is a loss and Postern refuses to serve. Log thread; start and shutdown.
//
//   file   := slot slot                  8,192 bytes, written alternately
//   slot   := magic(u32) epoch(u32) turn(u64) durable(u64) written_us(i64) sending_paused(u32)
//             checksum(u32) core_us(i64) checksum(u32) zero(4,044)
//
// The newer slot whose first checksum is right counts. An anchor of an earlier version has no
// core_us, and a wrong second checksum says just that.
//
// A slot's words lie in one sector, and the other slot is not touched: a torn write costs one turn.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "storage/errc.h"
#include "storage/keys.h"
#include "storage/log_file.h"

namespace postern::storage {

struct AnchorState {
    Sequence durable = 0;              // highest sequence known to be in the log
    std::uint32_t epoch = 0;           // of the last start
    std::uint32_t sending_paused = 0;  // 1 after a restore until an operator resumes
    std::int64_t written_us = 0;       // the wall clock's, as trusted
    std::int64_t core_us = 0;          // the core's own time of the newest rows; 0: not known
    bool operator==(const AnchorState&) const = default;
};

class Anchor final {
  public:
    /// A missing file (or one that was made and never written) is an empty state with `existed`
    /// false. Errc::corrupt: both slots are bad, or the file is not of its size.
    [[nodiscard]] static Result<std::unique_ptr<Anchor>> open(const std::string& path,
                                                              LogFileSystem& files,
                                                              std::string& problem);
    ~Anchor();
    [[nodiscard]] bool existed() const;
    [[nodiscard]] const AnchorState& state() const;
    /// Durable when it returns. Log thread, at most once a second; and at start and shutdown. The
    /// first write makes the file. An error is final, as one of the log.
    [[nodiscard]] Result<void> write(const AnchorState& state);

  private:
    struct Impl;
    explicit Anchor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace postern::storage
