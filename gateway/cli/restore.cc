// `postern restore`: works on folders, with the daemon stopped; it and `postern verify` are the
// only commands that touch the storage themselves.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "gateway/cli/commands.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/ledger.h"
#include "storage/backup.h"

namespace postern::cli {
namespace {

/// On a terminal alone: a log has no use for a counter.
storage::Progress progress_bar(const Context& context) {
    if (context.json || isatty(STDERR_FILENO) == 0) return {};
    return [](double share) {
        fmt::print(stderr, "\r{:3.0f} %{}", share * 100, share >= 1 ? "\n" : "");
    };
}

void print_manifest(const std::string& path, const storage::BackupManifest& manifest,
                    const Context& context) {
    if (!context.json) {
        fmt::print("restored {}: {} files, {} bytes, sequence {}, made {}\n", path,
                   manifest.files.size(), manifest.bytes(), manifest.applied,
                   sim::time_text(manifest.created_us));
        return;
    }
    sim::JsonText json;
    json.begin_object().field("path", path).field("sequence", manifest.applied);
    json.field("bytes", manifest.bytes()).field("files", manifest.files.size());
    json.field("epoch", manifest.epoch).field("schema", manifest.schema);
    json.field("created_at", sim::time_text(manifest.created_us)).end_object();
    fmt::print("{}\n", json.text());
}

int refused(const std::string& what, const boost::system::error_code& error,
            const std::string& problem) {
    fmt::print(stderr, "postern: {}: {}\n", what, problem.empty() ? error.message() : problem);
    return exit_failed;
}

std::int64_t now_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

int restore(const std::string& backup, const std::string& path, bool force,
            const Context& context) {
    const storage::RestoreRequest request = {.backup = backup,
                                             .target = storage::StorageLayout(path),
                                             .force = force,
                                             .restored_us = now_us()};
    std::string problem;
    const auto manifest = storage::restore(request, progress_bar(context), problem);
    if (!manifest) return refused("not restored", manifest.error(), problem);
    print_manifest(path, *manifest, context);
    if (!context.json) {
        fmt::print(
            "Sending is paused until `postern resume`: what left after the backup was made is\n"
            "not known here. The master key is not part of a backup: put it back as well.\n");
    }
    return 0;
}

}  // namespace

void add_restore(CLI::App& app, Context& context) {
    auto backup = std::make_shared<std::string>();
    auto path = std::make_shared<std::string>();
    auto force = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("restore", "Put a backup back, with the daemon stopped");
    command->add_option("BACKUP", *backup, "Folder that `postern backup` made")
        ->required()
        ->type_name("DIR");
    command->add_option("--storage", *path, "The daemon's storage.path")
        ->required()
        ->type_name("DIR");
    command->add_flag("--force", *force, "Move what is there aside instead of refusing");
    command->footer(
        "Examples:\n  systemctl stop postern\n"
        "  postern restore /var/backups/postern/2027-01-31 --storage /var/lib/postern --force");
    command->callback([&context, backup, path, force] {
        context.exit_code = restore(*backup, *path, *force, context);
    });
}

}  // namespace postern::cli
