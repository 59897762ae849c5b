// The client against real and scripted servers: keep-alive, retries, time-outs, bounds, streams.
#include "gateway/net/client.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "gateway/net/errc.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using std::chrono::milliseconds;

struct ClientTest : ::testing::Test {
    std::unique_ptr<IoPool> pool = make_io_pool(1);
    std::unique_ptr<HttpClient> client = make_client(pool->at(0));

    ~ClientTest() override {
        client.reset();
        pool->stop();
    }
    ClientResponse ask(ClientRequest request) {
        return fetch(pool->at(0), *client, std::move(request));
    }
    ClientResponse get(const std::string& url) { return ask({.url = url}); }
};

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(ClientTest, SendsARequestAndReusesItsConnection) {
    TestServer server;
    for (int i = 0; i < 5; ++i) {
        const auto answer = ask({.method = "POST", .url = server.url("/x?y=z"), .body = "body"});
        EXPECT_FALSE(answer.error) << answer.problem;
        EXPECT_EQ(answer.progress, Progress::answered);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "POST /x?y=z [body]");
        EXPECT_EQ(answer.header("content-type"), "text/plain");
    }
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 1U);
}

TEST_F(ClientTest, ReusesTheConnectionForARequestSentFromTheCallback) {
    TestServer server;
    std::promise<void> finished;
    int left = 10;
    std::function<void()> next = [&] {
        client->send({.url = server.url("/")}, [&](ClientResponse answer) {
            EXPECT_EQ(answer.status, 200);
            if (--left == 0) return finished.set_value();
            next();
        });
    };
    pool->at(0).post(next);
    finished.get_future().get();
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 1U);
}

TEST_F(ClientTest, OpensNoMoreConnectionsThanAllowedAndQueuesTheRest) {
    TestServer server;
    auto bounded = make_client(pool->at(0), {.connections_per_origin_max = 2});
    std::atomic<int> answered{0};
    pool->at(0).post([&] {
        for (int i = 0; i < 50; ++i) {
            bounded->send({.url = server.url("/")}, [&](ClientResponse answer) {
                EXPECT_EQ(answer.status, 200);
                ++answered;
            });
        }
    });
    EXPECT_TRUE(eventually([&] { return answered.load() == 50; }));
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 2U);
}

