// A place in the history of events. An event's id is its own cursor: `evt_` and a ULID whose last
// 56 bits are sequence * 4 + sub, where sub is the event's place among those of its row:
//
//   0 contact.created   1 contact.updated   2 conversation.opened   3 what the row itself says
//
// Time and epoch of the row stand in the same ULID, so a cursor also proves which history it is
// from: after a restore the same sequence carries another epoch. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::events {

inline constexpr unsigned subs_per_row = 4;
inline constexpr unsigned sub_last = subs_per_row - 1;

struct Cursor {
    std::uint64_t milliseconds = 0;  // when the row was made
    std::uint32_t epoch = 0;         // 0: not known, only the place counts
    model::Sequence sequence = 0;    // 0: before the first event
    unsigned sub = 0;
    bool operator==(const Cursor&) const = default;

    /// Order of events; time and epoch have no part in it.
    [[nodiscard]] std::uint64_t place() const { return sequence * subs_per_row + sub; }
};

[[nodiscard]] Cursor make_cursor(model::Instant created, std::uint32_t epoch,
                                 model::Sequence sequence, unsigned sub);
[[nodiscard]] std::string format_cursor(const Cursor& cursor);
/// False if the text is no event id.
[[nodiscard]] bool parse_cursor(std::string_view text, Cursor& out);

}  // namespace postern::events
