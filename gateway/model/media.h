// Media that Postern keeps: uploads, and attachments of inbound messages once they were fetched.
// The bytes lie in files (gateway/media), named and sealed by their hash; these rows say what they
// are.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::model {

using UploadId = Id<'u', 'p', 'l'>;
/// Of the event that the attachment came with; its place stands behind: "att_….0".
using AttachmentId = Id<'a', 't', 't'>;

using Sha256 = std::array<std::uint8_t, 32>;

struct MediaRow {
    Sequence id = 0;  // of an upload; 0: an attachment
    Instant created{};
    std::uint32_t epoch = 0;
    Sequence event = 0;       // of an attachment: the row of its message
    std::uint32_t place = 0;  // … and which of its attachments, from 0
    Sha256 sha256{};
    std::uint64_t size = 0;  // bytes
    std::string mime;
    std::string filename;  // may be empty
    Instant deleted{};     // by a person; the epoch: not. Kept while a message needs it
    bool operator==(const MediaRow&) const = default;
};

/// A message that needs an upload until it has ended. The key says which.
struct MediaUseRow {
    Sequence message = 0;
    bool operator==(const MediaUseRow&) const = default;
};

}  // namespace postern::model
