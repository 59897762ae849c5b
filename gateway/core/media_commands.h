// Commands of media: the bytes are on the disk already, these make durable what they are. Plain
// values, moved across threads.
#pragma once

#include <vector>

#include "gateway/model/media.h"
#include "storage/keys.h"

namespace postern::core {

/// A new upload (no id: id, created and epoch are the core's), an upload that changed, or an
/// attachment that was fetched.
struct KeepMedia {
    model::MediaRow row;
    bool operator==(const KeepMedia&) const = default;
};

/// Rows of media and of their use that nobody needs any more; at most 60 a command.
struct DropMedia {
    std::vector<storage::RowKey> keys;
    bool operator==(const DropMedia&) const = default;
};

}  // namespace postern::core
