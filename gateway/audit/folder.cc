#include "gateway/audit/folder.h"

#include "gateway/runtime/store_reader.h"
#include "storage/store.h"

namespace postern::audit {
namespace {

/// Accounts are sealed by the workspace: whoever cannot open one has another key.
storage::Result<void> try_key(runtime::StoreReader& reader, bool& fits) {
    bool any = false, opened = false;
    const auto scanned =
        reader.scan(storage::keys::account(0), storage::KeyWriter(storage::Family::cold, 'B'),
                    [&](std::string_view, const model::RecordPtr& record) {
                        any = true;
                        opened |= record != nullptr;
                        return !opened;
                    });
    fits = opened || !any;
    return scanned;
}

}  // namespace

storage::Result<FolderAudit> audit_folder(const std::string& db,
                                          const std::optional<storage::KeyBytes>& master,
                                          AuditOptions options, std::string& problem) {
    storage::StoreOptions store_options;
    store_options.path = db;
    const auto store = storage::Store::open_read_only(std::move(store_options), problem);
    if (store.has_error()) return store.error();
    runtime::Counter damaged{0};
    runtime::StoreReader reader(**store, master.value_or(storage::KeyBytes{}), &damaged);
    if (master) {
        bool fits = false;
        if (const auto tried = try_key(reader, fits); tried.has_error()) {
            problem = db + ": " + tried.error().message();
            return tried.error();
        }
        if (!fits) {
            problem = "the master key is not the one that " + db + " was written with";
            return storage::Errc::bad_key;
        }
    }
    FolderAudit out;
    out.applied = (*store)->applied();
    out.timelines = options.timelines && master.has_value();
    options.timelines = out.timelines;
    damaged.store(0);
    auto report = audit(reader, options);
    if (report.has_error()) {
        problem = db + ": " + report.error().message();
        return report.error();
    }
    out.report = std::move(*report);
    out.media = master.has_value() && !options.media.empty();
    if (out.media) {
        Teller teller(out.report, options.told_max);
        const auto read = audit_media(reader, *master, options, out.report, teller);
        if (read.has_error()) {
            problem = options.media + ": " + read.error().message();
            return read.error();
        }
    }
    if (out.timelines && damaged.load() > 0) {
        Teller teller(out.report, options.told_max);
        teller.tell(std::to_string(damaged.load()) + " reads met a damaged row");
    }
    return out;
}

}  // namespace postern::audit
