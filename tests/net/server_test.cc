// What a client of the server sees: keep-alive, order, HEAD, 100-continue, late and missing
// answers.
#include <thread>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Server, KeepsTheConnectionForTheNextRequest) {
    TestServer server;
    RawClient client(server.address());
    for (int i = 0; i < 3; ++i) {
        client.send("POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
        EXPECT_TRUE(has(client.read_answer(), "POST /n [ab]"));
    }
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 1U);
    EXPECT_EQ(server.server->counters().requests.load(), 3U);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    TestServer server;
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n";
        requests += i % 2 == 0 ? "Content-Length: 4\r\n\r\nbody"
                               : "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
    }
    RawClient client(server.address());
    client.send(requests);
    for (int i = 0; i < 50; ++i) {
        const auto wanted = "POST /" + std::to_string(i) + " [body]";
        EXPECT_TRUE(has(client.read_answer(), wanted)) << wanted;
    }
}

TEST(Server, AnswersLateFromAPostedTaskAndKeepsTheViewsValid) {
    TestServer server;
    std::vector<std::thread> workers;
    server.handler.on_request = [&](const Request& request, Responder responder) {
        auto held = std::make_shared<Responder>(std::move(responder));
        workers.emplace_back([held, body = request.body, &request] {
            held->thread().post([held, body, &request] {
                Response response;
                response.body = std::string(body) + std::string(request.path);
                held->send(std::move(response));
            });
        });
    };
    RawClient client(server.address());
    client.send("POST /late HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(has(client.read_answer(), "abc/late"));
    for (auto& worker : workers) worker.join();
}

TEST(Server, AnswersHeadWithTheHeadAlone) {
    TestServer server;
    RawClient client(server.address());
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto head = client.read_answer(true);
    EXPECT_TRUE(has(head, "Content-Length: 10\r\n")) << head;
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 200"));
}

TEST(Server, WritesFixedResponsesAsTheyAre) {
    TestServer server;
    static const auto ok =
        std::make_shared<const std::string>(format_fixed(200, "text/plain", "OK!"));
    server.handler.on_request = [](const Request&, Responder responder) {
        Response response;
        response.fixed = ok;
        responder.send(std::move(response));
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.read_answer(), *ok);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.read_answer(true), ok->substr(0, ok->size() - 3));
    client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto last = client.read_to_end();
    EXPECT_TRUE(has(last, "\r\nConnection: close\r\n") && last.ends_with("OK!")) << last;
}

TEST(Server, SendsContinueOnlyAfterAdmission) {
    TestServer server;
    RawClient client(server.address());
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    EXPECT_TRUE(has(client.read_answer(), "POST /x [ab]"));

    client.send(
        "POST /forbidden HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\n\r\n");
    const auto refused = client.read_to_end();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 403")) << refused;
    EXPECT_FALSE(has(refused, "100 Continue"));
}

TEST(Server, KeepsTheConnectionAfterARefusalWithoutABody) {
    TestServer server;
    RawClient client(server.address());
    client.send("GET /forbidden HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 403"));
    client.send("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(has(client.read_answer(), "GET /ok"));
}

TEST(Server, AnswersForAHandlerThatDropsItsResponder) {
    TestServer server;
    std::vector<std::thread> workers;
    server.handler.on_request = [&](const Request& request, Responder responder) {
        if (request.path == "/here") return;
        auto held = std::make_shared<Responder>(std::move(responder));
        workers.emplace_back([held]() mutable { held.reset(); });
        held.reset();
    };
    RawClient client(server.address());
    client.send("GET /here HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 500"));
    RawClient other(server.address());
    other.send("GET /elsewhere HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(other.read_to_end().starts_with("HTTP/1.1 500"));
    for (auto& worker : workers) worker.join();
}

TEST(Server, SendsLargeBodiesBothWays) {
    TestServer server;
    server.handler.body_bytes_max = 8 * 1024 * 1024;
    const std::string body(3'000'000, 'b');
    server.handler.on_request = [&](const Request& request, Responder responder) {
        Response response;
        response.body = request.body == body ? body : "different";
        responder.send(std::move(response));
    };
    RawClient client(server.address());
    std::thread sender([&] {
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body);
    });
    const auto answer = client.read_answer();
    sender.join();
    EXPECT_TRUE(answer.ends_with(body));
}

TEST(Server, LeavesOutHeadersThatWouldBreakTheFraming) {
    TestServer server;
    server.handler.on_request = [](const Request&, Responder responder) {
        Response response;
        response.headers = {{"X-Good", "1"},
                            {"X-Bad", "a\r\nSet-Cookie: b"},
                            {"Bad Name", "x"},
                            {"Content-Length", "99"}};
        response.body = "{}";
        responder.send(std::move(response));
    };
    RawClient client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_TRUE(has(answer, "X-Good: 1\r\n") && has(answer, "Content-Length: 2\r\n")) << answer;
    EXPECT_FALSE(has(answer, "Set-Cookie") || has(answer, "Bad Name") || has(answer, "99"));
}

TEST(Server, SharesOneChosenPortAmongItsThreads) {
    TestServer server({}, 2);
    EXPECT_FALSE(server.address().ends_with(":0"));
    for (int i = 0; i < 16; ++i) {
        RawClient client(server.address());
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 200"));
    }
}

TEST(Server, SaysWhereItCannotListen) {
    TestServer server;
    std::string problem;
    ServerOptions options;
    options.address = server.address();
    EXPECT_EQ(listen(*server.pool, server.handler, options, problem), nullptr);
    EXPECT_TRUE(has(problem, options.address)) << problem;
    options.address = "nonsense";
    EXPECT_EQ(listen(*server.pool, server.handler, options, problem), nullptr);
    options.address = "127.0.0.1:0";
    options.trusted_proxies = {"10.0.0.0/33"};
    EXPECT_EQ(listen(*server.pool, server.handler, options, problem), nullptr);
    EXPECT_TRUE(has(problem, "10.0.0.0/33")) << problem;
}

}  // namespace
}  // namespace postern::net::test
