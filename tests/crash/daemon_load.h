// Providers that never give up: signed webhooks with ids of their own over many connections, each
// sent again until it is answered 200, to wherever the daemon listens at the moment. It remembers
// what was sent and what was acknowledged: the oracle of the crash tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/stream.h"

namespace postern::crash {

struct LoadOptions {
    std::vector<sim::Endpoint> endpoints;
    std::uint64_t seed = 1;
    std::uint32_t people = 500;
    std::size_t window = 48;  // webhooks that wait for an answer at a time, a connection each
    std::chrono::milliseconds again_after{20};
};

struct LoadTotals {
    std::uint64_t sent = 0;  // webhooks, each once
    std::uint64_t acknowledged = 0;
    std::uint64_t redelivered = 0;
    std::map<int, std::uint64_t> by_status;         // every answer; 0: none came
    std::uint64_t refused_without_retry_after = 0;  // a 503 that names no time
};

/// Called from the test's thread; all state lives on one I/O thread.
class DaemonLoad final {
  public:
    explicit DaemonLoad(LoadOptions options);
    ~DaemonLoad();
    DaemonLoad(const DaemonLoad&) = delete;
    DaemonLoad& operator=(const DaemonLoad&) = delete;

    /// Where webhooks go from now on, redeliveries included.
    void aim(const std::string& webhooks_address);
    /// Fills the window; every acknowledged webhook is followed by a new one.
    void start();
    /// No new webhooks; true when everything sent is acknowledged in time.
    [[nodiscard]] bool finish(std::chrono::milliseconds timeout);

    /// A webhook of its own, once: the status, 0 if there was none. Acknowledged if it is 200;
    /// `retry_after` is what the answer named.
    [[nodiscard]] int send_one(const sim::Endpoint& endpoint, std::string* retry_after = nullptr);

    [[nodiscard]] LoadTotals totals();
    [[nodiscard]] std::unordered_set<std::string> sent_ids();
    [[nodiscard]] std::unordered_set<std::string> acknowledged_ids();

  private:
    struct Job;
    void on_thread(const std::function<void()>& task);
    [[nodiscard]] std::shared_ptr<Job> make_job(const sim::Endpoint& endpoint);
    void next();
    void attempt(const std::shared_ptr<Job>& job);
    void answered(const std::shared_ptr<Job>& job, const net::ClientResponse& response);
    void take(const Job& job, const net::ClientResponse& response);
    [[nodiscard]] net::ClientRequest request(const Job& job) const;

    const LoadOptions options_;
    sim::Stream stream_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpClient> client_;
    std::string address_;
    LoadTotals totals_;
    std::unordered_set<std::string> sent_;
    std::unordered_set<std::string> acknowledged_;
    std::size_t open_ = 0;
    std::size_t turn_ = 0;
    bool finishing_ = false;
    std::promise<void> finished_;
};

}  // namespace postern::crash
