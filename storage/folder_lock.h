// One process at a time uses a storage folder: a lock that the kernel drops when the process ends,
// however it ends. Start-up thread.
#pragma once

#include <memory>
#include <string>

#include "storage/errc.h"
#include "storage/posix_file.h"

namespace postern::storage {

/// Held for as long as this lives.
class FolderLock final {
  public:
    /// Makes the file if needed. Errc::locked: `problem` names the process that has it.
    [[nodiscard]] static Result<std::unique_ptr<FolderLock>> take(const std::string& path,
                                                                  std::string& problem);

  private:
    explicit FolderLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

}  // namespace postern::storage
