// Everything of one contact in time order, on every channel: the events of its chain of rows.
#include <deque>

#include "gateway/api/call.h"
#include "gateway/api/chain.h"
#include "gateway/api/contact_json.h"
#include "gateway/api/outbound_life.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

constexpr char newest_letter = 't';
constexpr char oldest_letter = 'o';
/// Oldest first has to walk the chain to its end before it can begin.
constexpr std::size_t walk_rows_max = 50'000;

struct TimelineQuery {
    model::ContactId contact;
    PageQuery page;  // places of events (events/cursor.h)
    bool oldest_first = false;
    events::EventFilter filter;
};

using Entries = std::vector<events::Event>;

/// A message that goes out stands where it was accepted, as it is now, with its changes below it:
/// they have places of their own among events, not in a person's chain.
void write_told(model::JsonWriter& json, const model::OutboundRow& row, model::Sequence at,
                const OutboundLife& life, const events::AccountTable& accounts) {
    const events::OutboundStanding standing = standing_of(row, life);
    json.begin_object().member("message_id", events::message_id(row.head, at));
    json.member_or_null("external_id", standing.external_id);
    json.member("state", to_string(standing.state)).key("error");
    events::write_error(json, standing.error);
    json.key("provider_time").null().key("message");
    events::write_message(json, row, at, standing, accounts);
    json.key("changes").begin_array();
    for (std::size_t i = life.changes.size(); i > 0; --i) {
        json.begin_object().member("at", life.change(i - 1).head.created).key("data");
        events::write_change(json, life.change(i - 1));
        json.end_object();
    }
    json.end_array().end_object();
}

Entries entries_of(runtime::Reader& reader, const model::RecordPtr& record, model::Sequence at,
                   const TimelineQuery& query, const events::AccountTable& accounts) {
    Entries entries;
    const auto* row = record != nullptr ? model::get_if<model::OutboundRow>(record.get()) : nullptr;
    const auto life = row != nullptr && !row->routes.empty()
                          ? read_life(reader, at, changes_shown_max)
                          : storage::Result<OutboundLife>(OutboundLife{});
    if (row == nullptr || row->routes.empty() || !life || life->state == nullptr) {
        events::render(record, at, accounts, query.filter, entries);
        return entries;
    }
    events::render_outbound(
        *row, at, accounts, query.filter,
        [&](model::JsonWriter& json) { write_told(json, *row, at, *life, accounts); }, entries);
    return entries;
}

Answer newest_first(runtime::Reader& reader, const TimelineQuery& query,
                    const events::AccountTable& accounts) {
    const model::Part part = query.contact.sequence();
    const auto head = chain_head(reader, part);
    if (!head) return storage_unreadable();
    ListWriter list(newest_letter);
    std::uint64_t next = 0, last = query.page.after;
    std::size_t rows = 0;
    const model::Sequence from = last != 0 ? last / events::subs_per_row : *head;
    const auto walked =
        walk_chain(reader, part, from, [&](auto at, const model::RecordPtr& record) {
            Entries entries = entries_of(reader, record, at, query, accounts);
            for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
                if (query.page.after != 0 && it->cursor.place() >= query.page.after) continue;
                if (list.count() == query.page.limit) {
                    next = last;
                    return false;
                }
                list.item().raw(it->json);
                last = it->cursor.place();
            }
            if (++rows < page_rows_max) return true;
            next = at * events::subs_per_row;
            return false;
        });
    if (!walked) return storage_unreadable();
    return list.finish(next);
}

Answer oldest_first(runtime::Reader& reader, const TimelineQuery& query,
                    const events::AccountTable& accounts) {
    const model::Part part = query.contact.sequence();
    const auto head = chain_head(reader, part);
    if (!head) return storage_unreadable();
    // The walk meets the newest first: only the last rows that it met are the page.
    std::deque<std::pair<model::Sequence, Entries>> page;
    std::size_t entries_kept = 0, rows = 0;
    const auto walked =
        walk_chain(reader, part, *head, [&](auto at, const model::RecordPtr& record) {
            if (at * events::subs_per_row + events::sub_last <= query.page.after) return false;
            if (++rows > walk_rows_max) return false;
            Entries entries = entries_of(reader, record, at, query, accounts);
            std::erase_if(entries,
                          [&](const auto& e) { return e.cursor.place() <= query.page.after; });
            entries_kept += entries.size();
            page.emplace_front(at, std::move(entries));
            while (page.size() > 1 && entries_kept - page.back().second.size() > query.page.limit) {
                entries_kept -= page.back().second.size();
                page.pop_back();
            }
            return true;
        });
    if (!walked) return storage_unreadable();
    if (rows > walk_rows_max) {
        return Problem{
            422, "timeline_too_long", "Read this timeline newest first: it is too long.", {}, {}};
    }
    ListWriter list(oldest_letter);
    std::uint64_t last = 0;
    for (const auto& [at, entries] : page) {
        for (const events::Event& entry : entries) {
            if (list.count() == query.page.limit) return list.finish(last);
            list.item().raw(entry.json);
            last = entry.cursor.place();
        }
    }
    return list.finish(0);
}

}  // namespace

void get_timeline(const CallPtr& call) {
    TimelineQuery query;
    if (!model::parse_id(call->parameter(), query.contact)) return call->fail(not_found("contact"));
    const std::string order = call->request().query_value("order");
    query.oldest_first = order == "asc";
    if (!order.empty() && order != "asc" && order != "desc") {
        return call->fail(invalid_parameter("order", "order must be asc or desc."));
    }
    const char letter = query.oldest_first ? oldest_letter : newest_letter;
    if (const auto problem = read_page_query(call->request(), letter, query.page)) {
        return call->fail(*problem);
    }
    query.filter.types = events::split_types(call->request().query_value("types"));
    const auto accounts = call->context().accounts.load();
    call->query([query, accounts](runtime::Reader& reader) -> Answer {
        const auto contact = read_contact(reader, query.contact);
        if (!contact) return storage_unreadable();
        if (*contact == nullptr) return not_found("contact");
        return query.oldest_first ? oldest_first(reader, query, *accounts)
                                  : newest_first(reader, query, *accounts);
    });
}

}  // namespace postern::api
