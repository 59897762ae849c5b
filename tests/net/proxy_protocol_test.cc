// The PROXY protocol, pure and over sockets, with X-Forwarded-For behind it.
#include "gateway/net/proxy_protocol.h"

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using State = ProxyHeader::State;

std::string v2(unsigned char command, unsigned char family, const std::string& payload) {
    std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(payload.size() / 256);
    bytes += static_cast<char>(payload.size() % 256);
    return bytes + payload;
}

const std::string v4_payload("\xcb\x00\x71\x07\x0a\x00\x00\x01\x30\x39\x01\xbb", 12);

/// Reads as the session does: never more than asked for.
ProxyHeader read_exactly(const std::string& bytes, std::size_t& used) {
    used = 0;
    auto header = parse_proxy_header({});
    while (header.state == State::incomplete && used + header.bytes_more <= bytes.size()) {
        used += header.bytes_more;
        header = parse_proxy_header(std::string_view(bytes).substr(0, used));
    }
    return header;
}

TEST(ProxyProtocol, ReadsValidHeadersAndNotAByteMore) {
    struct Row {
        std::string bytes;
        std::string source;
    };
    const std::string v6_payload =
        std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x05" + std::string(20, '\0');
    const Row rows[] = {
        {"PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n", "203.0.113.7"},
        {"PROXY TCP6 2001:db8::5 2001:db8::1 56324 443\r\n", "2001:db8::5"},
        {"PROXY UNKNOWN\r\n", ""},
        {"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", ""},
        {v2(0x21, 0x11, v4_payload), "203.0.113.7"},
        {v2(0x21, 0x11, v4_payload + std::string("\x04\x00\x01\x00", 4)), "203.0.113.7"},
        {v2(0x21, 0x21, v6_payload), "2001:db8::5"},
        {v2(0x20, 0x00, ""), ""},
        {v2(0x21, 0x00, ""), ""},
    };
    for (const auto& row : rows) {
        std::size_t used = 0;
        const auto header = read_exactly(row.bytes + "GET / HTTP/1.1\r\n", used);
        EXPECT_EQ(header.state, State::complete) << row.bytes;
        EXPECT_EQ(used, row.bytes.size()) << row.bytes;
        EXPECT_EQ(header.source ? header.source->to_string() : "", row.source);
    }
}

TEST(ProxyProtocol, RefusesMalformedHeaders) {
    const std::string rows[] = {
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "PROXY TCP4 203.0.113.7 10.0.0.1 56324\r\n",
        "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443 1\r\n",
        "PROXY TCP4 2001:db8::5 2001:db8::1 1 2\r\n",
        "PROXY TCP4 203.0.113.7 10.0.0.1 99999 443\r\n",
        "PROXY TCP4 203.0.113.7 10.0.0.1 1 443\n",
        "PROXY TCP5 203.0.113.7 10.0.0.1 1 443\r\n",
        "PROXY TCP4 " + std::string(120, '1') + "\r\n",
        v2(0x11, 0x11, v4_payload),
        v2(0x22, 0x11, v4_payload),
        v2(0x21, 0x11, "abc"),
        v2(0x21, 0x11, std::string(2000, 'x')),
    };
    for (const auto& row : rows) {
        std::size_t used = 0;
        EXPECT_EQ(read_exactly(row, used).state, State::malformed) << row;
    }
}

/// Answers with the peer as the handler saw it.
struct PeerServer {
    explicit PeerServer(ServerOptions options) : server(std::move(options)) {
        server.handler.on_request = [](const Request& request, Responder responder) {
            Response response;
            response.body = "peer=" + request.peer + (request.secure ? " secure" : " plain");
            responder.send(std::move(response));
        };
    }
    [[nodiscard]] std::string ask(const std::string& before, const std::string& fields = "",
                                  bool tls = false) const {
        RawClient client(server.address());
        client.send(before);
        if (tls) client.start_tls();
        client.send("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
        const auto answer = client.read_answer();
        const auto at = answer.find("peer=");
        return at == std::string::npos ? answer : answer.substr(at);
    }
    TestServer server;
};

ServerOptions proxied(const std::string& trusted) {
    ServerOptions options;
    options.proxy_protocol = true;
    options.trusted_proxies = {trusted};
    return options;
}

constexpr const char* v1_line = "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n";

TEST(ProxyProtocol, IsDemandedFromTrustedPeers) {
    const PeerServer test(proxied("127.0.0.0/8"));
    EXPECT_EQ(test.ask(v1_line), "peer=203.0.113.7 plain");
    EXPECT_EQ(test.ask(v2(0x21, 0x11, v4_payload)), "peer=203.0.113.7 plain");
    EXPECT_EQ(test.ask(v2(0x20, 0, "")), "peer=127.0.0.1 plain");
    EXPECT_EQ(test.ask(""), "");
}

TEST(ProxyProtocol, IsRefusedFromOthers) {
    const PeerServer test(proxied("192.0.2.0/24"));
    EXPECT_EQ(test.ask(""), "peer=127.0.0.1 plain");
    EXPECT_TRUE(test.ask(v1_line).starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(test.ask(v2(0x21, 0x11, v4_payload)).starts_with("HTTP/1.1 400"));
}

TEST(ProxyProtocol, GoesAheadOfTls) {
    const Certificate certificate("localhost", 30);
    auto options = proxied("127.0.0.1");
    options.tls = certificate.files();
    const PeerServer test(options);
    EXPECT_EQ(test.ask(v1_line, "", true), "peer=203.0.113.7 secure");
    EXPECT_EQ(test.ask(v2(0x21, 0x11, v4_payload), "", true), "peer=203.0.113.7 secure");
}

TEST(ProxyProtocol, LeavesForwardedHeadersOfStrangersUnread) {
    const PeerServer test(proxied("127.0.0.1"));
    EXPECT_EQ(test.ask(v1_line, "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"),
              "peer=203.0.113.7 plain");
}

TEST(TrustedProxies, NameTheClientForTheHandler) {
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.1"};
    const PeerServer test(options);
    EXPECT_EQ(
        test.ask("", "X-Forwarded-For: 6.6.6.6, 198.51.100.9\r\nX-Forwarded-Proto: https\r\n"),
        "peer=198.51.100.9 secure");
    EXPECT_EQ(test.ask(""), "peer=127.0.0.1 plain");
    const PeerServer untrusting({});
    EXPECT_EQ(untrusting.ask("", "X-Forwarded-For: 198.51.100.9\r\n"), "peer=127.0.0.1 plain");
}

}  // namespace
}  // namespace postern::net::test
