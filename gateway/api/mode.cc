// The workspace's mode: the configuration's until somebody sets it here.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/resources.h"
#include "gateway/model/json.h"

namespace postern::api {
namespace {

std::string mode_json(const Context& context, const model::WorkspaceRow& workspace) {
    std::string out;
    model::JsonWriter json(out);
    const bool set = !workspace.mode.empty();
    json.begin_object().member("mode", set ? workspace.mode : context.options.mode);
    json.member("source", set ? "api" : "configuration").end_object();
    return out;
}

}  // namespace

void get_mode(const CallPtr& call) {
    call->ok(mode_json(call->context(), *call->context().workspace.load()));
}

void set_mode(const CallPtr& call) {
    Body body(call->request().body);
    core::SetMode command{body.text("mode", 16, true)};
    if (!command.mode.empty() && command.mode != "active" && command.mode != "inactive") {
        body.fault("mode", "invalid", "This must be active or inactive.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    const model::WorkspaceRow wanted{command.mode};
    call->change(std::move(command), "workspace", [call, wanted](const core::Reply& reply) {
        const auto* row = reply.record != nullptr
                              ? model::get_if<model::WorkspaceRow>(reply.record.get())
                              : nullptr;
        call->ok(mode_json(call->context(), row != nullptr ? *row : wanted));
    });
}

}  // namespace postern::api
