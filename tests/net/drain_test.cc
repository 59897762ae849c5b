// Draining: idle connections end at once, requests in flight finish, what is left is aborted.
#include <atomic>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

TEST(Drain, ClosesIdleConnectionsAndRefusesNewOnes) {
    TestServer server({}, 2);
    RawClient idle(server.address());
    idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(idle.read_answer().starts_with("HTTP/1.1 200"));
    const auto start = Clock::now();
    server.server->drain(milliseconds(5'000));
    EXPECT_LT(Clock::now() - start, milliseconds(3'000));
    EXPECT_TRUE(idle.closed_by_peer());
    EXPECT_FALSE(RawClient(server.address()).connected());
    EXPECT_EQ(server.server->counters().connections_open.load(), 0);
}

TEST(Drain, LetsARequestInFlightFinishAndClosesAfterIt) {
    TestServer server;
    std::shared_ptr<Responder> held;
    std::atomic<bool> arrived{false};
    server.handler.on_request = [&](const Request&, Responder responder) {
        held = std::make_shared<Responder>(std::move(responder));
        (void)held->thread().after(milliseconds(300), [&] { held->send({}); });
        arrived = true;
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return arrived.load(); }));
    server.server->drain(milliseconds(5'000));
    const auto answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST(Drain, AbortsWhatIsLeftAfterTheGrace) {
    TestServer server;
    std::shared_ptr<Responder> held;
    std::atomic<bool> arrived{false};
    server.handler.on_request = [&](const Request&, Responder responder) {
        held = std::make_shared<Responder>(std::move(responder));
        arrived = true;
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return arrived.load(); }));
    const auto start = Clock::now();
    server.server->drain(milliseconds(200));
    EXPECT_LT(Clock::now() - start, milliseconds(3'000));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(server.server->counters().connections_open.load(), 0);
    held.reset();  // an answer to nobody
}

}  // namespace
}  // namespace postern::net::test
