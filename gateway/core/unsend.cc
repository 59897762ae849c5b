// What is left of an erased row: who, when, its ids and its place, with content of the type
// `unsupported` and the provider type «deleted».
#include "gateway/core/unsend.h"

#include <algorithm>

#include "gateway/core/find_rows.h"
#include "gateway/core/seen.h"

namespace postern::core {
namespace {

/// Rows that one command looks at. It erases one, since the deletion has rows of its own.
constexpr int rows_at_once = 128;
/// Rows of files that go with it (rows_per_apply_max).
constexpr std::size_t files_at_once = 15;

bool takes_back(const ReceiveSignal& c) {
    return c.signal.kind == adapters::SignalKind::message_deleted && !c.signal.target.empty();
}

const model::SeqHead* head_of(const model::Record& record) {
    return model::visit(
        []<class Row>(const Row& row) -> const model::SeqHead* {
            if constexpr (requires { row.head; })
                return &row.head;
            else
                return nullptr;
        },
        record);
}

/// What the message itself is: theirs, or one that the business wrote elsewhere.
bool is_original(const model::Record& record, const ReceiveSignal& c) {
    if (const auto* row = model::get_if<model::MessageRow>(&record)) {
        return row->head.account == c.inbound.account &&
               row->message.external_id == c.signal.target;
    }
    const auto* row = model::get_if<model::SignalRow>(&record);
    return row && row->head.account == c.inbound.account &&
           row->signal.kind == adapters::SignalKind::message_echoed &&
           row->signal.target == c.signal.target;
}

bool is_edit(const model::Record& record, const ReceiveSignal& c) {
    const auto* row = model::get_if<model::SignalRow>(&record);
    return row && row->head.account == c.inbound.account &&
           row->signal.kind == adapters::SignalKind::message_edited &&
           row->signal.target == c.signal.target;
}

adapters::Content nothing_left() {
    adapters::Content content;
    content.type = adapters::ContentType::unsupported;
    content.provider_type = "deleted";
    return content;
}

/// How many attachments it had.
std::size_t strip(model::MessageRow& row) {
    const std::size_t attachments = row.message.attachments.size();
    row.message.content = nothing_left();
    row.message.attachments.clear();
    row.message.referral_json.clear();
    row.raw.clear();
    return attachments;
}

std::size_t strip(model::SignalRow& row) {
    constexpr std::string_view by_business = R"("by_business":true)";
    const std::size_t attachments = row.signal.attachments.size();
    const bool own = row.signal.details_json.find(by_business) != std::string::npos;
    row.signal.content = nothing_left();
    row.signal.attachments.clear();
    row.signal.details_json = own ? R"({"by_business":true})" : "";
    row.raw.clear();
    return attachments;
}

/// False: it was erased before. Files that no row names any more are swept from the disk; where a
/// row of a file is left over, the sweep finds that its message is erased.
template <class Row>
bool erase_row(Row row, model::Sequence at, model::Instant when, const Person& person,
               Writer& writer) {
    if (row.deleted != model::Instant{}) return false;
    row.deleted = when;
    const std::size_t files = std::min(strip(row), files_at_once);
    writer.keep(storage::keys::seq_row(at), std::move(row), Seal::part, person.part, person.key);
    for (std::size_t place = 0; place < files; ++place)
        writer.drop(storage::keys::media_attachment(at, static_cast<std::uint32_t>(place)));
    return true;
}

bool erase(const model::Record& record, model::Sequence at, model::Instant when,
           const Person& person, Writer& writer) {
    if (const auto* message = model::get_if<model::MessageRow>(&record))
        return erase_row(*message, at, when, person, writer);
    return erase_row(model::get<model::SignalRow>(record), at, when, person, writer);
}

}  // namespace

void plan_unsend(const ReceiveSignal& c, const Rows& rows, Missing& missing) {
    if (!takes_back(c)) return;
    const model::HotRow* hot = nullptr;
    for (const IdentityKey& id : c.inbound.identities) {
        const auto* row =
            find<model::IdentityRow>(storage::keys::identity(id.scope, id.blind), rows);
        if (!row) continue;
        hot = find<model::HotRow>(storage::keys::hot(row->part), rows);
        break;
    }
    if (!hot || in_ring(*hot, c.inbound)) return;
    // Who the person is takes two rounds the first time.
    const int rounds = c.go_on_at == 0 ? 2 : 4;
    model::Sequence at = c.go_on_at == 0 ? hot->last : c.go_on_at;
    for (int n = 0; n < rounds && at != 0; ++n) {
        const storage::RowKey key = storage::keys::seq_row(at);
        const Rows::Found found = rows.find(key);
        if (found.known == Rows::Known::no) return missing.push_back(key);
        const model::SeqHead* head = found.record ? head_of(*found.record) : nullptr;
        if (!head || is_original(*found.record, c)) return;
        at = head->previous;
    }
}

bool unsend(ReceiveSignal& c, const Person& person, const Rows& rows, Writer& writer) {
    if (!takes_back(c) || person.created) return false;
    const model::Instant told = c.signal.provider_time;
    const model::Instant when = told != model::Instant{} ? told : writer.now();
    model::Sequence at = c.go_on_at == 0 ? person.previous : c.go_on_at;
    const auto go_on = [&c](model::Sequence from) {
        c.go_on_at = from;
        return from != 0;
    };
    for (int n = 0; at != 0 && c.rows_seen < unsend_rows_max; ++n) {
        const storage::RowKey key = storage::keys::seq_row(at);
        const bool is_here = rows.find(key).known != Rows::Known::no;
        if (!is_here || n == rows_at_once) return go_on(at);
        const model::RecordPtr record = rows.share(key);
        const model::SeqHead* head = record ? head_of(*record) : nullptr;
        // Retention, or an erasure of the whole person, was here: what is older is gone, too.
        if (!head || head->part != person.part || head->previous >= at) return false;
        ++c.rows_seen;
        if (is_original(*record, c)) {
            (void)erase(*record, at, when, person, writer);
            return false;
        }
        if (is_edit(*record, c) && erase(*record, at, when, person, writer))
            return go_on(head->previous);
        at = head->previous;
    }
    return false;
}

}  // namespace postern::core
