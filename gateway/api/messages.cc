// Messages of both directions: one by its id, or a list, newest first, of one contact or of all;
// and those that ended without reaching anybody.
#include <limits>

#include "gateway/api/call.h"
#include "gateway/api/chain.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/message_query.h"
#include "gateway/api/resources.h"
#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'm';
constexpr char dead_letter = 'd';

/// Takes rows from the newest back, keeps those that fit, and knows where the next page begins.
class Collector final {
  public:
    Collector(runtime::Reader& reader, const MessageQuery& query, char list,
              const events::AccountTable& accounts)
        : reader_(reader), query_(query), accounts_(accounts), list_(list) {}

    /// False when the page is full, nothing older can fit, or a row could not be read.
    [[nodiscard]] bool take(model::Sequence sequence, const model::RecordPtr& record) {
        const model::SeqHead* head = events::head_of(record);
        if (head != nullptr && head->created < query_.after) return false;
        const bool fitting = fit(sequence, record);
        if (failed_) return false;
        if ((fitting && list_.count() == query_.page.limit) || rows_++ == page_rows_max) {
            next_ = last_;
            return false;
        }
        last_ = sequence;
        if (fitting) write(sequence, *record);
        return true;
    }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] std::string finish() { return list_.finish(next_); }

  private:
    [[nodiscard]] bool fit(model::Sequence sequence, const model::RecordPtr& record) {
        if (record == nullptr) return false;
        if (const auto* in = model::get_if<model::MessageRow>(record.get()))
            return fits(query_, *in);
        const auto* out = model::get_if<model::OutboundRow>(record.get());
        if (out == nullptr || !fits(query_, *out, sequence)) return false;
        auto life = read_life(reader_, sequence, changes_shown_max);
        failed_ = !life;
        if (failed_) return false;
        life_ = std::move(*life);
        return fits(query_, *out, life_);
    }

    void write(model::Sequence sequence, const model::Record& record) {
        if (const auto* in = model::get_if<model::MessageRow>(&record))
            return events::write_message(list_.item(), *in, sequence, accounts_);
        const auto& out = model::get<model::OutboundRow>(record);
        events::write_message(list_.item(), out, sequence, standing_of(out, life_), accounts_);
    }

    runtime::Reader& reader_;
    const MessageQuery& query_;
    const events::AccountTable& accounts_;
    ListWriter list_;
    OutboundLife life_;  // of the row at hand
    bool failed_ = false;
    std::uint64_t next_ = 0;
    std::uint64_t last_ = 0;
    std::size_t rows_ = 0;
};

Answer list_of_contact(runtime::Reader& reader, const MessageQuery& query, Collector& collector) {
    const auto contact = read_contact(reader, query.contact);
    if (!contact) return storage_unreadable();
    if (*contact == nullptr) return not_found("contact");
    const model::Part part = query.contact.sequence();
    const auto head = chain_head(reader, part);
    if (!head) return storage_unreadable();
    // The row where the last page ended is only the way to the one before it.
    const model::Sequence skip = query.page.after;
    const auto walked = walk_chain(reader, part, skip != 0 ? skip : *head,
                                   [&](model::Sequence at, const model::RecordPtr& record) {
                                       return at == skip || collector.take(at, record);
                                   });
    if (!walked || collector.failed()) return storage_unreadable();
    return collector.finish();
}

Answer list_all(runtime::Reader& reader, const MessageQuery& query, Collector& collector) {
    const std::uint64_t end =
        query.page.after != 0 ? query.page.after : std::numeric_limits<model::Sequence>::max();
    const auto scanned =
        reader.scan_back(storage::keys::seq_row(0), storage::keys::seq_row(end),
                         [&](std::string_view key, const model::RecordPtr& record) {
                             return collector.take(storage::keys::trailing_u64(key), record);
                         });
    if (!scanned || collector.failed()) return storage_unreadable();
    return collector.finish();
}

void list(const CallPtr& call, char letter, bool dead) {
    const auto accounts = call->context().accounts.load();
    MessageQuery query;
    if (const auto problem = read_message_query(call->request(), letter, *accounts, query)) {
        return call->fail(*problem);
    }
    query.dead = dead;
    call->query([query = std::move(query), letter, accounts](runtime::Reader& reader) -> Answer {
        MessageQuery found = query;
        if (!find_external(reader, *accounts, found)) return storage_unreadable();
        Collector collector(reader, found, letter, *accounts);
        return found.of_contact ? list_of_contact(reader, found, collector)
                                : list_all(reader, found, collector);
    });
}

}  // namespace

void list_messages(const CallPtr& call) {
    list(call, list_letter, false);
}

void list_dead_letters(const CallPtr& call) {
    list(call, dead_letter, true);
}

void get_message(const CallPtr& call) {
    model::MessageId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("message"));
    const auto accounts = call->context().accounts.load();
    call->query([id, accounts](runtime::Reader& reader) -> Answer {
        const auto record = read_message(reader, id);
        if (!record) return storage_unreadable();
        if (*record == nullptr) return not_found("message");
        auto json = message_json(reader, **record, id.sequence(), *accounts);
        if (!json) return storage_unreadable();
        return std::move(*json);
    });
}

}  // namespace postern::api
