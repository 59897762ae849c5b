#include "gateway/audit/audit.h"

namespace postern::audit {

void Teller::tell(std::string what) {
    ++report_.mismatches;
    if (report_.told.size() < told_max_) report_.told.push_back(std::move(what));
}

storage::Result<AuditReport> audit(runtime::Reader& reader, const AuditOptions& options) {
    AuditReport report;
    Teller teller(report, options.told_max);
    auto done = audit_counts(reader, report, teller);
    if (done.has_value()) done = audit_queue(reader, teller);
    if (done.has_value() && options.timelines)
        done = audit_timelines(reader, options, report, teller);
    if (done.has_error()) return done.error();
    if (options.progress) options.progress(1);
    return report;
}

}  // namespace postern::audit
