// Webhooks that were refused or set aside, as their senders sent them: for people who connect an
// account and see nothing arrive.
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

}  // namespace

void list_requests(const CallPtr& call) {
    const RefusedRequestSource* source = call->context().services.refused;
    if (source == nullptr) return call->fail(not_found("account"));
    const auto refused = source->refused_requests(call->parameter());
    if (!refused) return call->fail(not_found("account"));
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    for (const RefusedRequest& request : *refused) write_refused(json, request);
    json.end_array().key("next_cursor").null().end_object();
    call->ok(std::move(out));
}

}  // namespace postern::api
