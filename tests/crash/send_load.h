// Applications that send: POST /v1/messages and /v1/messages/batch over several connections, every
// request with an Idempotency-Key of its own, repeated under the same key until it is answered, and
// now and then once more after that. It remembers which messages were accepted: the oracle.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/scenario.h"

namespace postern::crash {

struct SendLoadOptions {
    std::vector<sim::Endpoint> endpoints;  // whatsapp (as templates) and twilio
    std::string key;
    unsigned seed = 1;
    std::size_t window = 8;  // requests that wait for an answer at a time, a connection each
    std::chrono::milliseconds pause{15};  // of each connection between two requests
};

/// A message that the daemon answered for.
struct AcceptedMessage {
    std::int64_t number = 0;  // in its text and its metadata
    std::string id;
    bool marketing = false;  // else transactional
    std::string channel;
};

struct SendTotals {
    std::uint64_t requests = 0;              // each once
    std::uint64_t unanswered = 0;            // posted again under the same key
    std::uint64_t repeated = 0;              // answered, and asked again on purpose
    std::map<int, std::uint64_t> by_status;  // every answer; 0: none came
    std::vector<std::string> problems;       // what no answer may say; the first few
};

/// Called from the test's thread; all state lives on one I/O thread.
class SendLoad final {
  public:
    explicit SendLoad(SendLoadOptions options);
    ~SendLoad();
    SendLoad(const SendLoad&) = delete;
    SendLoad& operator=(const SendLoad&) = delete;

    /// Where requests go from now on, repeated ones included: "http://host:port".
    void aim(const std::string& api_url);
    void start();
    /// No new requests; true when everything posted is answered in time.
    [[nodiscard]] bool finish(std::chrono::milliseconds timeout);

    [[nodiscard]] SendTotals totals();
    [[nodiscard]] std::vector<AcceptedMessage> accepted();

  private:
    struct Job;
    void on_thread(const std::function<void()>& task);
    void next();
    [[nodiscard]] std::string message(Job& job);
    void attempt(const std::shared_ptr<Job>& job);
    void answered(const std::shared_ptr<Job>& job, const net::ClientResponse& response);
    /// False: no final answer, to be asked again.
    [[nodiscard]] bool take(Job& job, const net::ClientResponse& response);
    void problem(const Job& job, const std::string& what);
    [[nodiscard]] std::uint64_t draw(std::uint64_t below);

    const SendLoadOptions options_;
    std::mt19937_64 random_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<net::HttpClient> client_;
    std::string url_;
    SendTotals totals_;
    std::vector<AcceptedMessage> accepted_;
    std::int64_t last_number_ = 0;
    std::size_t open_ = 0;
    bool finishing_ = false;
    std::promise<void> finished_;
};

}  // namespace postern::crash
