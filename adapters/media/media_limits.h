// How large a medium each channel takes, by kind: a larger one would be refused by the
// provider after it was accepted here. Sources and dates: the channels' READMEs. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "adapters/model/outbound.h"

namespace postern::adapters {

/// Bytes; 0: the channel names no limit.
[[nodiscard]] std::uint64_t media_bytes_max(std::string_view channel, MediaKind kind);

/// Empty: the channel takes files of this type as such a medium; else, in words, what it takes.
[[nodiscard]] std::string_view media_types(std::string_view channel, MediaKind kind,
                                           std::string_view mime);

/// Whether a file of this type can be such a medium ("image" of "image/png"); documents are of any
/// type.
[[nodiscard]] bool kind_takes(MediaKind kind, std::string_view mime);

}  // namespace postern::adapters
