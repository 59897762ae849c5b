// A simulator with its server, a gateway that only takes webhooks and keeps them, and a client that
// plays the gateway's sending side. Made on the test's thread.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/net/client.h"
#include "gateway/sim/server.h"

namespace postern::sim {

struct TakenWebhook {
    std::string target;
    std::string body;
    std::map<std::string, std::string> headers;  // names as sent
};

/// Answers 200 to everything.
class WebhookTaker final : public net::HttpHandler {
  public:
    net::Admission admit(const net::Request&) override { return {true, 1 << 20, {}}; }
    void handle(const net::Request& request, net::Responder responder) override;
    /// The first `count` in the order of their coming; fewer only if they do not come in 20 s.
    [[nodiscard]] std::vector<TakenWebhook> wait_for(std::size_t count);

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<TakenWebhook> taken_;
};

class SimRig : public ::testing::Test {
  protected:
    void SetUp() override { start(11); }
    void TearDown() override { stop(); }
    /// With the demo's accounts; whatsapp, telegram and twilio have tokens.
    void start(std::uint64_t seed);
    void stop();

    using Headers = std::vector<std::pair<std::string, std::string>>;
    net::ClientResponse call(const std::string& method, const std::string& path,
                             const std::string& body, const Headers& headers,
                             std::chrono::milliseconds timeout = std::chrono::seconds(15));
    net::ClientResponse json(const std::string& path, const std::string& body,
                             const Headers& headers = {});
    net::ClientResponse get(const std::string& path) { return call("GET", path, "", {}); }
    /// POST /_sim/faults; fails the test if it is refused.
    void set_faults(const std::string& body);

    // One good send of each channel.
    net::ClientResponse whatsapp(const std::string& body);
    net::ClientResponse whatsapp_text(const std::string& to = "+573001112233");
    net::ClientResponse telegram(const std::string& method, const std::string& body);
    net::ClientResponse twilio(const std::string& form);
    net::ClientResponse http(const std::string& body);

    std::uint64_t ledger_count();
    std::string gateway_url() const { return "http://" + gateway_->address(); }

    WebhookTaker taker;

  private:
    std::unique_ptr<net::IoPool> gateway_pool_;
    std::unique_ptr<net::HttpServer> gateway_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<SimulatorServer> server_;
    std::unique_ptr<net::IoPool> client_pool_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace postern::sim
