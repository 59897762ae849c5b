// Ids: a prefix and a ULID. The ULID is not random: 48 bits of milliseconds, 24 bits of the epoch
// (one a start), 56 bits of the sequence, so an id leads straight to its row without an index, ids
// sort by time, and a restored box never makes an id twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/model/time.h"

namespace postern::model {

using Sequence = std::uint64_t;

struct Ulid {
    std::uint64_t milliseconds = 0;  // 48 bits
    std::uint32_t epoch = 0;         // 24 bits
    Sequence sequence = 0;           // 56 bits
    bool operator==(const Ulid&) const = default;
};

/// One type a prefix, so that a contact's id is never taken for a message's.
template <char A, char B, char C>
struct Id {
    Ulid ulid;
    bool operator==(const Id&) const = default;
    [[nodiscard]] Sequence sequence() const { return ulid.sequence; }
    [[nodiscard]] bool empty() const { return ulid.sequence == 0; }
};

using MessageId = Id<'m', 's', 'g'>;
using ContactId = Id<'c', 'o', 'n'>;
using ConversationId = Id<'c', 'n', 'v'>;
using EventId = Id<'e', 'v', 't'>;
using KeyId = Id<'k', 'e', 'y'>;
using QuarantineId = Id<'q', 'r', 't'>;

[[nodiscard]] Ulid make_ulid(Instant created, std::uint32_t epoch, Sequence sequence);
/// 26 characters of Crockford's base 32.
void append_ulid(const Ulid& ulid, std::string& out);
[[nodiscard]] bool parse_ulid(std::string_view text, Ulid& out);

template <char A, char B, char C>
[[nodiscard]] std::string to_string(const Id<A, B, C>& id) {
    std::string out{A, B, C, '_'};
    append_ulid(id.ulid, out);
    return out;
}

/// False if the prefix is another or the rest is not a ULID.
template <char A, char B, char C>
[[nodiscard]] bool parse_id(std::string_view text, Id<A, B, C>& out) {
    return text.size() == 30 && text[0] == A && text[1] == B && text[2] == C && text[3] == '_' &&
           parse_ulid(text.substr(4), out.ulid);
}

}  // namespace postern::model
