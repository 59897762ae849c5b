// The corpus over real connections: a refused request is answered once, the connection closes, and
// the marker request behind it is never answered.
#include <gtest/gtest.h>

#include "tests/net/framing_corpus.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

int status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
}

void expect_refused(const TestServer& server, const FramingCase& row, bool tls) {
    RawClient client(server.address(), tls);
    ASSERT_TRUE(client.connected());
    client.send(row.bytes + marker);
    const auto answer = client.read_to_end();
    EXPECT_EQ(status_of(answer), row.status) << row.name << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << row.name;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << row.name;
    EXPECT_EQ(answer.find("marker"), std::string::npos) << row.name << "\n" << answer;
}

void expect_accepted(const TestServer& server, const FramingCase& row, bool tls) {
    RawClient client(server.address(), tls);
    client.send(row.bytes + marker);
    const auto first = client.read_answer();
    EXPECT_EQ(status_of(first), 200) << row.name << "\n" << first;
    EXPECT_EQ(first.find("marker"), std::string::npos) << row.name;
    if (row.name == "HTTP/1.0") return;  // one answer, then it closes
    EXPECT_NE(client.read_answer().find("GET /marker []"), std::string::npos) << row.name;
}

TEST(Framing, RefusesTheCorpusOnAPlainPort) {
    TestServer server;
    for (const auto& row : refused_requests()) expect_refused(server, row, false);
    EXPECT_EQ(server.server->counters().requests_malformed.load(), refused_requests().size());
}

TEST(Framing, RefusesTheCorpusOnATlsPort) {
    const Certificate certificate("localhost", 30);
    ServerOptions options;
    options.tls = certificate.files();
    TestServer server(options);
    for (const auto& row : refused_requests()) expect_refused(server, row, true);
}

TEST(Framing, AcceptsValidRequestsAndThenTheNextOnBothPorts) {
    const Certificate certificate("localhost", 30);
    ServerOptions options;
    options.tls = certificate.files();
    TestServer plain;
    TestServer secured(options);
    for (const auto& row : accepted_requests()) {
        expect_accepted(plain, row, false);
        expect_accepted(secured, row, true);
    }
}

TEST(Framing, JudgesTheSameWhenBytesComeOneByOne) {
    TestServer server;
    for (const auto* name : {"CL then TE", "TE folded", "no Host", "chunk extension token"}) {
        for (const auto& row : refused_requests()) {
            if (row.name != name) continue;
            RawClient client(server.address());
            for (char c : row.bytes + marker) {
                if (!client.send(std::string(1, c))) break;
            }
            const auto answer = client.read_to_end();
            EXPECT_EQ(answer.find("marker"), std::string::npos) << answer;
            EXPECT_EQ(status_of(answer), row.status) << row.name;
        }
    }
    RawClient client(server.address());
    for (char c : accepted_requests()[13].bytes) client.send(std::string(1, c));
    EXPECT_NE(client.read_answer().find("[abcde]"), std::string::npos);
}

TEST(Framing, DropsTrailersAndKeepsTheHeadersThatCameFirst) {
    TestServer server;
    std::string seen;
    server.handler.on_request = [&](const Request& request, Responder responder) {
        seen = request.header("authorization");
        responder.send({});
    };
    RawClient client(server.address());
    client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        "Authorization: first\r\n\r\n1\r\na\r\n0\r\nAuthorization: second\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 200);
    EXPECT_EQ(seen, "first");
}

}  // namespace
}  // namespace postern::net::test
