// Start, restart and end of the demo's processes.
#include "gateway/cli/demo_stage.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace postern::cli {
namespace {

constexpr std::chrono::seconds ready_within{30};
constexpr std::chrono::seconds drain_within{20};
constexpr std::size_t log_lines_max = 20;

std::string random_key() {
    std::array<unsigned char, 24> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) return {};
    std::string key = "demo_";
    for (const unsigned char byte : bytes) key += fmt::format("{:02x}", byte);
    return key;
}

}  // namespace

std::string program_beside_us(const std::string& name) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto path = self.parent_path() / name;
    return ::access(path.c_str(), X_OK) == 0 ? path.string() : std::string();
}

std::unique_ptr<DemoStage> DemoStage::make(std::string& problem) {
    std::unique_ptr<DemoStage> stage(new DemoStage());
    std::error_code error;
    std::string folder = (std::filesystem::temp_directory_path(error) / "postern-demo-XXXXXX");
    if (::mkdtemp(folder.data()) == nullptr) {
        problem = "cannot make a folder at " + folder;
        return nullptr;
    }
    stage->folder_ = folder;
    stage->key_ = random_key();
    sim::StreamOptions options;
    options.seed = static_cast<std::uint64_t>(std::time(nullptr));
    options.start_s = std::time(nullptr);
    stage->engine_ = std::make_unique<sim::Engine>(std::move(options));
    stage->simulator_ = sim::SimulatorServer::start(*stage->engine_, "127.0.0.1:0", problem);
    if (!stage->simulator_) return nullptr;
    stage->simulator_api_ =
        std::make_unique<Api>("http://" + stage->simulator_->address(), std::string());
    return stage;
}

DemoStage::~DemoStage() {
    if (daemon_) daemon_->terminate(drain_within);
    api_.reset();
    simulator_api_.reset();
    simulator_.reset();
    engine_.reset();
    std::error_code error;
    if (!keep_folder_ && !folder_.empty()) std::filesystem::remove_all(folder_, error);
}

bool DemoStage::write_config(std::string& problem) const {
    const std::string path = folder_ + "/postern.toml";
    std::ofstream file(path, std::ios::trunc);
    file << demo_config(addresses_, folder_ + "/data", simulator_->address());
    file.close();
    std::error_code error;
    std::filesystem::permissions(path, std::filesystem::perms(0600), error);
    if (file.good() && !error) return true;
    problem = "cannot write " + path;
    return false;
}

bool DemoStage::read_ready(const std::string& line) {
    Document document;
    if (!document.parse(line) || text_at(document.root(), "/ready") != "true") return false;
    addresses_.webhooks = text_at(document.root(), "/webhooks");
    addresses_.api = text_at(document.root(), "/api");
    addresses_.metrics = text_at(document.root(), "/metrics");
    return !addresses_.webhooks.empty() && !addresses_.api.empty();
}

bool DemoStage::start_daemon(const std::string& daemon, std::string& problem) {
    if (!write_config(problem)) return false;
    daemon_ = Child::start({daemon, "--config", folder_ + "/postern.toml"},
                           {"POSTERN_BOOTSTRAP_KEY=" + key_}, folder_ + "/posternd.log", problem);
    if (!daemon_) return false;
    std::string line;
    if (!daemon_->read_line(line, ready_within) || !read_ready(line)) {
        problem =
            line.empty() ? "the daemon wrote no ready line" : "unexpected ready line: " + line;
        return false;
    }
    api_ = std::make_unique<Api>("http://" + addresses_.api, key_);
    return true;
}

int DemoStage::stop_daemon() {
    return daemon_->terminate(drain_within);
}

bool DemoStage::simulate(const std::string& account, std::string body, Document& answer,
                         std::string& problem) {
    body.pop_back();  // the closing brace
    body += fmt::format(R"(,"url":"http://{}/webhooks/{}"}})", addresses_.webhooks, account);
    const Answer answered = simulator_api_->post("/_sim/inbound", std::move(body));
    problem = answered.problem;
    return answered.ok() && answer.parse(answered.body);
}

std::string DemoStage::log_tail() const {
    std::ifstream file(folder_ + "/posternd.log");
    std::deque<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(std::move(line));
        if (lines.size() > log_lines_max) lines.pop_front();
    }
    std::string tail;
    for (const std::string& line : lines) tail += line + "\n";
    return tail;
}

}  // namespace postern::cli
