// Where to begin (a cursor is proved first), then rows in order until the page is full.
#include "gateway/events/page.h"

#include <algorithm>
#include <limits>

namespace postern::events {
namespace {

using model::Sequence;
using runtime::Reader;

storage::RowKey end_of_rows() {
    return storage::keys::seq_row(std::numeric_limits<Sequence>::max());
}

std::uint64_t milliseconds(model::Instant moment) {
    return model::make_ulid(moment, 0, 0).milliseconds;
}

/// The first row at or after `from` whose head can be read; sequence 0 if there is none. Rows of
/// erased parts have no head any more and are passed over.
struct Found {
    Sequence sequence = 0;
    model::SeqHead head;
};
[[nodiscard]] storage::Result<Found> first_readable(Reader& reader, Sequence from) {
    Found found;
    const auto scanned =
        reader.scan(storage::keys::seq_row(from), end_of_rows(),
                    [&found](std::string_view key, const model::RecordPtr& record) {
                        const model::SeqHead* head = head_of(record);
                        if (head == nullptr) return true;
                        found = {storage::keys::trailing_u64(key), *head};
                        return false;
                    });
    if (!scanned) return scanned.error();
    return found;
}

/// The first row made at or after `since`. Rows are in order of time, so this halves the distance:
/// some forty short scans for any number of rows.
[[nodiscard]] storage::Result<Sequence> first_since(Reader& reader, model::Instant since) {
    Sequence low = 1, high = reader.applied() + 1;
    while (low < high) {
        const auto found = first_readable(reader, low);
        if (!found) return found.error();
        if (found->sequence == 0 || found->head.created >= since) return low;
        low = found->sequence + 1;
        if (low >= high) break;
        const Sequence middle = low + (high - low) / 2;
        const auto half = first_readable(reader, middle);
        if (!half) return half.error();
        if (half->sequence != 0 && half->head.created < since)
            low = half->sequence + 1;
        else
            high = middle;
    }
    return low;
}

[[nodiscard]] storage::Result<Cursor> latest(Reader& reader) {
    Cursor cursor;
    const auto scanned =
        reader.scan_back(storage::keys::seq_row(0), end_of_rows(),
                         [&cursor](std::string_view key, const model::RecordPtr& record) {
                             const model::SeqHead* head = head_of(record);
                             if (head == nullptr) return true;
                             cursor = make_cursor(head->created, head->epoch,
                                                  storage::keys::trailing_u64(key), sub_last);
                             return false;
                         });
    if (!scanned) return scanned.error();
    return cursor;
}

/// Whether the row that the cursor names is still there and is the one that made it.
[[nodiscard]] PageState prove(Reader& reader, const Cursor& cursor) {
    PageState state = PageState::expired;
    const auto scanned = reader.scan(
        storage::keys::seq_row(cursor.sequence), storage::keys::seq_row(cursor.sequence + 1),
        [&](std::string_view, const model::RecordPtr& record) {
            const model::SeqHead* head = head_of(record);
            // An erased row proves nothing; it is there, which is all that can be asked.
            const bool ours = head == nullptr ||
                              // An id has 24 bits of the epoch (model/ids.h).
                              ((head->epoch & 0xFFFFFF) == cursor.epoch &&
                               milliseconds(head->created) == cursor.milliseconds);
            if (ours) state = PageState::ok;
            return false;
        });
    return scanned ? state : PageState::failed;
}

/// Sets where to read from: the first sequence, and the place in it that was seen already.
[[nodiscard]] PageState find_start(Reader& reader, const PageRequest& request, Page& page,
                                   Sequence& first) {
    const bool from_cursor = request.from == From::cursor && request.after.sequence != 0;
    if (!from_cursor) {
        const auto oldest = first_since(reader, request.kept_since);
        if (!oldest) return PageState::failed;
        first = *oldest;
        return PageState::ok;
    }
    if (request.after.milliseconds < milliseconds(request.kept_since)) return PageState::expired;
    if (request.after.sequence > page.applied) return PageState::expired;
    const PageState proof = prove(reader, request.after);
    if (proof != PageState::ok) return proof;
    first = request.after.sequence;
    page.next = request.after;
    return PageState::ok;
}

/// Fills a page row by row.
class Filler final {
  public:
    Filler(const PageRequest& request, const AccountTable& accounts, Page& page)
        : request_(request), accounts_(accounts), page_(page) {}

    /// False when the page is full.
    [[nodiscard]] bool add(Sequence sequence, const model::RecordPtr& record) {
        rendered_.clear();
        render(record, sequence, accounts_, request_.filter, rendered_);
        for (Event& event : rendered_) {
            if (event.cursor.place() <= page_.next.place()) continue;
            if (page_.events.size() >= request_.limit || bytes_ >= page_bytes_max) return full();
            bytes_ += event.json.size();
            page_.next = event.cursor;
            page_.events.push_back(std::move(event));
        }
        const model::SeqHead* head = head_of(record);
        if (head != nullptr) {
            page_.next = make_cursor(head->created, head->epoch, sequence, sub_last);
        } else {
            // Nothing is known of the row but its place: the time is that of what came before.
            const std::uint64_t since = milliseconds(request_.kept_since);
            page_.next = {std::max(page_.next.milliseconds, since), 0, sequence, sub_last};
        }
        return ++rows_ < page_rows_max || full();
    }

  private:
    bool full() {
        page_.more = true;
        return false;
    }

    const PageRequest& request_;
    const AccountTable& accounts_;
    Page& page_;
    std::vector<Event> rendered_;
    std::size_t rows_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace

Page read_page(Reader& reader, const PageRequest& request, const AccountTable& accounts) {
    Page page;
    page.applied = reader.applied();
    if (request.from == From::latest) {
        const auto cursor = latest(reader);
        if (cursor)
            page.next = *cursor;
        else
            page.state = PageState::failed;
        return page;
    }
    Sequence first = 0;
    page.state = find_start(reader, request, page, first);
    if (page.state != PageState::ok) return page;
    Filler filler(request, accounts, page);
    const auto scanned =
        reader.scan(storage::keys::seq_row(first), end_of_rows(),
                    [&filler](std::string_view key, const model::RecordPtr& record) {
                        return filler.add(storage::keys::trailing_u64(key), record);
                    });
    if (!scanned) page.state = PageState::failed;
    return page;
}

}  // namespace postern::events
