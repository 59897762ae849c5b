// Whether it lives, whether it can work, what it is: /healthz, /readyz, /openapi.json, /v1/status.
#include "gateway/api/call.h"
#include "gateway/api/openapi.h"
#include "gateway/api/resources.h"
#include "gateway/model/json.h"

namespace postern::api {

void get_healthz(const CallPtr& call) {
    call->ok(R"({"status":"ok"})");
}

void get_readyz(const CallPtr& call) {
    std::vector<std::string> reasons;
    const bool ready = call->context().services.readiness.ready(reasons);
    net::Response response;
    response.status = ready ? 200 : 503;
    model::JsonWriter json(response.body);
    json.begin_object().member("ready", ready).key("reasons").begin_array();
    for (const std::string& reason : reasons) json.value(reason);
    json.end_array().end_object();
    if (!ready) response.headers.emplace_back("Retry-After", "2");
    call->send(std::move(response));
}

void get_openapi(const CallPtr& call) {
    call->ok(std::string(openapi_json));
}

void get_status(const CallPtr& call) {
    call->ok(call->context().services.status.status_json());
}

}  // namespace postern::api
