// The folder of media in a backup and out of it. Its files never change and prove themselves when
// they are read (gateway/media/sealed_file.h), so the manifest does not list them: what matters is
// that they are there. Blocking and long: operator threads only.
#pragma once

#include <string>

#include "storage/errc.h"

namespace postern::storage {

/// Brings every finished file of `from` to `to`, on the disk when it returns; what is there already
/// stays. `link`: hard links where both are on one file system. A missing `from` is nothing to do;
/// a file that goes meanwhile was needed by nobody.
[[nodiscard]] Result<void> bring_media(const std::string& from, const std::string& to, bool link,
                                       std::string& problem);

}  // namespace postern::storage
