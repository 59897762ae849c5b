// Two contacts that may be one person: what they share, and what became of the suggestion to merge
// them. Written by the core with the message that revealed it. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/inbound.h"
#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::model {

using SuggestionId = Id<'s', 'u', 'g'>;

enum class SuggestionState : std::uint8_t { open, dismissed, merged };
[[nodiscard]] std::string_view to_string(SuggestionState state);
[[nodiscard]] bool parse_suggestion_state(std::string_view word, SuggestionState& out);

/// A number or a mail address that both have.
struct SharedKey {
    adapters::PersonKey kind = adapters::PersonKey::phone;
    std::string value;
    bool verified = false;   // of both: they write from it, or their provider vouches for it
    bool dismissed = false;  // a person said that it means nothing: it is not suggested again
    bool operator==(const SharedKey&) const = default;
};

/// A contact with its half of the id.
struct SuggestedContact {
    Sequence part = 0;
    Instant created{};
    std::uint32_t epoch = 0;
    bool operator==(const SuggestedContact&) const = default;
};

/// At most one of any two contacts, for ever: a further key that they share joins it, and opens it
/// again if it was dismissed.
struct SuggestionRow {
    Sequence id = 0;
    Instant created{};
    std::uint32_t epoch = 0;
    Instant updated{};
    SuggestionState state = SuggestionState::open;
    std::array<SuggestedContact, 2> contacts;  // the older one first
    std::vector<SharedKey> keys;               // at most shared_keys_max
    bool same_name = false;                    // they were called the same
    bool operator==(const SuggestionRow&) const = default;
};
inline constexpr std::size_t shared_keys_max = 16;

/// Of which two contacts the suggestion of an id is.
struct SuggestionPairRow {
    Sequence first = 0;
    Sequence second = 0;
    bool operator==(const SuggestionPairRow&) const = default;
};

}  // namespace postern::model
