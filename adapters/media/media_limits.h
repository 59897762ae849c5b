// How large a medium each channel takes, by kind and type: a larger one would be refused by the
// provider after it was accepted here. Sources and dates: the channels' READMEs. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "adapters/model/outbound.h"

namespace postern::adapters {

/// What is sent, and how. `rules` is a channel, or SendTraits::media_rules.
struct MediaCase {
    std::string_view rules;
    MediaKind kind = MediaKind::document;
    std::string_view mime{};  // of the file
    bool by_bytes = false;    // else the provider fetches it, for which it may have other limits
};

/// Bytes; 0: no limit is named.
[[nodiscard]] std::uint64_t media_bytes_max(const MediaCase& medium);

/// Empty: files of this type are taken as such a medium; else, in words, what is taken.
[[nodiscard]] std::string_view media_types(const MediaCase& medium);

/// Whether a file of this type can be such a medium ("image" of "image/png"); documents are of any
/// type.
[[nodiscard]] bool kind_takes(MediaKind kind, std::string_view mime);

}  // namespace postern::adapters
