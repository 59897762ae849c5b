// Everything that the demo runs: a folder, the daemon as a child process, the simulator in-process,
// and a client of each API. Ends and cleans up in its destructor.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/cli/api.h"
#include "gateway/cli/child.h"
#include "gateway/cli/demo_config.h"
#include "gateway/cli/document.h"
#include "gateway/sim/server.h"

namespace postern::cli {

/// Main thread only (see child.h).
class DemoStage final {
  public:
    /// Makes the folder and starts the simulator. Null on an error, and `problem` says which.
    [[nodiscard]] static std::unique_ptr<DemoStage> make(std::string& problem);
    /// Ends the daemon; removes the folder unless keep_folder() was called.
    ~DemoStage();

    /// Starts `daemon` and waits for its ready line. From the second start on it listens where it
    /// listened before, so that providers find it again.
    [[nodiscard]] bool start_daemon(const std::string& daemon, std::string& problem);
    void kill_daemon() { daemon_->kill(); }
    /// The exit code of an orderly end.
    [[nodiscard]] int stop_daemon();

    /// POST /_sim/inbound with this body; "url" is added. False if the simulator refused.
    [[nodiscard]] bool simulate(const std::string& account, std::string body, Document& answer,
                                std::string& problem);
    [[nodiscard]] Api& api() { return *api_; }
    [[nodiscard]] Api& simulator() { return *simulator_api_; }
    [[nodiscard]] const DemoAddresses& addresses() const { return addresses_; }
    [[nodiscard]] std::string simulator_address() const { return simulator_->address(); }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] pid_t daemon_pid() const { return daemon_->pid(); }
    /// The last lines that the daemon wrote to its log.
    [[nodiscard]] std::string log_tail() const;
    void keep_folder() { keep_folder_ = true; }

  private:
    DemoStage() = default;
    [[nodiscard]] bool write_config(std::string& problem) const;
    [[nodiscard]] bool read_ready(const std::string& line);

    std::string folder_;
    std::string key_;
    bool keep_folder_ = false;
    DemoAddresses addresses_;
    std::unique_ptr<sim::Engine> engine_;
    std::unique_ptr<sim::SimulatorServer> simulator_;
    std::unique_ptr<Api> simulator_api_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<Child> daemon_;
};

/// The program of that name beside our own; empty if there is none.
[[nodiscard]] std::string program_beside_us(const std::string& name);

}  // namespace postern::cli
