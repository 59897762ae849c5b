// Reads one page of events from a place in the history. A plain function over a Reader: query
// threads run it for streams and long polls, tests run it over a table of rows.
#pragma once

#include <vector>

#include "gateway/events/account_table.h"
#include "gateway/events/cursor.h"
#include "gateway/events/filter.h"
#include "gateway/events/render.h"
#include "gateway/runtime/reader.h"

namespace postern::events {

/// A page ends at whichever comes first: events, bytes of JSON, or rows looked at.
inline constexpr std::size_t page_bytes_max = 512 * 1024;
inline constexpr std::size_t page_rows_max = 5'000;

enum class From : std::uint8_t {
    oldest,  // the oldest event that is kept
    latest,  // nothing that is there already
    cursor,  // what follows `after`
};

struct PageRequest {
    From from = From::oldest;
    Cursor after;
    EventFilter filter;
    std::size_t limit = 100;
    model::Instant kept_since{};  // events older than this are no longer served
};

enum class PageState : std::uint8_t {
    ok,
    expired,  // the cursor is older than what is kept, or of another history
    failed,   // the storage could not be read
};

struct Page {
    PageState state = PageState::ok;
    std::vector<Event> events;
    Cursor next;  // where the following page begins; moves over events that were filtered out, too
    bool more = false;            // stopped by a limit: ask again at once
    model::Sequence applied = 0;  // everything up to here was there to be read
};

[[nodiscard]] Page read_page(runtime::Reader& reader, const PageRequest& request,
                             const AccountTable& accounts);

}  // namespace postern::events
