// The server's TLS: versions, reload, expiry, bad files, plain bytes on a TLS port.
#include <ctime>
#include <fstream>

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

constexpr const char* get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

ServerOptions with(const Certificate& certificate) {
    ServerOptions options;
    options.tls = certificate.files();
    return options;
}

bool handshake(const std::string& address, const std::function<void(SSL_CTX*)>& prepare,
               std::string* alpn = nullptr) {
    RawClient tcp(address);
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    prepare(context);
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, tcp.fd());
    const bool ok = SSL_connect(ssl) == 1;
    if (ok && alpn != nullptr) {
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ssl, &chosen, &size);
        alpn->assign(reinterpret_cast<const char*>(chosen), size);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    return ok;
}

TEST(ServerTls, TellsHandlersThatTheConnectionIsSecure) {
    const Certificate certificate("localhost", 30);
    TestServer server(with(certificate));
    bool secure = false;
    server.handler.on_request = [&](const Request& request, Responder responder) {
        secure = request.secure;
        responder.send({});
    };
    RawClient client(server.address(), true);
    client.send(get);
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(secure);
}

TEST(ServerTls, ReloadsForNewConnectionsAndKeepsOldOnes) {
    const Certificate certificate("before.test", 30);
    TestServer server(with(certificate));
    RawClient old_one(server.address(), true);
    EXPECT_EQ(old_one.peer_certificate_name(), "before.test");
    const auto before = server.server->certificate_expires();
    EXPECT_NEAR(static_cast<double>(before - std::time(nullptr)), 30 * 86'400.0, 3'600.0);

    certificate.write("after.test", 60);
    std::string problem;
    ASSERT_TRUE(server.server->reload_tls(problem).has_value()) << problem;

    RawClient fresh(server.address(), true);
    EXPECT_EQ(fresh.peer_certificate_name(), "after.test");
    EXPECT_GT(server.server->certificate_expires(), before);
    old_one.send(get);
    EXPECT_TRUE(old_one.read_answer().starts_with("HTTP/1.1 200"));
}

TEST(ServerTls, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
    const Certificate certificate("good.test", 30);
    TestServer server(with(certificate));
    const Certificate other("other.test", 30);
    std::ofstream(certificate.files().key)
        << std::ifstream(other.files().key).rdbuf();  // a key of another certificate
    std::string problem;
    EXPECT_FALSE(server.server->reload_tls(problem).has_value());
    EXPECT_NE(problem.find("key.pem"), std::string::npos) << problem;
    EXPECT_EQ(RawClient(server.address(), true).peer_certificate_name(), "good.test");
}

TEST(ServerTls, RefusesToStartWithoutItsFiles) {
    auto pool = make_io_pool(1);
    TestHandler handler;
    ServerOptions options;
    options.address = "127.0.0.1:0";
    options.tls = {"/nonexistent/cert.pem", "/nonexistent/key.pem"};
    std::string problem;
    EXPECT_EQ(listen(*pool, handler, options, problem), nullptr);
    EXPECT_NE(problem.find("/nonexistent/cert.pem"), std::string::npos);
}

TEST(ServerTls, SpeaksTls12And13AndNothingOlder) {
    const Certificate certificate("localhost", 30);
    TestServer server(with(certificate));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_TRUE(handshake(server.address(), [&](SSL_CTX* context) {
            SSL_CTX_set_min_proto_version(context, version);
            SSL_CTX_set_max_proto_version(context, version);
        }));
    }
    EXPECT_FALSE(handshake(server.address(), [](SSL_CTX* context) {
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    }));
    EXPECT_FALSE(handshake(server.address(), [](SSL_CTX* context) {
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256");
    }));
    EXPECT_TRUE(
        eventually([&] { return server.server->counters().tls_handshakes_failed.load() == 2; }));
}

TEST(ServerTls, ChoosesHttp11ByAlpnAndRefusesClientsThatOnlySpeakH2) {
    const Certificate certificate("localhost", 30);
    TestServer server(with(certificate));
    std::string alpn;
    static const unsigned char both[] = "\x02h2\x08http/1.1";
    EXPECT_TRUE(handshake(
        server.address(),
        [](SSL_CTX* context) { SSL_CTX_set_alpn_protos(context, both, sizeof both - 1); }, &alpn));
    EXPECT_EQ(alpn, "http/1.1");
    EXPECT_FALSE(handshake(server.address(),
                           [](SSL_CTX* context) { SSL_CTX_set_alpn_protos(context, both, 3); }));
}

TEST(ServerTls, ClosesAndCountsPlainBytesAndSilence) {
    const Certificate certificate("localhost", 30);
    auto options = with(certificate);
    options.limits.header_timeout = std::chrono::milliseconds(200);
    TestServer server(options);
    RawClient plain(server.address());
    plain.send(get);
    EXPECT_FALSE(plain.read_to_end().starts_with("HTTP"));
    EXPECT_TRUE(
        eventually([&] { return server.server->counters().tls_handshakes_failed.load() == 1; }));
    RawClient silent(server.address());
    EXPECT_TRUE(silent.closed_by_peer());
    EXPECT_EQ(server.server->counters().timeouts.load(), 1U);
}

}  // namespace
}  // namespace postern::net::test
