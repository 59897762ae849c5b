// `postern verify`: every byte of a backup, and whether what is stored of sending adds up, of a
// backup or of a stopped daemon's storage.
#include <unistd.h>

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "gateway/audit/folder.h"
#include "gateway/cli/commands.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/ledger.h"
#include "storage/backup.h"
#include "storage/folder_lock.h"
#include "storage/master_key.h"

namespace postern::cli {
namespace {

struct Verification {
    std::string path;
    std::optional<storage::BackupManifest> manifest;  // nothing: it is a storage, not a backup
    audit::FolderAudit audit;
};

/// On a terminal alone: a log has no use for a counter.
std::function<void(double)> progress_bar(const Context& context) {
    if (context.json || isatty(STDERR_FILENO) == 0) return {};
    return [](double share) {
        fmt::print(stderr, "\r{:3.0f} %{}", share * 100, share >= 1 ? "\n" : "");
    };
}

int refused(const std::string& what, const boost::system::error_code& error,
            const std::string& problem) {
    fmt::print(stderr, "postern: {}: {}\n", what, problem.empty() ? error.message() : problem);
    return exit_failed;
}

void print_text(const Verification& v) {
    const audit::AuditReport& r = v.audit.report;
    if (v.manifest) {
        fmt::print("good {}: {} files, {} bytes, sequence {}, made {}\n", v.path,
                   v.manifest->files.size(), v.manifest->bytes(), v.manifest->applied,
                   sim::time_text(v.manifest->created_us));
    } else {
        fmt::print("read {}: up to sequence {} (what only the log has is not looked at)\n", v.path,
                   v.audit.applied);
    }
    fmt::print("messages: {} accepted, {} here, {} removed by retention\n", r.accepted, r.messages,
               r.removed);
    if (v.audit.timelines) {
        fmt::print(
            "timelines: {} followed over {} events; not readable: {} of erased people, {} older "
            "than retention\n",
            r.followed, r.events, r.erased, r.retired);
    } else {
        fmt::print("timelines: not followed, as they need --master-key\n");
    }
    if (v.audit.media) {
        fmt::print("media: {} files, {} bytes, each read and hashed\n", r.media, r.media_bytes);
    } else {
        fmt::print("media: not read, as they need --master-key\n");
    }
    for (const std::string& what : r.told) fmt::print("  {}\n", what);
    if (!r.good()) fmt::print("{} differences\n", r.mismatches);
}

void print_json(const Verification& v) {
    const audit::AuditReport& r = v.audit.report;
    sim::JsonText json;
    json.begin_object().field("path", v.path).field("sequence", v.audit.applied);
    if (v.manifest) {
        json.field("bytes", v.manifest->bytes()).field("files", v.manifest->files.size());
        json.field("epoch", v.manifest->epoch).field("schema", v.manifest->schema);
        json.field("created_at", sim::time_text(v.manifest->created_us));
    }
    json.key("messages").begin_object().field("accepted", r.accepted).field("here", r.messages);
    json.field("removed", r.removed).end_object();
    json.key("timelines").begin_object().field("checked", v.audit.timelines);
    json.field("followed", r.followed).field("events", r.events).field("erased", r.erased);
    json.field("retired", r.retired).end_object();
    json.key("media").begin_object().field("checked", v.audit.media).field("files", r.media);
    json.field("bytes", r.media_bytes).end_object();
    json.field("mismatches", r.mismatches).key("told").begin_array();
    for (const std::string& what : r.told) json.value(what);
    json.end_array().field("good", r.good()).end_object();
    fmt::print("{}\n", json.text());
}

int verify(const std::string& path, std::string key_file, const Context& context) {
    Verification v;
    v.path = path;
    std::string problem;
    std::error_code ignored;
    const storage::StorageLayout layout(path);
    const bool is_storage = !std::filesystem::exists(path + "/manifest", ignored) &&
                            std::filesystem::exists(layout.db(), ignored);
    std::unique_ptr<storage::FolderLock> lock;
    if (is_storage) {
        auto taken = storage::FolderLock::take(layout.lock(), problem);
        if (taken.has_error()) return refused("stop the daemon first", taken.error(), problem);
        lock = std::move(*taken);
        if (key_file.empty() && std::filesystem::exists(layout.master_key(), ignored))
            key_file = layout.master_key();
    } else {
        auto manifest = storage::verify_backup(path, progress_bar(context), problem);
        if (!manifest) return refused("not a good backup", manifest.error(), problem);
        v.manifest = std::move(*manifest);
    }
    std::optional<storage::KeyBytes> master;
    if (!key_file.empty()) {
        const auto key = storage::load_master_key(key_file, problem);
        if (!key) return refused("no master key", key.error(), problem);
        master = *key;
    }
    audit::AuditOptions options;
    options.progress = progress_bar(context);
    options.media = layout.media();
    auto audited = audit::audit_folder(layout.db(), master, std::move(options), problem);
    if (!audited) return refused("cannot be read", audited.error(), problem);
    v.audit = std::move(*audited);
    context.json ? print_json(v) : print_text(v);
    return v.audit.report.good() ? 0 : exit_failed;
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
    auto path = std::make_shared<std::string>();
    auto key_file = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "verify", "Check a backup byte by byte, and that every message it took is accounted for");
    command
        ->add_option("PATH", *path, "Folder that `postern backup` made, or a stopped storage.path")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--master-key", *key_file,
                     "To follow each message's timeline and read the media (of a storage: its own "
                     "key, if it is there)")
        ->type_name("FILE");
    command->footer(
        "Examples:\n  postern verify /var/backups/postern/2027-01-31 --json\n"
        "  postern verify /var/backups/postern/2027-01-31 --master-key /etc/postern/master.key\n"
        "  systemctl stop postern && postern verify /var/lib/postern\n\n"
        "Compares the counts by account and state with the messages, the messages that wait with\n"
        "the queue, and, with the key, each state with the timeline that led to it, and each "
        "medium\n"
        "with its hash. Exit code 1: a difference.");
    command->callback(
        [&context, path, key_file] { context.exit_code = verify(*path, *key_file, context); });
}

}  // namespace postern::cli
