// Messages: one by its id, or a list, newest first, of one contact or of all.
#include <limits>

#include "gateway/api/call.h"
#include "gateway/api/chain.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'm';

struct MessageQuery {
    PageQuery page;  // sequences
    model::ContactId contact;
    bool of_contact = false;
    events::EventFilter account;
    std::string external_id;
    model::Instant after{};   // made at or after
    model::Instant before{};  // made before; the epoch: no end
    bool none = false;        // a state or direction that no message has
};

[[nodiscard]] std::optional<Problem> read_time(const net::Request& request, std::string_view name,
                                               model::Instant& out) {
    const std::string text = request.query_value(name);
    if (text.empty() || model::parse_time(text, out)) return std::nullopt;
    return invalid_parameter(name, std::string(name) + " must be an RFC 3339 time.");
}

[[nodiscard]] std::optional<Problem> read_message_query(const net::Request& request,
                                                        const events::AccountTable& accounts,
                                                        MessageQuery& out) {
    if (auto problem = read_page_query(request, list_letter, out.page)) return problem;
    if (auto problem = read_time(request, "created_after", out.after)) return problem;
    if (auto problem = read_time(request, "created_before", out.before)) return problem;
    const std::string contact = request.query_value("contact");
    out.of_contact = !contact.empty();
    if (out.of_contact && !model::parse_id(contact, out.contact)) {
        return invalid_parameter("contact", "contact must be the id of a contact.");
    }
    const std::string account = request.query_value("account");
    if (!account.empty()) {
        const model::AccountRow* row = accounts.find(account);
        out.account.account = row != nullptr ? row->number : 0;
        out.account.no_account = row == nullptr;
    }
    out.external_id = request.query_value("external_id");
    const std::string state = request.query_value("state");
    const std::string direction = request.query_value("direction");
    out.none =
        (!state.empty() && state != "received") || (!direction.empty() && direction != "inbound");
    return std::nullopt;
}

/// Takes rows from the newest back, keeps those that fit, and knows where the next page begins.
class Collector final {
  public:
    Collector(const MessageQuery& query, const events::AccountTable& accounts)
        : query_(query), accounts_(accounts) {}

    /// False when the page is full or nothing older can fit.
    [[nodiscard]] bool take(model::Sequence sequence, const model::RecordPtr& record) {
        const model::SeqHead* head = events::head_of(record);
        if (head != nullptr && head->created < query_.after) return false;
        const model::MessageRow* row = fitting(record);
        if ((row != nullptr && list_.count() == query_.page.limit) || rows_++ == page_rows_max) {
            next_ = last_;
            return false;
        }
        last_ = sequence;
        if (row != nullptr) events::write_message(list_.item(), *row, sequence, accounts_);
        return true;
    }
    [[nodiscard]] std::string finish() { return list_.finish(next_); }

  private:
    [[nodiscard]] const model::MessageRow* fitting(const model::RecordPtr& record) const {
        if (record == nullptr || query_.none) return nullptr;
        const auto* row = std::get_if<model::MessageRow>(record.get());
        if (row == nullptr || !query_.account.wants_account(row->head.account)) return nullptr;
        if (!query_.external_id.empty() && row->message.external_id != query_.external_id)
            return nullptr;
        const bool late = query_.before != model::Instant{} && row->head.created >= query_.before;
        return late ? nullptr : row;
    }

    const MessageQuery& query_;
    const events::AccountTable& accounts_;
    ListWriter list_{list_letter};
    std::uint64_t next_ = 0;
    std::uint64_t last_ = 0;
    std::size_t rows_ = 0;
};

Answer list_of_contact(runtime::Reader& reader, const MessageQuery& query,
                       const events::AccountTable& accounts) {
    const auto contact = read_contact(reader, query.contact);
    if (!contact) return storage_unreadable();
    if (*contact == nullptr) return not_found("contact");
    const model::Part part = query.contact.sequence();
    const auto head = chain_head(reader, part);
    if (!head) return storage_unreadable();
    Collector collector(query, accounts);
    // The row where the last page ended is only the way to the one before it.
    const model::Sequence skip = query.page.after;
    const auto walked = walk_chain(reader, part, skip != 0 ? skip : *head,
                                   [&](model::Sequence at, const model::RecordPtr& record) {
                                       return at == skip || collector.take(at, record);
                                   });
    if (!walked) return storage_unreadable();
    return collector.finish();
}

Answer list_all(runtime::Reader& reader, const MessageQuery& query,
                const events::AccountTable& accounts) {
    Collector collector(query, accounts);
    const std::uint64_t end =
        query.page.after != 0 ? query.page.after : std::numeric_limits<model::Sequence>::max();
    const auto scanned =
        reader.scan_back(storage::keys::seq_row(0), storage::keys::seq_row(end),
                         [&](std::string_view key, const model::RecordPtr& record) {
                             return collector.take(storage::keys::trailing_u64(key), record);
                         });
    if (!scanned) return storage_unreadable();
    return collector.finish();
}

}  // namespace

void list_messages(const CallPtr& call) {
    const auto accounts = call->context().accounts.load();
    MessageQuery query;
    if (const auto problem = read_message_query(call->request(), *accounts, query)) {
        return call->fail(*problem);
    }
    call->query([query, accounts](runtime::Reader& reader) {
        return query.of_contact ? list_of_contact(reader, query, *accounts)
                                : list_all(reader, query, *accounts);
    });
}

void get_message(const CallPtr& call) {
    model::MessageId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("message"));
    const auto accounts = call->context().accounts.load();
    call->query([id, accounts](runtime::Reader& reader) -> Answer {
        const auto record = reader.get(storage::keys::seq_row(id.sequence()));
        if (!record) return storage_unreadable();
        const auto* row =
            *record != nullptr ? std::get_if<model::MessageRow>(record->get()) : nullptr;
        if (row == nullptr || events::message_id(row->head, id.sequence()) != to_string(id)) {
            return not_found("message");
        }
        std::string out;
        model::JsonWriter json(out);
        events::write_message(json, *row, id.sequence(), *accounts);
        return out;
    });
}

}  // namespace postern::api
