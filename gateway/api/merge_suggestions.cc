// Contacts that may be one person, as messages revealed them. Nothing here merges anybody: a
// suggestion is looked at, and dismissed where it is wrong.
#include <limits>

#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/api/suggestion_rows.h"
#include "gateway/contacts/suggestion.h"

namespace postern::api {
namespace {

constexpr char all_letter = 'w';
constexpr char contact_letter = 'y';
constexpr auto last_place = std::numeric_limits<model::Sequence>::max();

struct SuggestionQuery {
    PageQuery page;
    model::ContactId contact;  // empty: of all
    std::optional<model::SuggestionState> state;
};

std::optional<Problem> read_suggestion_query(const net::Request& request, SuggestionQuery& out) {
    const std::string contact = request.query_value("contact");
    const std::string state = request.query_value("state");
    if (!contact.empty() && !model::parse_id(contact, out.contact))
        return invalid_parameter("contact", "contact must be the id of a contact, con_….");
    model::SuggestionState wanted{};
    if (!state.empty() && !model::parse_suggestion_state(state, wanted))
        return invalid_parameter("state", "state must be open, dismissed or merged.");
    if (!state.empty()) out.state = wanted;
    return read_page_query(request, contact.empty() ? all_letter : contact_letter, out.page);
}

std::string suggestion_json(const model::SuggestionRow& row) {
    std::string out;
    model::JsonWriter json(out);
    contacts::write_suggestion(json, row);
    return out;
}

/// Newest first, each through its id.
Answer list_all(runtime::Reader& reader, const SuggestionQuery& query) {
    ListWriter list(all_letter);
    std::uint64_t next = 0, last = 0;
    std::size_t rows = 0;
    storage::Result<void> read;
    const std::uint64_t end = query.page.after != 0 ? query.page.after : last_place;
    const auto scanned = reader.scan_back(
        storage::keys::suggestion_pair(0), storage::keys::suggestion_pair(end),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* pair = model::get_if<model::SuggestionPairRow>(record.get());
            const auto found = read_suggestion(reader, pair);
            if (!found) read = found.error();
            const auto* row = found ? as_suggestion(*found) : nullptr;
            const bool fits = row != nullptr && (!query.state || row->state == *query.state);
            if (!found || (fits && list.count() == query.page.limit) || rows++ == page_rows_max) {
                next = last;
                return false;
            }
            last = storage::keys::trailing_u64(key);
            if (fits) contacts::write_suggestion(list.item(), *row);
            return true;
        });
    if (!scanned || !read) return storage_unreadable();
    return list.finish(next);
}

/// By the other contact, the youngest first.
Answer list_of_contact(runtime::Reader& reader, const SuggestionQuery& query) {
    const auto contact = read_contact(reader, query.contact);
    if (!contact) return storage_unreadable();
    ListWriter list(contact_letter);
    if (*contact == nullptr) return list.finish(0);
    std::uint64_t next = 0, last = 0;
    std::size_t rows = 0;
    const model::Part part = query.contact.sequence();
    const std::uint64_t end = query.page.after != 0 ? query.page.after : last_place;
    const auto scanned = reader.scan_back(
        storage::keys::suggestion(part, 0), storage::keys::suggestion(part, end),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* row = as_suggestion(record);
            const bool fits = row != nullptr && (!query.state || row->state == *query.state);
            if ((fits && list.count() == query.page.limit) || rows++ == page_rows_max) {
                next = last;
                return false;
            }
            last = storage::keys::trailing_u64(key);
            if (fits) contacts::write_suggestion(list.item(), *row);
            return true;
        });
    if (!scanned) return storage_unreadable();
    return list.finish(next);
}

}  // namespace

void list_merge_suggestions(const CallPtr& call) {
    SuggestionQuery query;
    if (const auto problem = read_suggestion_query(call->request(), query))
        return call->fail(*problem);
    call->query([query](runtime::Reader& reader) {
        return query.contact.empty() ? list_all(reader, query) : list_of_contact(reader, query);
    });
}

void get_merge_suggestion(const CallPtr& call) {
    model::SuggestionId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("merge suggestion"));
    call->query([id](runtime::Reader& reader) -> Answer {
        const auto found = find_suggestion(reader, id);
        if (!found) return storage_unreadable();
        const auto* row = as_suggestion(*found);
        if (row == nullptr) return not_found("merge suggestion");
        return suggestion_json(*row);
    });
}

void dismiss_merge_suggestion(const CallPtr& call) {
    model::SuggestionId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("merge suggestion"));
    using Found = storage::Result<model::RecordPtr>;
    call->read<Found>(
        [id](runtime::Reader& reader) { return find_suggestion(reader, id); },
        [call, id](Found& found) {
            if (!found) return call->fail(storage_unreadable());
            if (as_suggestion(*found) == nullptr) return call->fail(not_found("merge suggestion"));
            call->change(
                core::DismissSuggestion{id.sequence()}, "merge suggestion",
                [call](const core::Reply& reply) {
                    const auto* row = as_suggestion(reply.record);
                    if (reply.code == core::ReplyCode::done && row != nullptr)
                        return call->ok(suggestion_json(*row));
                    call->fail({409, "already_merged", "These contacts are one already.", {}, {}});
                });
        });
}

}  // namespace postern::api
