// The composition root: builds every part once, in the order of dependency, and takes them down in
// reverse. Main thread.
#pragma once

#include <memory>
#include <string>

namespace postern {

struct DaemonOptions {
    std::string config_file;
    bool acknowledge_loss = false;
    std::string record;  // a new file: what the core does is recorded there; empty: nothing is
};

/// Runs until SIGTERM or SIGINT. Returns the process's exit code: 0 after a drain, 78 for a bad
/// configuration, 75 where a restart may help, 74 where the storage needs an operator.
[[nodiscard]] int run_daemon(const DaemonOptions& options);

/// posternd --check: says what is wrong with the configuration, or that nothing is.
[[nodiscard]] int check_config(const std::string& config_file);

}  // namespace postern
