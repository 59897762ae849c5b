// The client through a real proxy: tunnels, absolute form, credentials, exceptions, refusals.
#include <gtest/gtest.h>

#include "gateway/net/client.h"
#include "gateway/net/errc.h"
#include "gateway/net/proxy.h"
#include "tests/net/proxy_peer.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

struct Through {
    explicit Through(ClientOptions options)
        : client(make_client(pool->at(0), std::move(options))) {}
    ~Through() {
        client.reset();
        pool->stop();
    }
    ClientResponse ask(const std::string& url) {
        return fetch(pool->at(0), *client, {.method = "POST", .url = url, .body = "b"});
    }
    std::unique_ptr<IoPool> pool = make_io_pool(1);
    std::unique_ptr<HttpClient> client;
};

ClientOptions through(const ProxyPeer& proxy) {
    ClientOptions options;
    options.proxy.url = proxy.url();
    return options;
}

TEST(ClientProxy, TunnelsTlsEndToEnd) {
    const Certificate certificate("localhost", 30);
    ServerOptions tls;
    tls.tls = certificate.files();
    TestServer server(tls);
    ProxyPeer proxy;
    ClientOptions options = through(proxy);
    options.ca_file = certificate.files().certificate;
    Through client(options);
    const std::string port = server.address().substr(server.address().rfind(':'));
    for (int i = 0; i < 2; ++i) {
        const auto answer = client.ask("https://localhost" + port + "/x");
        EXPECT_FALSE(answer.error) << answer.problem;
        EXPECT_EQ(answer.body, "POST /x [b]");
    }
    // One tunnel for both, and the proxy saw nothing else.
    EXPECT_EQ(proxy.asked(), std::vector<std::string>{"CONNECT localhost" + port + " HTTP/1.1"});
}

TEST(ClientProxy, SaysTheWholeUrlOfAPlainRequest) {
    TestServer server;
    ProxyPeer proxy;
    Through client(through(proxy));
    const auto answer = client.ask(server.url("/x?y=z"));
    EXPECT_EQ(answer.body, "POST /x?y=z [b]") << answer.problem;
    EXPECT_EQ(proxy.asked(),
              std::vector<std::string>{"POST " + server.url("/x?y=z") + " HTTP/1.1"});
}

TEST(ClientProxy, ShowsItsCredentialsToTheProxyAlone) {
    const Certificate certificate("localhost", 30);
    ServerOptions tls;
    tls.tls = certificate.files();
    TestServer server(tls);
    std::string seen = "nothing yet";
    server.handler.on_request = [&seen](const Request& request, Responder responder) {
        seen = request.header("Proxy-Authorization");
        responder.send({});
    };
    ProxyPeer proxy;
    proxy.authorization = "Basic dXNlcjpwYXNz";  // user:pass
    ClientOptions options = through(proxy);
    options.ca_file = certificate.files().certificate;
    options.proxy.credentials = "user:pass";
    const std::string port = server.address().substr(server.address().rfind(':'));
    EXPECT_EQ(Through(options).ask("https://localhost" + port + "/").status, 200);
    EXPECT_EQ(seen, "");
    TestServer plain;
    EXPECT_EQ(Through(options).ask(plain.url("/")).status, 200);
}

TEST(ClientProxy, IsRefusedBeforeTheRequestIsSent) {
    const Certificate certificate("localhost", 30);
    ServerOptions tls;
    tls.tls = certificate.files();
    TestServer secure(tls), plain;
    ProxyPeer proxy;
    proxy.authorization = "Basic dXNlcjpwYXNz";
    ClientOptions options = through(proxy);
    options.proxy.credentials = "user:wrong";
    const std::string port = secure.address().substr(secure.address().rfind(':'));
    for (const std::string& url : {"https://localhost" + port + "/", plain.url("/")}) {
        const auto answer = Through(options).ask(url);
        EXPECT_EQ(answer.error, Errc::proxy_refused) << answer.problem;
        EXPECT_EQ(answer.progress, Progress::not_sent);
        EXPECT_NE(answer.problem.find("status 407"), std::string::npos) << answer.problem;
        EXPECT_EQ(answer.problem.find("wrong"), std::string::npos) << answer.problem;
    }
    EXPECT_EQ(plain.server->counters().requests.load(), 0U);
}

TEST(ClientProxy, TellsAProxyThatSaysNoFromOneThatIsNotThere) {
    ProxyPeer proxy;
    proxy.refuse_with = 503;
    const auto refused = Through(through(proxy)).ask("https://localhost:1/");
    EXPECT_EQ(refused.error, Errc::proxy_refused) << refused.problem;
    EXPECT_NE(refused.problem.find("status 503"), std::string::npos);
    ClientOptions nowhere;
    nowhere.proxy.url = "http://127.0.0.1:1";
    const auto failed = Through(nowhere).ask("https://localhost:2/");
    EXPECT_EQ(failed.error, Errc::proxy_failed) << failed.problem;
    EXPECT_EQ(failed.progress, Progress::not_sent);
    EXPECT_NE(failed.problem.find("127.0.0.1:1"), std::string::npos);
}

