// Limits at n-1, n, n+1; slow peers; connection caps.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using std::chrono::milliseconds;

std::string post(std::size_t bytes, bool chunked) {
    const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
    if (!chunked) {
        return start + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" +
               std::string(bytes, 'a');
    }
    std::string body = start + "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < bytes; ++i) body += "1\r\na\r\n";
    return body + "0\r\n\r\n";
}

TEST(Limits, HoldTheBodyLimitToTheByte) {
    TestServer server;
    server.handler.body_bytes_max = 100;
    for (const bool chunked : {false, true}) {
        for (const std::size_t bytes : {99U, 100U, 101U}) {
            RawClient client(server.address());
            client.send(post(bytes, chunked));
            const auto answer = client.read_answer();
            const auto* wanted = bytes > 100 ? "HTTP/1.1 413" : "HTTP/1.1 200";
            EXPECT_TRUE(answer.starts_with(wanted)) << bytes << chunked << answer;
            if (bytes > 100) {
                EXPECT_TRUE(client.closed_by_peer());
            }
        }
    }
}

TEST(Limits, RefuseAnAnnouncedBodyBeforeItComes) {
    TestServer server;
    server.handler.body_bytes_max = 100;
    RawClient client(server.address());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 413"));
}

TEST(Limits, RefuseHeadersPastTheLimitWith431) {
    TestServer server;
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 431"));
    RawClient under(server.address());
    under.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(16'000, 'a') + "\r\n\r\n");
    EXPECT_TRUE(under.read_answer().starts_with("HTTP/1.1 200"));
}

TEST(Limits, CloseAConnectionThatIsSlowWithItsHeader) {
    ServerOptions options;
    options.limits.header_timeout = milliseconds(150);
    TestServer server(options);
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHo");
    EXPECT_TRUE(client.closed_by_peer());
    EXPECT_EQ(server.server->counters().timeouts.load(), 1U);
}

TEST(Limits, CloseAConnectionThatIsSlowWithItsBody) {
    ServerOptions options;
    options.limits.body_grace = milliseconds(150);
    TestServer server(options);
    RawClient client(server.address());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab");
    EXPECT_TRUE(client.closed_by_peer());
    EXPECT_EQ(server.server->counters().timeouts.load(), 1U);
}

TEST(Limits, CloseAConnectionThatDoesNotReadItsAnswer) {
    ServerOptions options;
    options.limits.write_timeout = milliseconds(200);
    TestServer server(options);
    server.handler.on_request = [](const Request&, Responder responder) {
        Response response;
        response.body.assign(64 * 1024 * 1024, 'x');
        responder.send(std::move(response));
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return server.server->counters().timeouts.load() == 1; }));
    EXPECT_TRUE(eventually([&] { return server.server->counters().connections_open.load() == 0; }));
}

TEST(Limits, CloseAnIdleConnectionWithoutCountingItAsSlow) {
    ServerOptions options;
    options.limits.idle_timeout = milliseconds(150);
    TestServer server(options);
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(client.closed_by_peer());
    EXPECT_EQ(server.server->counters().timeouts.load(), 0U);
}

TEST(Limits, LetAHandlerThinkLongerThanAnyTimeout) {
    ServerOptions options;
    options.limits.header_timeout = options.limits.idle_timeout = milliseconds(100);
    TestServer server(options);
    server.handler.on_request = [](const Request&, Responder responder) {
        auto held = std::make_shared<Responder>(std::move(responder));
        (void)held->thread().after(milliseconds(500), [held] { held->send({}); });
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 200"));
}

TEST(Limits, EndAConnectionAfterItsLastRequest) {
    ServerOptions options;
    options.limits.requests_per_connection_max = 3;
    TestServer server(options);
    RawClient client(server.address());
    std::string last;
    for (int i = 0; i < 3; ++i) {
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        last = client.read_answer();
        EXPECT_EQ(last.find("Connection: close") != std::string::npos, i == 2) << last;
    }
    EXPECT_TRUE(client.closed_by_peer());
}

void expect_cap(ServerOptions options) {
    TestServer server(options);
    std::vector<std::unique_ptr<RawClient>> open;
    for (int i = 0; i < 3; ++i) {
        open.push_back(std::make_unique<RawClient>(server.address()));
        open.back()->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_TRUE(open.back()->read_answer().starts_with("HTTP/1.1 200"));
    }
    RawClient above(server.address());
    const auto refused = above.read_to_end();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503")) << refused;
    EXPECT_NE(refused.find("Retry-After"), std::string::npos);
    EXPECT_EQ(server.server->counters().connections_refused.load(), 1U);

    open.pop_back();
    EXPECT_TRUE(eventually([&] { return server.server->counters().connections_open.load() == 2; }));
    RawClient again(server.address());
    again.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(again.read_answer().starts_with("HTTP/1.1 200"));
}

TEST(Limits, CapTheConnectionsOfAListener) {
    ServerOptions options;
    options.limits.connections_max = 3;
    expect_cap(options);
}

TEST(Limits, CapTheConnectionsOfAnAddress) {
    ServerOptions options;
    options.limits.connections_per_address_max = 3;
    expect_cap(options);
}

}  // namespace
}  // namespace postern::net::test
