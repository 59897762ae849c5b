// A backup of everything stored, without stopping, on the daemon's machine.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/resources.h"

namespace postern::api {

void create_backup(const CallPtr& call) {
    Body body(call->request().body);
    std::string path = body.text("path", 4096, true);
    if (!path.empty() && (path[0] != '/' || path.find('\0') != std::string::npos)) {
        body.fault("path", "invalid", "This must be an absolute path.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    call->context().services.backups.backup(
        std::move(path), call->thread(), [call](bool made, std::string result) {
            if (made) return call->ok(std::move(result), 201);
            call->fail({409, "backup_failed", std::move(result), {}, {}});
        });
}

}  // namespace postern::api
