// posternd: flags, the choice of the event loop, and nothing else.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include <unistd.h>
#include <CLI/CLI.hpp>

#include "gateway/daemon.h"
#include "gateway/net/build_facts.h"
#include "gateway/net/io_thread.h"
#include "gateway/recording_setup.h"
#include "storage/failpoint.h"
#include "storage/library_version.h"

/// Read by jemalloc at its start, where it is linked in (POSTERN_ALLOCATOR): memory is given back
/// by a thread of its own, not by whichever thread happens to free; and after a second, not ten:
/// what a burst leaves behind can be hundreds of MiB.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000";

namespace {

/// Where io_uring is forbidden the second binary of the same sources takes over, in the same
/// process.
void fall_back_to_epoll(char** argv) {
    if (std::strcmp(postern::net::backend_name(), "io_uring") != 0) return;
    std::string why;
    if (postern::net::rings_allowed(why)) return;
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string other = (self.parent_path() / "posternd-epoll").string();
    std::fprintf(stderr, "posternd: io_uring is not in use (%s); running %s\n", why.c_str(),
                 other.c_str());
    ::execv(other.c_str(), argv);
    std::fprintf(stderr, "posternd: cannot run %s: %s\n", other.c_str(), std::strerror(errno));
    std::exit(71);
}

/// For the crash tests (storage/failpoint.h). A name that is not known must not pass for a test.
bool failpoint_from_environment() {
    const char* wanted = std::getenv("POSTERN_FAILPOINT");
    std::string problem;
    if (wanted == nullptr || postern::storage::arm_failpoint(wanted, problem)) return true;
    std::fprintf(stderr, "posternd: POSTERN_FAILPOINT: %s\n", problem.c_str());
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"posternd: the Postern messaging gateway"};
    postern::DaemonOptions options;
    bool check = false;
    std::string recording;
    app.add_option("--config", options.config_file, "the configuration file (TOML)")->required();
    app.add_flag("--check", check, "validate the configuration and exit");
    app.add_flag(
        "--acknowledge-loss", options.acknowledge_loss,
        "serve although less is stored than was acknowledged (it is written to the events)");
    app.add_option("--record", options.record,
                   "write what the core does to this new file (costs time and disk)");
    app.add_option("--replay", recording,
                   "apply a recording once more, say whether the same comes out, and exit");
    app.set_version_flag("--version", "posternd " POSTERN_VERSION "\n" +
                                          postern::net::build_facts() + "RocksDB " +
                                          postern::storage::rocksdb_version());
    CLI11_PARSE(app, argc, argv);
    if (check) return postern::check_config(options.config_file);
    if (!recording.empty()) return postern::replay_recording(recording, options.config_file);
    if (!failpoint_from_environment()) return 78;
    fall_back_to_epoll(argv);
    return postern::run_daemon(options);
}
