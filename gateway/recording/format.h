// What a recording holds: everything that entered the core, in order, and a hash of what left it.
//
//   file  := magic(8) frame*
//   frame := size(u32 LE) envelope        sealed as storage/seal.h says, with a key of its own;
//                                         the associated row key holds the frame's number
//   clear := entry*                       the first entry is the start
//   entry := kind(u8) fields              recording/fields.h
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/core.h"
#include "storage/seal.h"

namespace postern::recording {

inline constexpr std::string_view magic = "PSTNREC1";
inline constexpr std::string_view key_label = "postern v1 recording";
inline constexpr std::uint32_t frame_bytes_max = 64u << 20;

using Hash = std::array<std::uint8_t, 32>;  // SHA-256

enum class Entry : std::uint8_t { start, loaded, applied, ran_due, gave_up, closed, floor };

/// Two programs whose values differ in their fields cannot read each other's recordings: the
/// version is compared first.
struct Start {
    std::string version;  // of the program
    Hash configuration{};
    Hash time_zones{};
    core::CoreOptions options;
    core::SmallTables tables;
};

/// The row key that ties a frame to its place.
[[nodiscard]] storage::RowKey frame_key(std::uint64_t number);

}  // namespace postern::recording
