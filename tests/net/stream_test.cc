// Streamed answers: order, end, a client that goes, one that does not read, HEAD.
#include <atomic>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

/// Opens a stream for each request and hands it to the test.
struct StreamServer {
    StreamServer() {
        server.handler.on_request = [this](const Request&, Responder responder) {
            Response head;
            head.content_type = "text/event-stream";
            auto body = responder.stream(std::move(head));
            body->on_close([this] { ++closed; });
            stream = body;
            opened = true;
        };
    }
    void on_thread(std::function<void()> task) {
        std::atomic<bool> done{false};
        server.pool->at(0).post([&] {
            task();
            done = true;
        });
        EXPECT_TRUE(eventually([&] { return done.load(); }));
    }

    std::shared_ptr<BodyStream> stream;
    std::atomic<bool> opened{false};
    std::atomic<int> closed{0};
    TestServer server;

    ~StreamServer() {
        on_thread([this] { stream.reset(); });
    }
};

TEST(Stream, SendsEachPieceAsItComesAndEndsProperly) {
    StreamServer test;
    RawClient client(test.server.address());
    client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return test.opened.load(); }));
    test.on_thread([&] { EXPECT_TRUE(test.stream->write("data: 1\n\n")); });
    std::string seen = client.read_at_least(1);
    while (seen.find("data: 1\n\n") == std::string::npos) {
        const auto more = client.read_at_least(1);
        ASSERT_FALSE(more.empty());
        seen += more;
    }
    test.on_thread([&] {
        EXPECT_TRUE(test.stream->write("data: 2\n\n"));
        test.stream->finish();
    });
    seen += client.read_to_end();
    EXPECT_NE(seen.find("Content-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_TRUE(seen.ends_with("9\r\ndata: 2\n\n\r\n0\r\n\r\n")) << seen;
    EXPECT_EQ(test.closed.load(), 0);
}

TEST(Stream, TellsWhenTheClientGoes) {
    StreamServer test;
    auto client = std::make_unique<RawClient>(test.server.address());
    client->send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return test.opened.load(); }));
    client.reset();
    EXPECT_TRUE(eventually([&] { return test.closed.load() == 1; }));
    test.on_thread([&] { EXPECT_FALSE(test.stream->write("x")); });
}

TEST(Stream, RefusesMoreThanItsBoundForAClientThatDoesNotRead) {
    StreamServer test;
    RawClient client(test.server.address());
    client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return test.opened.load(); }));
    bool refused = false;
    for (int i = 0; i < 10'000 && !refused; ++i) {
        test.on_thread([&] { refused = !test.stream->write(std::string(64 * 1024, 'x')); });
    }
    EXPECT_TRUE(refused);
    test.on_thread([&] { EXPECT_LE(test.stream->waiting_bytes(), 300U * 1024); });
}

TEST(Stream, EndsWhenTheServerDrains) {
    StreamServer test;
    RawClient client(test.server.address());
    client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return test.opened.load(); }));
    test.server.server->drain(std::chrono::milliseconds(5'000));
    EXPECT_EQ(test.closed.load(), 1);
    EXPECT_TRUE(client.read_to_end().ends_with("0\r\n\r\n"));
}

TEST(Stream, GivesHeadTheHeadAlone) {
    StreamServer test;
    RawClient client(test.server.address());
    client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().ends_with("\r\n\r\n"));
    EXPECT_TRUE(eventually([&] { return test.closed.load() == 1; }));
}

TEST(Stream, EndsWithTheConnectionForHttp10) {
    StreamServer test;
    RawClient client(test.server.address());
    client.send("GET /events HTTP/1.0\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return test.opened.load(); }));
    test.on_thread([&] {
        EXPECT_TRUE(test.stream->write("plain"));
        test.stream->finish();
    });
    const auto answer = client.read_to_end();
    EXPECT_TRUE(answer.ends_with("\r\n\r\nplain")) << answer;
}

}  // namespace
}  // namespace postern::net::test
