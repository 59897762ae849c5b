// The last webhooks of an account: those that were refused or set aside as their senders sent them,
// and that others came in. For people who connect an account and see nothing arrive.
#include <algorithm>

#include "gateway/api/base64.h"
#include "gateway/api/call.h"
#include "gateway/api/resources.h"

namespace postern::api {
namespace {

void write_refused(model::JsonWriter& json, const RefusedRequest& refused) {
    json.begin_object().member("request_id", refused.id).member("at", refused.at);
    json.member("peer", refused.peer).member("method", refused.method);
    json.member("target", refused.target).member("status", refused.status);
    json.member("reason", refused.reason).key("headers").begin_array();
    for (const auto& [name, value] : refused.headers)
        json.begin_object().member("name", name).member("value", value).end_object();
    json.end_array();
    if (model::is_utf8(refused.body))
        json.member("body", refused.body);
    else
        json.member("body_base64", base64(refused.body));
    json.member("body_bytes", refused.body_bytes).end_object();
}

/// One that came in: what became of it instead of what it was.
void write_taken(model::JsonWriter& json, const runtime::RequestTrace& taken) {
    json.begin_object().member("request_id", taken.id).member("at", taken.received);
    json.member("peer", taken.peer).member("status", taken.status).key("reason").null();
    json.member("made", taken.made.size()).end_object();
}

/// Of each kind at most so many: good ones must not push out what one looks for.
constexpr std::size_t taken_max = 20;

/// Those that came in and were not set aside.
std::vector<runtime::RequestTrace> read_taken(const CallPtr& call,
                                              const std::vector<RefusedRequest>& refused) {
    const runtime::RequestTraces* traces = call->context().services.traces;
    if (traces == nullptr) return {};
    auto taken = traces->latest(runtime::webhook_trace(call->parameter()), taken_max);
    std::erase_if(taken, [&refused](const runtime::RequestTrace& trace) {
        return std::any_of(refused.begin(), refused.end(),
                           [&trace](const RefusedRequest& other) { return other.id == trace.id; });
    });
    return taken;
}

}  // namespace

void list_requests(const CallPtr& call) {
    const RefusedRequestSource* source = call->context().services.refused;
    if (source == nullptr) return call->fail(not_found("account"));
    const auto refused = source->refused_requests(call->parameter());
    if (!refused) return call->fail(not_found("account"));
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    const auto taken = read_taken(call, *refused);
    auto next = taken.begin();
    for (const RefusedRequest& request : *refused) {
        for (; next != taken.end() && next->received >= request.at; ++next)
            write_taken(json, *next);
        write_refused(json, request);
    }
    for (; next != taken.end(); ++next) write_taken(json, *next);
    json.end_array().key("next_cursor").null().end_object();
    call->ok(std::move(out));
}

}  // namespace postern::api
