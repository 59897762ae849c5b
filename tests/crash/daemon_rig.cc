// Processes, folders and the configuration's text.
#include "tests/crash/daemon_rig.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/sim/json_text.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr auto ready_within = 60s;
constexpr auto drain_within = 40s;
constexpr std::size_t log_tail_bytes = 3000;

/// A JSON string is a TOML basic string too.
std::string line(std::string_view key, std::string_view value) {
    return fmt::format("{} = {}\n", key, sim::quoted(value));
}

std::string account(const sim::Endpoint& endpoint, const DaemonConfig& config) {
    std::string out = "\n[[account]]\n";
    out += line("id", endpoint.account) + line("channel", endpoint.channel);
    if (endpoint.channel != "http")
        out += line("base_url", config.providers + "/" + endpoint.channel);
    out += config.account_lines;
    if (endpoint.channel == "whatsapp") {
        out += line("phone_number_id", endpoint.own_id);
        out += line("credentials.app_secret", endpoint.secret);
        out += line("credentials.access_token", "test-access-token");
        out += line("credentials.verify_token", "test-verify-token");
    } else if (endpoint.channel == "telegram") {
        out += line("credentials.bot_token", endpoint.own_id + ":test-bot-token");
        out += line("credentials.secret_token", endpoint.secret);
    } else if (endpoint.channel == "twilio") {
        out += line("account_sid", endpoint.own_id) + line("from", endpoint.own_address);
        out += line("public_url", endpoint.signed_url);
        out += line("credentials.auth_token", endpoint.secret);
    } else {
        out += line("credentials.secret", endpoint.secret);
    }
    return out;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

const std::string small_storage =
    "log_segment_bytes = \"8MiB\"\nballast_bytes = \"1MiB\"\n"
    "memtable_bytes = \"1MiB\"\ncache_bytes = \"8MiB\"\n";

std::string built(const std::string& program) {
    return std::string(POSTERN_BINARY_DIR "/") + program;
}

std::vector<sim::Endpoint> all_endpoints() {
    std::vector<sim::Endpoint> endpoints;
    for (const char* channel : {"whatsapp", "telegram", "twilio", "http"}) {
        endpoints.push_back(sim::demo_endpoint(channel, {}));
    }
    return endpoints;
}

bool eventually(std::chrono::milliseconds timeout, const std::function<bool()>& is_true) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (!is_true()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        (void)std::promise<void>().get_future().wait_for(20ms);
    }
    return true;
}

DaemonRig::DaemonRig(std::string program) : program_(std::move(program)) {
    folder_ = (std::filesystem::temp_directory_path() / "postern-crash-XXXXXX").string();
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr) << folder_;
    key_ = "test_bootstrap_key_of_the_crash_tests_0123456789abcdef";
    config.storage_path = folder_ + "/data";
    config.storage = small_storage;
    config.endpoints = all_endpoints();
}

DaemonRig::~DaemonRig() {
    api_.reset();
    daemon_.reset();
    if (kept_socket_ >= 0) ::close(kept_socket_);
    if (::testing::Test::HasFailure()) {
        std::printf("kept for a look: %s\n", folder_.c_str());
        return;
    }
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

void DaemonRig::write_config() const {
    std::string text = "allow_inline_secrets = true\n\n[listen]\n";
    for (const char* name : {"webhooks", "api", "metrics"}) text += line(name, "127.0.0.1:0");
    text += "\n[storage]\n" + line("path", config.storage_path) + config.storage;
    text += "\n[api]\nbootstrap_key = { env = \"POSTERN_BOOTSTRAP_KEY\" }\n" + config.sections;
    for (const sim::Endpoint& endpoint : config.endpoints) text += account(endpoint, config);
    std::ofstream(config_file(), std::ios::trunc) << text;
    std::filesystem::permissions(config_file(), std::filesystem::perms(0600));
}

std::unique_ptr<cli::Child> DaemonRig::launch(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {built(program_), "--config", config_file()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    if (kept_socket_ >= 0) {
        // The process must know its own number (sd_listen_fds), so a shell hands the socket over.
        const std::string script = fmt::format(
            "export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=webhooks; exec \"$0\" \"$@\" "
            "3<&{0} {0}<&-",
            kept_socket_);
        arguments.insert(arguments.begin(), {"/bin/bash", "-c", script});
    }
    std::vector<std::string> environment = config.environment;
    environment.push_back("POSTERN_BOOTSTRAP_KEY=" + key_);
    return cli::Child::start(arguments, environment, folder_ + "/posternd.log", problem);
}

void DaemonRig::keep_webhook_socket() {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(made, generic, size), 0);
    ASSERT_EQ(::listen(made, 512), 0);
    ASSERT_EQ(::getsockname(made, generic, &size), 0);
    // Above what the shell uses itself, and inherited.
    kept_socket_ = ::fcntl(made, F_DUPFD, 100);
    ::close(made);
    ASSERT_GE(kept_socket_, 100);
    webhooks_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
}

bool DaemonRig::start(const std::vector<std::string>& flags) {
    write_config();
    api_.reset();
    daemon_ = launch(flags);
    std::string ready;
    cli::Document document;
    if (daemon_ && daemon_->read_line(ready, ready_within) && document.parse(ready)) {
        webhooks_ = cli::text_at(document.root(), "/webhooks");
        api_url_ = "http://" + cli::text_at(document.root(), "/api");
        api_ = std::make_unique<cli::Api>(api_url_, key_);
        return true;
    }
    const std::string said = log();
    problem = "no ready line; " +
              said.substr(said.size() > log_tail_bytes ? said.size() - log_tail_bytes : 0);
    return false;
}

int DaemonRig::run(const std::vector<std::string>& flags) {
    const auto child = launch(flags);
    std::string output;
    // Its output ends when it does.
    while (child->read_line(output, ready_within)) problem = output;
    return child->terminate(drain_within);
}

void DaemonRig::kill() {
    daemon_->kill();
}

int DaemonRig::stop() {
    return daemon_->terminate(drain_within);
}

int DaemonRig::wait(std::chrono::milliseconds timeout) {
    (void)daemon_->ended(timeout);
    return daemon_->terminate(drain_within);
}

void DaemonRig::send_signal(int signal) const {
    ASSERT_EQ(::kill(daemon_->pid(), signal), 0);
}

std::string DaemonRig::log() const {
    return read_file(folder_ + "/posternd.log");
}

std::uint64_t DaemonRig::resident_peak_bytes() const {
    const std::string status = read_file(fmt::format("/proc/{}/status", daemon_->pid()));
    const std::size_t at = status.find("VmHWM:");
    std::uint64_t kibibytes = 0;
    if (at == status.npos) return 0;
    return std::sscanf(status.c_str() + at, "VmHWM: %" SCNu64, &kibibytes) == 1 ? kibibytes * 1024
                                                                                : 0;
}

int run_program(const std::vector<std::string>& arguments, std::string& output,
                const std::vector<std::string>& environment) {
    std::string problem;
    std::string file =
        (std::filesystem::temp_directory_path() / "postern-crash-program-XXXXXX").string();
    const int made = ::mkstemp(file.data());
    EXPECT_GE(made, 0);
    ::close(made);
    const auto child = cli::Child::start(arguments, environment, file, problem);
    std::string printed;
    while (child && child->read_line(printed, ready_within)) output += printed + "\n";
    const int code = child ? child->terminate(drain_within) : -1;
    output += problem + read_file(file);
    std::filesystem::remove(file);
    return code;
}

}  // namespace postern::crash
