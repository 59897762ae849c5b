// The corpus over real connections: a refused request is answered once, the connection closes, and
// the marker request behind it is never answered.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/net/framing_corpus.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

int status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
}

void expect_refusal(const std::string& answer, const FramingCase& row) {
    EXPECT_EQ(status_of(answer), row.status) << row.name << "\n" << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << row.name;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << row.name;
    EXPECT_EQ(answer.find("marker"), std::string::npos) << row.name << "\n" << answer;
}

void expect_refused(const TestServer& server, const FramingCase& row, bool tls) {
    RawClient client(server.address(), tls);
    ASSERT_TRUE(client.connected());
    client.send(row.bytes + marker);
    expect_refusal(client.read_to_end(), row);
}

void expect_answers(RawClient& client, const FramingCase& row) {
    const auto first = client.read_answer();
    EXPECT_EQ(status_of(first), 200) << row.name << "\n" << first;
    EXPECT_EQ(first.find("marker"), std::string::npos) << row.name;
    const auto body = row.name == "chunks" ? "[abcde]" : "[";
    EXPECT_NE(first.find(body), std::string::npos) << row.name << "\n" << first;
    if (row.name == "HTTP/1.0") return;  // one answer, then it closes
    EXPECT_NE(client.read_answer().find("GET /marker []"), std::string::npos) << row.name;
}

void expect_accepted(const TestServer& server, const FramingCase& row, bool tls) {
    RawClient client(server.address(), tls);
    client.send(row.bytes + marker);
    expect_answers(client, row);
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

/// One byte; of a long run of the same byte so many at once, as nothing is decided between them.
std::size_t next_piece(std::string_view rest) {
    const auto run = std::min(rest.find_first_not_of(rest.front()), rest.size());
    return run > 64 ? std::min<std::size_t>(run, 1000) : 1;
}

/// Sends each byte only after the server has read the one before, so that the kernel cannot join
/// them, until all are sent or the server has refused; what is left then goes at once.
void feed(const TestServer& server, RawClient& client, std::string_view bytes) {
    const auto& counters = server.server->counters();
    const auto refused = counters.requests_malformed.load();
    auto read = counters.bytes_in.load();
    while (!bytes.empty() && counters.requests_malformed == refused) {
        const auto piece = next_piece(bytes);
        client.send(bytes.substr(0, piece));
        bytes.remove_prefix(piece);
        read += piece;
        ASSERT_TRUE(eventually(
            [&] { return counters.bytes_in >= read || counters.requests_malformed > refused; }));
    }
    client.send(bytes);
}

void judge_one_by_one(bool tls) {
    const Certificate certificate("localhost", 30);
    ServerOptions options;
    if (tls) options.tls = certificate.files();
    TestServer server(options);
    for (const auto& row : refused_requests()) {
        RawClient client(server.address(), tls);
        ASSERT_NO_FATAL_FAILURE(feed(server, client, row.bytes + marker)) << row.name;
        expect_refusal(client.read_to_end(), row);
    }
    EXPECT_EQ(server.server->counters().requests_malformed.load(), refused_requests().size());
    for (const auto& row : accepted_requests()) {
        const bool last = row.name == "HTTP/1.0";  // one answer, then it closes
        RawClient client(server.address(), tls);
        ASSERT_NO_FATAL_FAILURE(feed(server, client, row.bytes + (last ? "" : marker))) << row.name;
        expect_answers(client, row);
    }
}

TEST(Framing, JudgesTheWholeCorpusTheSameByteByByteOnAPlainPort) {
    judge_one_by_one(false);
}

TEST(Framing, JudgesTheWholeCorpusTheSameByteByByteOnATlsPort) {
    judge_one_by_one(true);
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
