// The number of the stored layout, and what is done with a folder of another one. Standard library
// only; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::storage {

/// Of the layout in keys.h and records.proto. Raised with each change that an older version would
/// misread. A folder of an older one is opened and takes the new number at once, so that no older
/// version misreads what is written from then on; its rows stay as they are, each with the schema
/// that it was written in (gateway/codec), until something writes them again.
inline constexpr std::uint64_t schema_version = 1;

/// What the folder says of itself.
struct StoredSchema {
    std::optional<std::uint64_t> version;  // none: the row is absent or no number
    std::string families;                  // "seq=1,hot=2,…"
};

enum class SchemaAge : std::uint8_t { current, older, newer, damaged };

/// `families`: the table of the version that asks, `version` its schema. Older is a folder whose
/// families are the first of ours: a new family goes to the end, none changes its number.
[[nodiscard]] SchemaAge age_of(const StoredSchema& stored, std::uint64_t version,
                               std::string_view families);

}  // namespace postern::storage
