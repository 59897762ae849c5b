// The simulator against a small receiver of webhooks that refuses the first try of each: what it
// reports as acknowledged must be exactly what the receiver acknowledged.
#include "gateway/sim/server.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <mutex>

#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

/// Answers 503 to the first try of a body, then 200; 401 to a wrong signature.
class Receiver final : public net::HttpHandler {
  public:
    net::Admission admit(const net::Request&) override { return {true, 1 << 20, {}}; }

    void handle(const net::Request& request, net::Responder responder) override {
        const std::string want = "sha256=" + hmac_sha256_hex("demo-app-secret", request.body);
        net::Response response;
        if (request.header("x-hub-signature-256") != want) {
            response.status = 401;
        } else {
            const std::lock_guard lock(mutex);
            response.status = ++tries[std::string(request.body)] == 1 ? 503 : 200;
        }
        responder.send(std::move(response));
    }

    std::mutex mutex;
    std::map<std::string, int> tries;
};

std::uint64_t number_at(simdjson::dom::element document, std::string_view pointer) {
    std::uint64_t number = 0;
    EXPECT_EQ(document.at_pointer(pointer).get(number), simdjson::SUCCESS) << pointer;
    return number;
}

class SimulatorServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string problem;
        receiving_pool = net::make_io_pool(1);
        net::ServerOptions options;
        options.name = "receiver";
        options.address = "127.0.0.1:0";
        receiving = net::listen(*receiving_pool, receiver, options, problem);
        ASSERT_TRUE(receiving) << problem;
        StreamOptions stream;
        stream.seed = 9;
        stream.start_s = 1'767'225'600;
        stream.endpoints = {
            demo_endpoint("whatsapp", "http://" + receiving->address() + "/webhooks")};
        engine = std::make_unique<Engine>(stream);
        server = SimulatorServer::start(*engine, "127.0.0.1:0", problem);
        ASSERT_TRUE(server) << problem;
        calling_pool = net::make_io_pool(1);
        client = net::make_client(calling_pool->at(0));
    }

    void TearDown() override {
        client.reset();
        calling_pool->stop();
        server.reset();
        engine.reset();
        if (receiving) receiving->drain(std::chrono::seconds(1));
        receiving.reset();
        receiving_pool->stop();
    }

    net::ClientResponse call(const std::string& method, const std::string& path,
                             const std::string& body) {
        net::ClientRequest request;
        request.method = method;
        request.url = "http://" + server->address() + path;
        request.headers = {{"Content-Type", "application/json"}};
        request.body = body;
        return net::fetch(calling_pool->at(0), *client, request);
    }

    Receiver receiver;
    std::unique_ptr<net::IoPool> receiving_pool;
    std::unique_ptr<net::HttpServer> receiving;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<SimulatorServer> server;
    std::unique_ptr<net::IoPool> calling_pool;
    std::unique_ptr<net::HttpClient> client;
};

TEST_F(SimulatorServerTest, RedeliversUntilItIsAcknowledgedAndSaysExactlyWhatWas) {
    const net::ClientResponse answer =
        call("POST", "/_sim/inbound", R"({"count":12,"batch":3,"garbage":1})");
    ASSERT_EQ(answer.status, 200) << answer.problem << answer.body;

    simdjson::dom::parser parser;
    simdjson::dom::element document;
    ASSERT_EQ(parser.parse(answer.body).get(document), simdjson::SUCCESS);
    EXPECT_EQ(number_at(document, "/sent"), 5u);
    EXPECT_EQ(number_at(document, "/acknowledged"), 4u);
    EXPECT_EQ(number_at(document, "/acknowledged_items"), 12u);
    EXPECT_EQ(number_at(document, "/unexpected"), 0u);
    EXPECT_EQ(number_at(document, "/attempts"), 9u);
    EXPECT_EQ(number_at(document, "/by_status/401"), 1u);

    const net::ClientResponse ids = call("GET", "/_sim/sent?acknowledged=1&flat=1", "");
    simdjson::dom::array list;
    ASSERT_EQ(parser.parse(ids.body).get(list), simdjson::SUCCESS);
    EXPECT_EQ(list.size(), 12u);
}

TEST_F(SimulatorServerTest, ChangesItsFaultsAndRefusesUnknownOnes) {
    EXPECT_EQ(call("POST", "/_sim/faults", R"({"duplicates":0.5})").status, 200);
    EXPECT_NE(call("GET", "/_sim/faults", "").body.find("\"duplicates\":0.5"), std::string::npos);
    EXPECT_EQ(call("POST", "/_sim/faults", R"({"dice":0.5})").status, 400);
    EXPECT_EQ(call("POST", "/_sim/inbound", R"({"colour":"red"})").status, 400);
    EXPECT_EQ(call("GET", "/_sim/nothing", "").status, 404);
}

TEST_F(SimulatorServerTest, PushesAStreamAndSumsItUp) {
    const PumpResult result = engine->push({.total = 40, .rate = 400});

    EXPECT_EQ(result.sent, 40u);
    EXPECT_EQ(result.acknowledged, 40u);
    EXPECT_EQ(result.attempts, 80u);
    EXPECT_EQ(result.acknowledged_ids.size(), 40u);
}

}  // namespace
}  // namespace postern::sim