TEST(ClientProxy, TakesNoBytesBeforeTheTunnelsOwn) {
    TestServer server;
    ProxyPeer proxy;
    proxy.extra_bytes = "injected";
    const std::string port = server.address().substr(server.address().rfind(':'));
    const auto answer = Through(through(proxy)).ask("https://localhost" + port + "/");
    EXPECT_TRUE(answer.error == Errc::proxy_refused || answer.error == Errc::tls_failed)
        << answer.problem;
}

TEST(ClientProxy, GoesPastAProxyForItsExceptions) {
    TestServer server;
    ProxyPeer proxy;
    ClientOptions options = through(proxy);
    options.proxy.except = {"127.0.0.0/8"};
    EXPECT_EQ(Through(options).ask(server.url("/")).status, 200);
    EXPECT_TRUE(proxy.asked().empty());
}

bool between(const std::vector<std::string>& except, const std::string& url) {
    ProxyOptions options;
    options.url = "http://proxy.example:3128";
    options.except = except;
    return Proxy(options).stands_before(*parse_url(url));
}

TEST(Proxy, ReadsItsExceptionsAsPeopleMeanThem) {
    EXPECT_TRUE(between({}, "https://graph.facebook.com/"));
    EXPECT_FALSE(between({"facebook.com"}, "https://graph.facebook.com/"));
    EXPECT_FALSE(between({".facebook.com"}, "https://GRAPH.Facebook.COM/"));
    EXPECT_FALSE(between({"facebook.com"}, "https://facebook.com/"));
    EXPECT_TRUE(between({"facebook.com"}, "https://notfacebook.com/"));
    EXPECT_FALSE(between({"*"}, "https://graph.facebook.com/"));
    EXPECT_FALSE(between({"10.0.0.0/8"}, "https://10.1.2.3/"));
    EXPECT_TRUE(between({"10.0.0.0/8"}, "https://11.1.2.3/"));
    EXPECT_FALSE(between({"::1"}, "https://[::1]:8443/"));
}

TEST(Proxy, WithoutAUsableUrlLetsNobodyPast) {
    ProxyOptions options;
    options.url = "ftp://proxy";
    const Proxy proxy(options);
    EXPECT_TRUE(proxy.stands_before(*parse_url("https://example.com/")));
    EXPECT_EQ(proxy.host(), "");
    Through client([] {
        ClientOptions broken;
        broken.proxy.url = "ftp://proxy";
        return broken;
    }());
    EXPECT_EQ(client.ask("https://localhost:1/").error, Errc::proxy_failed);
    EXPECT_FALSE(Proxy(ProxyOptions{}).stands_before(*parse_url("https://example.com/")));
}

TEST(Proxy, ReadsTheStatusOfAnswersOnly) {
    EXPECT_EQ(status_of("HTTP/1.1 200 OK\r\n\r\n"), 200);
    EXPECT_EQ(status_of("HTTP/1.0 407\r\n\r\n"), 407);
    EXPECT_EQ(status_of("HTTP/1.1 20"), 0);
    EXPECT_EQ(status_of("SSH-2.0-OpenSSH"), 0);
    EXPECT_EQ(status_of("HTTP/1.1 999 X"), 0);
}

TEST(ClientTrust, IsReadAgainAndStaysWhenTheFileIsBad) {
    const Certificate certificate("localhost", 30), other("localhost", 30);
    ServerOptions tls;
    tls.tls = certificate.files();
    TestServer server(tls);
    ClientOptions options;
    options.ca_file = other.files().certificate;
    Through client(options);
    const std::string port = server.address().substr(server.address().rfind(':'));
    const std::string url = "https://localhost" + port + "/x";
    EXPECT_EQ(client.ask(url).error, Errc::tls_failed);
    std::FILE* from = std::fopen(certificate.files().certificate.c_str(), "rb");
    std::FILE* to = std::fopen(other.files().certificate.c_str(), "wb");
    ASSERT_TRUE(from != nullptr && to != nullptr);
    for (int c = std::fgetc(from); c != EOF; c = std::fgetc(from)) std::fputc(c, to);
    std::fclose(from);
    std::fclose(to);
    std::string problem;
    EXPECT_TRUE(client.client->reload_trust(problem)) << problem;
    EXPECT_EQ(client.ask(url).body, "POST /x [b]");
    std::remove(other.files().certificate.c_str());
    EXPECT_FALSE(client.client->reload_trust(problem));
    EXPECT_NE(problem, "");
    EXPECT_EQ(client.ask(url).body, "POST /x [b]");
}

}  // namespace
}  // namespace postern::net::test
