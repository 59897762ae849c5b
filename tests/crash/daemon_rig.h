// The real daemon in a folder of its own, for the tests that kill it, fill its disk and damage its
// files: a configuration of the four simulated channels, start, kill, and what it said. Lives on
// the test's main thread, as every Child must.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/cli/api.h"
#include "gateway/cli/child.h"
#include "gateway/sim/scenario.h"

namespace postern::crash {

/// What a test may change; DaemonRig writes it as TOML before every start.
struct DaemonConfig {
    std::string storage_path;  // the rig's folder + "/data" unless a test says otherwise
    std::string storage;       // further lines of [storage]
    std::string sections;      // further sections, whole
    /// Where accounts send to, each under its channel's name. Nothing listens at the default.
    std::string providers = "http://127.0.0.1:9";
    std::string account_lines;  // further lines of every account
    std::vector<sim::Endpoint> endpoints;
    std::vector<std::string> environment;  // "NAME=value", beside the test's own
};

/// Segments, memtables and ballast as small as the configuration allows: everything that is
/// recycled is recycled within seconds.
extern const std::string small_storage;

class DaemonRig final {
  public:
    /// `program` is "posternd" (rings where the kernel allows them) or "posternd-epoll".
    explicit DaemonRig(std::string program = "posternd");
    /// Ends the daemon and removes the folder; the folder stays if the test failed.
    ~DaemonRig();
    DaemonRig(const DaemonRig&) = delete;
    DaemonRig& operator=(const DaemonRig&) = delete;

    DaemonConfig config;

    /// Writes the configuration and starts; true when the ready line came. Else `problem` is the
    /// end of the log.
    [[nodiscard]] bool start(const std::vector<std::string>& flags = {});
    /// From the next start on the webhooks' socket is ours and handed down, as systemd does: its
    /// address stays, and who calls while the daemon is down waits. Once; failures are the test's.
    void keep_webhook_socket();
    /// Starts what is expected to end by itself: its exit code. What it says is in log().
    [[nodiscard]] int run(const std::vector<std::string>& flags = {});
    void write_config() const;
    void kill();
    /// SIGTERM and the exit code.
    [[nodiscard]] int stop();
    /// Waits for an end that it comes to by itself: the exit code; that of a SIGTERM if it does
    /// not.
    [[nodiscard]] int wait(std::chrono::milliseconds timeout);
    void send_signal(int signal) const;

    [[nodiscard]] cli::Api& api() { return *api_; }
    /// For clients of their own: "http://host:port" of the running daemon's API, and its key.
    [[nodiscard]] const std::string& api_url() const { return api_url_; }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const std::string& webhooks() const { return webhooks_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] std::string config_file() const { return folder_ + "/postern.toml"; }
    /// Where webhooks go if the socket is kept: known before the first start.
    [[nodiscard]] std::string webhooks_url() const { return "http://" + webhooks_ + "/webhooks"; }
    /// Everything that daemons of this rig wrote to standard error.
    [[nodiscard]] std::string log() const;
    /// Peak resident memory of the running daemon; 0 if it cannot be read.
    [[nodiscard]] std::uint64_t resident_peak_bytes() const;

    std::string problem;

  private:
    [[nodiscard]] std::unique_ptr<cli::Child> launch(const std::vector<std::string>& flags);

    std::string program_;
    std::string folder_;
    std::string key_;
    std::string webhooks_;
    std::string api_url_;
    int kept_socket_ = -1;
    std::unique_ptr<cli::Child> daemon_;
    std::unique_ptr<cli::Api> api_;
};

/// The demo's accounts of all four simulated channels.
[[nodiscard]] std::vector<sim::Endpoint> all_endpoints();

/// Asks until it is true or the time is over.
[[nodiscard]] bool eventually(std::chrono::milliseconds timeout,
                              const std::function<bool()>& is_true);

/// A program of the build, run to its end: exit code; what it printed is added to `output`.
[[nodiscard]] int run_program(const std::vector<std::string>& arguments, std::string& output,
                              const std::vector<std::string>& environment = {});

/// The path of a program of this build.
[[nodiscard]] std::string built(const std::string& program);

}  // namespace postern::crash