TEST_F(ClientTest, ReadsChunkedAndUnboundedAnswersAndHead) {
    ScriptedServer server([](int fd, int) {
        std::string request;
        while (read_request(fd, request)) {
            if (request.starts_with("GET /chunked")) {
                send_all(fd,
                         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                         "Transfer-Encoding: chunked\r\nX-Real: 1\r\n\r\n"
                         "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 2\r\n\r\n");
            } else if (request.starts_with("HEAD")) {
                send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
            } else if (request.starts_with("GET /empty")) {
                send_all(fd, "HTTP/1.1 204 No Content\r\n\r\n");
            } else {
                send_all(fd, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
                return;
            }
        }
    });
    const auto chunked = get(server.url("/chunked"));
    EXPECT_EQ(chunked.body, "abcde") << chunked.problem;
    EXPECT_EQ(chunked.header("x-real"), "1");
    EXPECT_EQ(chunked.header("x-trailer"), "");
    EXPECT_EQ(ask({.method = "HEAD", .url = server.url("/")}).status, 200);
    EXPECT_EQ(get(server.url("/empty")).status, 204);
    EXPECT_EQ(get(server.url("/rest")).body, "until the end");
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, BoundsTheBody) {
    TestServer server;
    server.handler.on_request = [](const Request& request, Responder responder) {
        Response response;
        response.body.assign(std::stoul(std::string(request.path.substr(1))), 'x');
        responder.send(std::move(response));
    };
    const auto fetch_bytes = [&](const char* path) {
        return ask({.url = server.url(path), .body_bytes_max = 1000});
    };
    EXPECT_EQ(fetch_bytes("/999").body.size(), 999U);
    EXPECT_EQ(fetch_bytes("/1000").body.size(), 1000U);
    const auto large = fetch_bytes("/1001");
    EXPECT_EQ(large.error, Errc::body_too_large);
    EXPECT_EQ(large.progress, Progress::sent_partly_or_whole);

    ScriptedServer endless([](int fd, int) {
        std::string request;
        if (!read_request(fd, request)) return;
        send_all(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 1000; ++i) send_all(fd, "a\r\n0123456789\r\n");
    });
    EXPECT_EQ(ask({.url = endless.url("/"), .body_bytes_max = 1000}).error, Errc::body_too_large);
}

TEST_F(ClientTest, TellsWhetherAnythingWasSent) {
    const auto refused = get("http://127.0.0.1:1/");
    EXPECT_TRUE(refused.error);
    EXPECT_EQ(refused.progress, Progress::not_sent);
    EXPECT_EQ(get("nonsense").error, Errc::bad_url);
    EXPECT_EQ(ask({.url = "http://h/", .headers = {{"X", "a\r\nb"}}}).error, Errc::bad_request);
    EXPECT_EQ(get("http://name.invalid/").progress, Progress::not_sent);

    ScriptedServer cut([](int fd, int) {
        std::string request;
        if (read_request(fd, request))
            send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
    });
    const auto half = ask({.method = "POST", .url = cut.url("/"), .body = "x"});
    EXPECT_EQ(half.error, Errc::closed_early);
    EXPECT_EQ(half.progress, Progress::sent_partly_or_whole);
}

TEST_F(ClientTest, GivesUpInTime) {
    ScriptedServer silent([](int fd, int) {
        std::string request;
        read_request(fd, request);
        read_request(fd, request);
    });
    const auto start = std::chrono::steady_clock::now();
    const auto answer =
        ask({.method = "POST", .url = silent.url("/"), .total_timeout = milliseconds(200)});
    EXPECT_EQ(answer.error, Errc::timed_out);
    EXPECT_EQ(answer.progress, Progress::sent_partly_or_whole);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2'000));
}

TEST_F(ClientTest, GivesUpConnectingInTime) {
    // TCP connects, TLS never does: still part of connecting, and nothing was sent.
    ScriptedServer never_speaks([](int peer, int) {
        std::string ignored;
        read_request(peer, ignored);
    });
    auto url = never_speaks.url("/");
    url.replace(0, 4, "https");
    const auto answer = ask({.url = url, .connect_timeout = milliseconds(200)});
    EXPECT_EQ(answer.error, Errc::connect_timed_out);
    EXPECT_EQ(answer.progress, Progress::not_sent);
}

/// Answers the first request of the first connection, then closes it just as the second arrives.
void close_on_second(int fd, int connection) {
    std::string request;
    if (!read_request(fd, request)) return;
    send_all(fd, ok);
    if (connection > 1) return;
    char byte = 0;
    (void)!::recv(fd, &byte, 1, 0);
}

TEST_F(ClientTest, RepeatsAnIdempotentRequestOnAFreshConnectionWhenTheKeptOneIsDead) {
    ScriptedServer server(close_on_second);
    EXPECT_EQ(get(server.url("/1")).body, "ok");
    EXPECT_EQ(get(server.url("/2")).body, "ok");
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, NeverRepeatsAPostThatMayHaveArrived) {
    ScriptedServer server(close_on_second);
    EXPECT_EQ(get(server.url("/1")).body, "ok");
    const auto second = ask({.method = "POST", .url = server.url("/2"), .body = "x"});
    EXPECT_TRUE(second.error);
    EXPECT_EQ(second.progress, Progress::sent_partly_or_whole);
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, SeesThatAKeptConnectionWasClosedMeanwhile) {
    std::atomic<bool> closed{false};
    ScriptedServer server([&](int fd, int) {
        std::string request;
        if (read_request(fd, request)) send_all(fd, ok);
        ::shutdown(fd, SHUT_RDWR);
        closed = true;
    });
    EXPECT_EQ(get(server.url("/1")).body, "ok");
    ASSERT_TRUE(eventually([&] { return closed.load(); }));
    EXPECT_EQ(ask({.method = "POST", .url = server.url("/2"), .body = "x"}).body, "ok");
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, RefusesAnswersWithTwoReadings) {
    ScriptedServer server([](int fd, int) {
        std::string request;
        if (!read_request(fd, request)) return;
        send_all(fd, request.starts_with("GET /gzip")
                         ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc"
                         : "SSH-2.0-OpenSSH\r\n\r\n");
    });
    EXPECT_EQ(get(server.url("/gzip")).error, Errc::bad_response);
    EXPECT_EQ(get(server.url("/ssh")).error, Errc::bad_response);
}

TEST_F(ClientTest, StreamsABodyPieceByPieceUntilToldToStop) {
    std::atomic<bool> gone{false};
    ScriptedServer server([&](int fd, int) {
        std::string request;
        if (!read_request(fd, request)) return;
        send_all(fd,
                 "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 3; ++i) send_all(fd, "9\r\ndata: x\n\n\r\n");
        char byte = 0;
        gone = ::recv(fd, &byte, 1, 0) <= 0;
    });
    std::promise<ClientResponse> finished;
    std::string seen;
    pool->at(0).post([&] {
        client->stream(
            {.url = server.url("/events"), .total_timeout = milliseconds(3'000)},
            [&](std::string_view piece) {
                seen += piece;
                return seen.size() < 27;
            },
            [&](ClientResponse answer) { finished.set_value(std::move(answer)); });
    });
    const auto answer = finished.get_future().get();
    EXPECT_FALSE(answer.error) << answer.problem;
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.empty());
    EXPECT_EQ(seen, "data: x\n\ndata: x\n\ndata: x\n\n");
    EXPECT_TRUE(eventually([&] { return gone.load(); }));
}

TEST_F(ClientTest, DropsWhatIsOutstandingWhenItEnds) {
    std::atomic<bool> arrived{false};
    ScriptedServer silent([&](int fd, int) {
        std::string request;
        arrived = read_request(fd, request);
        read_request(fd, request);
    });
    auto doomed = make_client(pool->at(0));
    bool called = false;
    pool->at(0).post(
        [&] { doomed->send({.url = silent.url("/")}, [&](ClientResponse) { called = true; }); });
    ASSERT_TRUE(eventually([&] { return arrived.load(); }));
    doomed.reset();
    EXPECT_FALSE(called);
}

/// Gives `bytes` in two pieces, then nothing.
class TwoPieces final : public BodySource {
  public:
    explicit TwoPieces(std::string bytes) : bytes_(std::move(bytes)) {}
    void read(IoThread& thread, std::function<void(std::string)> done) override {
        const std::string piece = bytes_.substr(at_, bytes_.size() / 2 + 1);
        at_ += piece.size();
        thread.post([done, piece] { done(piece); });
    }

  private:
    const std::string bytes_;
    std::size_t at_ = 0;
};

ClientRequest sourced(const std::string& url, std::uint64_t bytes) {
    ClientRequest request{.method = "PUT", .url = url, .body = "<>"};
    request.source = std::make_shared<TwoPieces>("0123456789");
    request.source_bytes = bytes;
    request.source_at = 1;
    return request;
}

TEST_F(ClientTest, SendsASourceWithinTheBody) {
    TestServer server;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ask(sourced(server.url("/x"), 10)).body, "PUT /x [<0123456789>]");
    }
    EXPECT_EQ(ask(sourced(server.url("/x"), 7)).body, "PUT /x [<0123456>]");
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 1U);
}

