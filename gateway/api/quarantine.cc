// Requests that verified but could not be understood: listed, shown whole, given once more.
#include <limits>

#include "gateway/api/base64.h"
#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/net/masked.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'q';

storage::RowKey end_of_rows() {
    return storage::keys::quarantine(std::numeric_limits<model::Sequence>::max());
}

std::string quarantine_id(const model::QuarantineRow& row, model::Sequence sequence) {
    return to_string(model::QuarantineId{model::make_ulid(row.created, row.epoch, sequence)});
}

void write_summary(model::JsonWriter& json, const model::QuarantineRow& row,
                   model::Sequence sequence, const events::AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(row.account);
    json.begin_object().member("id", quarantine_id(row, sequence));
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.member_or_null("channel", account != nullptr ? std::string_view(account->channel) : "");
    json.member("received_at", row.created).member("reason", row.reason);
    json.member("bytes", row.body.size()).member("attempts", row.attempts);
    json.member("resolved", row.resolved);
}

std::string whole_json(const model::QuarantineRow& row, model::Sequence sequence,
                       const events::AccountTable& accounts) {
    std::string out;
    model::JsonWriter json(out);
    write_summary(json, row, sequence, accounts);
    const std::string shown = net::masked_target(row.target, net::names_proof);
    json.member("method", row.method).member("target", shown);
    json.key("headers").begin_array();
    for (const auto& [name, value] : row.headers) {
        // A row of an earlier version has headers that are not kept any more.
        const std::string_view said = net::names_proof(name) ? net::mask : std::string_view(value);
        json.begin_object().member("name", name).member("value", said).end_object();
    }
    json.end_array();
    if (model::is_utf8(row.body))
        json.member("body", row.body);
    else
        json.member("body_base64", base64(row.body));
    json.end_object();
    return out;
}

/// The row that the path names, or null.
storage::Result<model::RecordPtr> find_row(runtime::Reader& reader, const model::QuarantineId& id) {
    auto record = reader.get(storage::keys::quarantine(id.sequence()));
    if (!record || *record == nullptr) return record;
    const auto* row = model::get_if<model::QuarantineRow>(record->get());
    const bool ours =
        row != nullptr && model::make_ulid(row->created, row->epoch, id.sequence()) == id.ulid;
    return ours ? *record : model::RecordPtr{};
}

void answer_whole(const CallPtr& call, const model::QuarantineId& id) {
    const auto accounts = call->context().accounts.load();
    call->query([id, accounts](runtime::Reader& reader) -> Answer {
        const auto record = find_row(reader, id);
        if (!record) return storage_unreadable();
        if (*record == nullptr) return not_found("quarantined request");
        return whole_json(model::get<model::QuarantineRow>(**record), id.sequence(), *accounts);
    });
}

void replay(const CallPtr& call, const model::QuarantineId& id, const model::RecordPtr& record) {
    if (record == nullptr) return call->fail(not_found("quarantined request"));
    const auto& row = model::get<model::QuarantineRow>(*record);
    if (row.resolved) {
        return call->fail(
            {409, "already_resolved", "This request was understood already.", {}, {}});
    }
    call->context().services.replay.replay(
        row, id.sequence(), call->author(), call->thread(),
        [call, id](QuarantineReplay::Outcome outcome, std::string reason) {
            if (outcome == QuarantineReplay::Outcome::resolved) return answer_whole(call, id);
            if (outcome == QuarantineReplay::Outcome::overloaded) return call->fail(overloaded());
            call->fail({422, "not_understood", std::move(reason), {}, {}});
        });
}

}  // namespace

void list_quarantine(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page)) {
        return call->fail(*problem);
    }
    const std::string resolved = call->request().query_value("resolved");
    const std::string account = call->request().query_value("account");
    if (!resolved.empty() && resolved != "true" && resolved != "false" && resolved != "all") {
        return call->fail(
            invalid_parameter("resolved", "resolved must be true, false (as without it) or all."));
    }
    const auto accounts = call->context().accounts.load();
    const model::AccountRow* wanted = accounts->find(account);
    call->query([=, number =
                        wanted != nullptr ? wanted->number : 0](runtime::Reader& reader) -> Answer {
        ListWriter list(list_letter);
        std::uint64_t next = 0, last = 0;
        std::size_t rows = 0;
        // Newest first: the page goes on before the row where the last one ended.
        const storage::RowKey to =
            page.after != 0 ? storage::keys::quarantine(page.after) : end_of_rows();
        const auto scanned = reader.scan_back(
            storage::keys::quarantine(0), to,
            [&](std::string_view key, const model::RecordPtr& record) {
                const auto* row =
                    record != nullptr ? model::get_if<model::QuarantineRow>(record.get()) : nullptr;
                const bool fits = row != nullptr &&
                                  (account.empty() || (number != 0 && row->account == number)) &&
                                  (resolved == "all" || row->resolved == (resolved == "true"));
                if ((fits && list.count() == page.limit) || rows++ == page_rows_max) {
                    next = last;
                    return false;
                }
                last = storage::keys::trailing_u64(key);
                if (!fits) return true;
                write_summary(list.item(), *row, last, *accounts);
                list.end_item();
                return true;
            });
        if (!scanned) return storage_unreadable();
        return list.finish(next);
    });
}

void get_quarantined(const CallPtr& call) {
    model::QuarantineId id;
    if (!model::parse_id(call->parameter(), id))
        return call->fail(not_found("quarantined request"));
    answer_whole(call, id);
}

void replay_quarantined(const CallPtr& call) {
    model::QuarantineId id;
    if (!model::parse_id(call->parameter(), id))
        return call->fail(not_found("quarantined request"));
    const bool taken = call->context().services.queries.post([call, id](runtime::Reader& reader) {
        auto record = find_row(reader, id);
        call->thread().post([call, id, record = std::move(record)] {
            if (!record) return call->fail(storage_unreadable());
            replay(call, id, *record);
        });
    });
    if (!taken) call->fail(overloaded());
}

}  // namespace postern::api
