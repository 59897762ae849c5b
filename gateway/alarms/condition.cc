#include "gateway/alarms/condition.h"

namespace postern::alarms {

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::account_broken:
            return "account_broken";
        case Kind::account_paused:
            return "account_paused";
        case Kind::signature_failures:
            return "signature_failures";
        case Kind::disk_space:
            return "disk_space";
        case Kind::certificate_expiring:
            return "certificate_expiring";
        case Kind::backup_old:
            return "backup_old";
        case Kind::log_error:
            return "log_error";
        case Kind::row_unreadable:
            return "row_unreadable";
        case Kind::read_only:
            return "read_only";
        case Kind::clock_unsynchronised:
            return "clock_unsynchronised";
        case Kind::memory_short:
            return "memory_short";
    }
    return "unknown";
}

bool parse_kind(std::string_view text, Kind& out) {
    for (const Kind kind : kinds) {
        if (to_string(kind) != text) continue;
        out = kind;
        return true;
    }
    return false;
}

}  // namespace postern::alarms
