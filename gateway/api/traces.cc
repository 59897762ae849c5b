// The way of a request, a message or an event through Postern, with times. Nothing is kept for it
// but what a request made, for a while (runtime/request_traces.h); the rest is read from the rows
// that tell the message's story anyway.
#include <set>

#include "gateway/api/call.h"
#include "gateway/api/outbound_life.h"
#include "gateway/api/resources.h"
#include "gateway/events/cursor.h"
#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

using model::Instant;
using model::JsonWriter;
using runtime::RequestTrace;
using runtime::RequestTraces;

/// Of a batch: what is more is found by its own ids.
constexpr std::size_t messages_told_max = 100;

struct Asked {
    std::optional<RequestTrace> request;
    std::vector<model::Sequence> rows;  // of the family seq: messages, or what is about one
    model::MessageId message;           // was asked for by this id, which must be its own
    bool of_event = false;
    events::Cursor event;
};

JsonWriter& step(JsonWriter& json, std::string_view name, Instant at) {
    return json.begin_object().member("step", name).member("at", at);
}

/// The message that a row is, or is about; 0: none.
storage::Result<model::Sequence> message_of(runtime::Reader& reader, model::Sequence sequence) {
    const auto record = reader.get(storage::keys::seq_row(sequence));
    if (!record) return record.error();
    if (*record == nullptr) return model::Sequence{0};
    const model::Record& row = **record;
    if (model::holds<model::MessageRow>(row)) return sequence;
    if (model::holds<model::OutboundRow>(row)) return sequence;
    if (const auto* change = model::get_if<model::OutboundEventRow>(&row)) return change->message;
    if (const auto* status = model::get_if<model::StatusRow>(&row)) return status->message;
    return model::Sequence{0};
}

void write_request(JsonWriter& json, const std::optional<RequestTrace>& request) {
    json.key("request");
    if (!request) {
        json.null();
        return;
    }
    json.begin_object().member("id", request->id).member("what", request->what);
    json.member("received_at", request->received).member("durable_at", request->durable);
    json.member("answered_at", request->answered).member("status", request->status).end_object();
}

/// What the request that made a message adds to its path.
void write_durable(JsonWriter& json, const std::optional<RequestTrace>& request) {
    if (!request) return;
    step(json, "durable", request->durable).end_object();
    step(json, "answered", request->answered).member("status", request->status);
    json.member("request_id", request->id).end_object();
}

void name_account(JsonWriter& json, model::AccountNumber number,
                  const events::AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(number);
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
}

void write_inbound(JsonWriter& json, const model::MessageRow& row, model::Sequence sequence,
                   const std::optional<RequestTrace>& request,
                   const events::AccountTable& accounts) {
    json.begin_object().member("message_id", events::message_id(row.head, sequence));
    json.member("direction", "inbound");
    name_account(json, row.head.account, accounts);
    json.member("state", "received").key("path").begin_array();
    step(json, "received", row.head.created).member("provider_time", row.message.provider_time);
    json.end_object();
    write_durable(json, request);
    json.end_array().end_object();
}

void write_change_steps(JsonWriter& json, const model::OutboundEventRow& change) {
    if (change.dispatched != Instant{})
        step(json, "dispatched", change.dispatched).member("attempt", change.attempt).end_object();
    const bool answer = change.cause == "answer";
    const bool receipt = change.cause == "receipt";
    step(json, answer ? "provider_answered" : receipt ? "receipt" : "changed", change.head.created);
    json.member("state", to_string(change.state)).member_or_null("cause", change.cause);
    if (answer) {
        json.member("attempt", change.attempt).member("status", change.provider_status);
        json.member_or_null("provider_request_id", change.provider_request);
    }
    if (receipt) json.member("provider_time", change.provider_time);
    json.member_if("external_id", change.external_id);
    json.key("error");
    events::write_error(json, &change);
    json.member("until", change.until).end_object();
}

