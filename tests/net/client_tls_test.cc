// The client's TLS fails closed, and before anything is sent.
#include "gateway/net/client.h"

#include <gtest/gtest.h>

#include "gateway/net/errc.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

/// A TLS server with a certificate for `host`, and a client that trusts `ca_file`.
struct TlsPair {
    TlsPair(const std::string& host, int days, bool trusted, bool verify = true)
        : certificate(host, days) {
        ServerOptions options;
        options.tls = certificate.files();
        server = std::make_unique<TestServer>(options);
        pool = make_io_pool(1);
        ClientOptions client_options;
        if (trusted) client_options.ca_file = certificate.files().certificate;
        client_options.verify_tls = verify;
        client = make_client(pool->at(0), client_options);
    }
    ~TlsPair() {
        client.reset();
        pool->stop();
    }
    ClientResponse ask(const std::string& host) {
        const auto address = server->address();
        const auto port = address.substr(address.rfind(':'));
        return fetch(pool->at(0), *client, {.url = "https://" + host + port + "/x"});
    }
    void expect_refused(const std::string& host) {
        const auto answer = ask(host);
        EXPECT_EQ(answer.error, Errc::tls_failed) << answer.problem;
        EXPECT_EQ(answer.progress, Progress::not_sent);
        EXPECT_EQ(server->server->counters().requests.load(), 0U);
    }

    Certificate certificate;
    std::unique_ptr<TestServer> server;
    std::unique_ptr<IoPool> pool;
    std::unique_ptr<HttpClient> client;
};

TEST(ClientTls, AcceptsATrustedCertificateForTheRightHost) {
    TlsPair by_name("localhost", 30, true);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(by_name.ask("localhost").body, "GET /x []");
    EXPECT_EQ(by_name.server->server->counters().connections_accepted.load(), 1U);
    TlsPair by_address("127.0.0.1", 30, true);
    EXPECT_EQ(by_address.ask("127.0.0.1").body, "GET /x []");
}

TEST(ClientTls, RefusesAWrongHost) {
    TlsPair pair("other.test", 30, true);
    pair.expect_refused("localhost");
    pair.expect_refused("127.0.0.1");
}

TEST(ClientTls, RefusesAnUntrustedCertificate) {
    TlsPair("localhost", 30, false).expect_refused("localhost");
}

TEST(ClientTls, RefusesAnExpiredCertificate) {
    TlsPair("localhost", -1, true).expect_refused("localhost");
}

TEST(ClientTls, AcceptsAnythingOnlyWhenToldTo) {
    TlsPair pair("other.test", -1, false, false);
    EXPECT_EQ(pair.ask("127.0.0.1").body, "GET /x []");
}

TEST(ClientTls, SaysWhenItsTrustFileCannotBeRead) {
    TestServer server;
    auto pool = make_io_pool(1);
    auto client = make_client(pool->at(0), {.ca_file = "/nonexistent/ca.pem"});
    const auto answer = fetch(pool->at(0), *client, {.url = server.url("/", true)});
    EXPECT_EQ(answer.error, Errc::tls_failed);
    EXPECT_NE(answer.problem.find("/nonexistent/ca.pem"), std::string::npos) << answer.problem;
    client.reset();
}

}  // namespace
}  // namespace postern::net::test
