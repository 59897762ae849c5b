// Who did what: every administrative change, newest first. The core writes a line with the change
// itself (core::Writer::audit); here they are read.
#include <limits>

#include "gateway/api/audit_query.h"
#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'u';

storage::RowKey end_of_rows() {
    return storage::keys::audit(std::numeric_limits<model::Sequence>::max());
}

void write_facts(model::JsonWriter& json, std::string_view name, const std::string& facts) {
    json.key(name);
    if (facts.empty())
        json.null();
    else
        json.raw(facts);
}

void write_line(model::JsonWriter& json, const model::AuditRow& row, model::Sequence sequence) {
    const model::AuditId id{model::make_ulid(row.created, row.epoch, sequence)};
    json.begin_object().member("id", to_string(id)).member("at", row.created);
    json.key("actor").begin_object().member("kind", to_string(row.actor));
    json.member_or_null("id", row.actor_id).member_or_null("name", row.actor_name).end_object();
    json.member("action", row.action).member_or_null("object", row.object);
    write_facts(json, "before", row.before_json);
    write_facts(json, "after", row.after_json);
    json.end_object();
}

Answer read_page(runtime::Reader& reader, const AuditQuery& query) {
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    std::size_t rows = 0;
    const storage::RowKey to =
        query.page.after != 0 ? storage::keys::audit(query.page.after) : end_of_rows();
    const auto scanned = reader.scan_back(
        storage::keys::audit(0), to, [&](std::string_view key, const model::RecordPtr& record) {
            const auto* row =
                record != nullptr ? model::get_if<model::AuditRow>(record.get()) : nullptr;
            // The core's time never steps back: what is older still is behind this one.
            if (row != nullptr && row->created < query.after) return false;
            const bool fitting = row != nullptr && fits(query, *row);
            if ((fitting && list.count() == query.page.limit) || rows++ == page_rows_max) {
                next = last;
                return false;
            }
            last = storage::keys::trailing_u64(key);
            if (fitting) write_line(list.item(), *row, last);
            return true;
        });
    if (!scanned) return storage_unreadable();
    return list.finish(next);
}

}  // namespace

void list_audit(const CallPtr& call) {
    AuditQuery query;
    if (const auto problem = read_audit_query(call->request(), list_letter, query))
        return call->fail(*problem);
    call->query([query](runtime::Reader& reader) { return read_page(reader, query); });
}

}  // namespace postern::api
