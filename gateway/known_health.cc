// One walk over the newest rows.
#include "gateway/known_health.h"

#include <limits>

#include "gateway/events/render.h"

namespace postern {
namespace {

bool came_in(const model::Record& record) {
    const auto* event = model::get_if<model::OutboundEventRow>(&record);
    if (event != nullptr) return event->cause == "receipt";
    return model::holds<model::MessageRow>(record) || model::holds<model::StatusRow>(record) ||
           model::holds<model::SignalRow>(record);
}

bool was_accepted(const model::Record& record) {
    const auto* event = model::get_if<model::OutboundEventRow>(&record);
    return event != nullptr && event->cause == "answer" &&
           event->state == model::MessageState::sent;
}

/// True if it was not known yet.
bool note(model::Instant& known, model::Instant at) {
    if (known != model::Instant{}) return false;
    known = at;
    return true;
}

}  // namespace

std::map<model::AccountNumber, LastSeen> last_seen(runtime::Reader& reader,
                                                   const std::set<model::AccountNumber>& accounts,
                                                   std::size_t rows_max) {
    std::map<model::AccountNumber, LastSeen> found;
    std::size_t wanted = 2 * accounts.size(), rows = 0;
    if (wanted == 0) return found;
    // A disk that does not read is told of by those who must read; health stays unknown.
    (void)reader.scan_back(storage::keys::seq_row(0),
                           storage::keys::seq_row(std::numeric_limits<model::Sequence>::max()),
                           [&](std::string_view, const model::RecordPtr& record) {
                               const model::SeqHead* head = events::head_of(record);
                               if (head != nullptr && accounts.contains(head->account)) {
                                   LastSeen& seen = found[head->account];
                                   if (came_in(*record))
                                       wanted -= note(seen.inbound, head->created) ? 1 : 0;
                                   if (was_accepted(*record))
                                       wanted -= note(seen.outbound, head->created) ? 1 : 0;
                               }
                               return ++rows < rows_max && wanted > 0;
                           });
    return found;
}

}  // namespace postern