void write_outbound(JsonWriter& json, const model::OutboundRow& row, model::Sequence sequence,
                    const OutboundLife& life, const std::optional<RequestTrace>& request,
                    const events::AccountTable& accounts) {
    json.begin_object().member("message_id", events::message_id(row.head, sequence));
    json.member("direction", "outbound");
    const model::StateRow* state = life.state_row();
    name_account(json, state != nullptr ? state->account : row.head.account, accounts);
    json.member("state", to_string(standing_of(row, life).state)).key("path").begin_array();
    if (request) step(json, "received", request->received).end_object();
    step(json, "decided", row.head.created);
    json.member("decision", to_string(row.verdict.decision)).end_object();
    write_durable(json, request);
    for (std::size_t i = life.changes.size(); i > 0; --i)
        write_change_steps(json, life.change(i - 1));
    const bool on_its_way = state != nullptr && state->state == model::MessageState::sending;
    if (on_its_way) {
        step(json, "dispatched", state->updated).member("attempt", state->attempts).end_object();
    }
    json.end_array().end_object();
}

/// False: a row could not be read.
bool write_message(JsonWriter& json, runtime::Reader& reader, model::Sequence sequence,
                   const RequestTraces* traces, const events::AccountTable& accounts) {
    const auto record = reader.get(storage::keys::seq_row(sequence));
    if (!record) return false;
    if (*record == nullptr) return true;  // retention was here
    std::optional<RequestTrace> request;
    if (traces != nullptr) request = traces->find_made(sequence);
    if (const auto* in = model::get_if<model::MessageRow>(record->get())) {
        write_inbound(json, *in, sequence, request, accounts);
        return true;
    }
    const auto& out = model::get<model::OutboundRow>(**record);
    const auto life = read_life(reader, sequence, changes_told_max);
    if (!life) return false;
    write_outbound(json, out, sequence, *life, request, accounts);
    return true;
}

/// What was asked for is not of another history: ids carry epoch and time. Nothing: a row could not
/// be read.
std::optional<bool> is_ours(runtime::Reader& reader, const Asked& asked) {
    if (!asked.message.empty()) {
        const auto row = read_message(reader, asked.message);
        if (!row) return std::nullopt;
        return *row != nullptr;
    }
    if (!asked.of_event) return true;
    const auto record = reader.get(storage::keys::seq_row(asked.event.sequence));
    if (!record) return std::nullopt;
    const model::SeqHead* head = events::head_of(*record);
    return head != nullptr && events::make_cursor(head->created, head->epoch, asked.event.sequence,
                                                  asked.event.sub) == asked.event;
}

Answer tell(runtime::Reader& reader, const std::string& id, const Asked& asked,
            const RequestTraces* traces, const events::AccountTable& accounts) {
    const auto ours = is_ours(reader, asked);
    if (!ours) return storage_unreadable();
    if (!*ours) return not_found("trace");
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("id", id);
    std::set<model::Sequence> messages;
    for (const model::Sequence row : asked.rows) {
        const auto message = message_of(reader, row);
        if (!message) return storage_unreadable();
        if (*message != 0 && messages.size() < messages_told_max) messages.insert(*message);
    }
    std::optional<RequestTrace> request = asked.request;
    if (!request && traces != nullptr && !asked.rows.empty())
        request = traces->find_made(asked.rows.front());
    write_request(json, request);
    json.key("messages").begin_array();
    for (const model::Sequence message : messages) {
        if (!write_message(json, reader, message, traces, accounts)) return storage_unreadable();
    }
    json.end_array().end_object();
    return out;
}

/// False: this is the id of nothing that is known.
bool read_id(const CallPtr& call, Asked& asked) {
    const std::string_view id = call->parameter();
    if (model::parse_id(id, asked.message)) {
        asked.rows.push_back(asked.message.sequence());
        return true;
    }
    if (events::parse_cursor(id, asked.event) && asked.event.sequence != 0) {
        asked.of_event = true;
        asked.rows.push_back(asked.event.sequence);
        return true;
    }
    const RequestTraces* traces = call->context().services.traces;
    if (traces != nullptr) asked.request = traces->find(id);
    if (!asked.request) return false;
    for (const model::Ulid& made : asked.request->made) asked.rows.push_back(made.sequence);
    return true;
}

}  // namespace

void get_trace(const CallPtr& call) {
    Asked asked;
    if (!read_id(call, asked)) return call->fail(not_found("trace"));
    const auto accounts = call->context().accounts.load();
    call->query([id = std::string(call->parameter()), asked = std::move(asked), accounts,
                 traces = call->context().services.traces](runtime::Reader& reader) {
        return tell(reader, id, asked, traces, *accounts);
    });
}

}  // namespace postern::api