TEST_F(ClientTest, BreaksOffWhatItsSourceDoesNotFinish) {
    TestServer server;
    std::atomic<int> handled{0};
    server.handler.on_request = [&](const Request&, Responder responder) {
        ++handled;
        responder.send({.body = "ok"});
    };
    EXPECT_EQ(ask({.method = "POST", .url = server.url("/x"), .body = "a"}).body, "ok");
    const auto answer = ask(sourced(server.url("/x"), 11));
    EXPECT_EQ(answer.error, make_error_code(Errc::source_failed));
    EXPECT_EQ(answer.progress, Progress::sent_partly_or_whole);
    EXPECT_EQ(ask({.method = "POST", .url = server.url("/x"), .body = "a"}).body, "ok");
    EXPECT_EQ(handled.load(), 2);
}

/// Of a body that is more than the sockets hold the peer reads a little, and goes.
TEST_F(ClientTest, HearsWhyItsBodyIsRefusedBeforeItsEnd) {
    ScriptedServer server([](int fd, int) {
        char bytes[4096];
        const auto got = ::recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0 ||
            std::string_view(bytes, static_cast<std::size_t>(got)).starts_with("POST /2"))
            return;
        send_all(fd, "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nlong");
    });
    const std::string body(32u << 20, 'x');
    const auto refused = ask({.method = "POST", .url = server.url("/1"), .body = body});
    EXPECT_FALSE(refused.error) << refused.problem;
    EXPECT_EQ(refused.progress, Progress::answered);
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "long");
    const auto silent = ask({.method = "POST", .url = server.url("/2"), .body = body});
    EXPECT_TRUE(silent.error);
    EXPECT_EQ(silent.progress, Progress::sent_partly_or_whole);
    EXPECT_EQ(server.connections(), 2);
}

}  // namespace
}  // namespace postern::net::test
