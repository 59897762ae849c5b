// Files are told apart by their SHA-256.
#include "gateway/recording_setup.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "gateway/metrics/log.h"
#include "gateway/recording/replay.h"
#include "gateway/sending_setup.h"
#include "gateway/setup.h"
#include "storage/layout.h"
#include "storage/master_key.h"

namespace postern {
namespace {

constexpr const char* time_zones_file = "/usr/share/zoneinfo/tzdata.zi";

/// All zero for a file that cannot be read.
recording::Hash hash_of_file(const std::string& path) {
    recording::Hash hash{};
    std::ifstream file(path, std::ios::binary);
    if (!file) return hash;
    const std::string text(std::istreambuf_iterator<char>(file), {});
    unsigned int size = 0;
    (void)EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr);
    return hash;
}

std::string key_file(const conf::Config& config) {
    const runtime::RecoveryOptions options = recovery_options(config);
    return options.master_key_file.empty() ? storage::StorageLayout(options.path).master_key()
                                           : options.master_key_file;
}

/// As Daemon::start_sending makes them, with the numbers that the replayed core gave.
std::shared_ptr<const core::SendingSettings> settings_for(
    const conf::Config& config, const core::Core& core,
    const std::shared_ptr<const policy::Calendars>& calendars) {
    std::vector<std::unique_ptr<ingress::Account>> accounts;
    std::string problems;
    if (!make_accounts(config, accounts, problems)) return nullptr;
    for (const auto& account : accounts) {
        for (const auto& [number, row] : core.accounts()) {
            if (row.name == account->name) account->number = number;
        }
    }
    const ingress::AccountTable table(std::move(accounts));
    return make_sending_settings(config, table, calendars, problems);
}

void say_progress(std::uint64_t groups) {
    if (::isatty(STDERR_FILENO) != 0)
        (void)std::fputs(fmt::format("\r   {} groups", groups).c_str(), stderr);
}

int report(const recording::ReplayResult& result) {
    if (::isatty(STDERR_FILENO) != 0) (void)std::fputs("\r", stderr);
    if (!result.warning.empty())
        (void)std::fputs(fmt::format("warning: {}\n", result.warning).c_str(), stdout);
    const std::string counts = fmt::format("{} commands, {} rows loaded, {} groups",
                                           result.commands, result.rows_loaded, result.groups);
    if (!result.problem.empty()) {
        (void)std::fputs(fmt::format("{}; read so far: {}\n", result.problem, counts).c_str(),
                         stdout);
        return 1;
    }
    (void)std::fputs(fmt::format("the same, to the byte: {}{}\n", counts,
                                 result.cut ? "; its end was cut off by a kill" : "")
                         .c_str(),
                     stdout);
    return 0;
}

}  // namespace

std::function<std::unique_ptr<recording::Recorder>(const core::CoreOptions&,
                                                   const core::SmallTables&)>
record_to(std::string path, std::string config_file, const storage::KeyBytes& master) {
    return [path = std::move(path), config_file = std::move(config_file), &master](
               const core::CoreOptions& options, const core::SmallTables& tables) {
        recording::Start start;
        start.version = POSTERN_VERSION;
        start.configuration = hash_of_file(config_file);
        start.time_zones = hash_of_file(time_zones_file);
        start.options = options;
        start.tables = tables;
        std::string problem;
        auto recorder = recording::Recorder::open(path, master, start, problem);
        if (recorder) {
            log::warn("recording", {{"path", path}, {"detail", "this costs time and disk"}});
        } else {
            log::error("recording_refused", {{"problem", problem}});
        }
        return recorder;
    };
}

int replay_recording(const std::string& path, const std::string& config_file) {
    constexpr int exit_config = 78;
    conf::Config config;
    std::string problem;
    if (!load_config(config_file, config, problem)) {
        (void)std::fputs(problem.c_str(), stderr);
        return exit_config;
    }
    const auto master = storage::load_master_key(key_file(config), problem);
    if (master.has_error()) {
        (void)std::fputs(fmt::format("{}\n", problem).c_str(), stderr);
        return exit_config;
    }
    const auto calendars = load_calendars(config, problem);
    if (!calendars) {
        (void)std::fputs(fmt::format("calendars: {}\n", problem).c_str(), stderr);
        return exit_config;
    }
    recording::ReplayOptions options;
    options.path = path;
    options.version = POSTERN_VERSION;
    options.master = *master;
    options.configuration = hash_of_file(config_file);
    options.time_zones = hash_of_file(time_zones_file);
    options.settings = [&](const core::Core& core) {
        return settings_for(config, core, calendars);
    };
    options.progress = say_progress;
    return report(recording::replay(options));
}

}  // namespace postern
