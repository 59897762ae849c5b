// A backup of everything stored, without stopping, on the daemon's machine.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/resources.h"
#include "gateway/model/json.h"

namespace postern::api {
namespace {

std::string why_json(std::string_view problem) {
    std::string out;
    model::JsonWriter(out).begin_object().member("problem", problem).end_object();
    return out;
}

/// Tells the audit, then the caller. A core that takes nothing now does not unmake the backup: then
/// the line follows, and nobody waits for it.
void tell(const CallPtr& call, core::NoteAudit note, std::function<void()> answer) {
    const core::Command line{std::move(note), {}, call->author()};
    runtime::CoreInbox& core = call->context().services.core;
    const bool taken = core.post({line}, runtime::Admit::last_shed, call->thread(),
                                 [answer](const std::vector<core::Reply>&) { answer(); });
    if (taken) return;
    core.post_always(line);
    answer();
}

}  // namespace

void create_backup(const CallPtr& call) {
    Body body(call->request().body);
    std::string path = body.text("path", 4096, true);
    if (!path.empty() && (path[0] != '/' || path.find('\0') != std::string::npos)) {
        body.fault("path", "invalid", "This must be an absolute path.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    call->context().services.backups.backup(
        path, call->thread(), [call, path](bool made, std::string result) {
            core::NoteAudit note{
                made ? "backup.made" : "backup.failed", path, {}, made ? result : why_json(result)};
            tell(call, std::move(note), [call, made, result] {
                if (made) return call->ok(result, 201);
                call->fail({409, "backup_failed", result, {}, {}});
            });
        });
}

}  // namespace postern::api
