// Links that are secure from the first byte or later, against OpenSSL's own server side.
#include "gateway/net/stream_link.h"

#include <openssl/ssl.h>

#include "gateway/net/errc.h"
#include "tests/net/linked.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

/// The server's side of TLS on a connected socket.
class TlsEnd final {
  public:
    TlsEnd(int fd, const Certificate& certificate, int version_max = 0)
        : context_(SSL_CTX_new(TLS_server_method())) {
        if (version_max != 0) {
            SSL_CTX_set_security_level(context_, 0);
            SSL_CTX_set_min_proto_version(context_, version_max);
            SSL_CTX_set_max_proto_version(context_, version_max);
        }
        SSL_CTX_use_certificate_chain_file(context_, certificate.files().certificate.c_str());
        SSL_CTX_use_PrivateKey_file(context_, certificate.files().key.c_str(), SSL_FILETYPE_PEM);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, fd);
        secure = SSL_accept(ssl_) == 1;
    }
    ~TlsEnd() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    void send(std::string_view bytes) {
        (void)SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    }
    [[nodiscard]] std::string read(std::size_t bytes) {
        std::string out(bytes, '\0');
        std::size_t have = 0;
        while (have < bytes) {
            const int got = SSL_read(ssl_, out.data() + have, static_cast<int>(bytes - have));
            if (got <= 0) break;
            have += static_cast<std::size_t>(got);
        }
        out.resize(have);
        return out;
    }
    bool secure = false;

  private:
    SSL_CTX* context_;
    SSL* ssl_ = nullptr;
};

std::shared_ptr<const LinkTrust> trust_in(const Certificate& certificate) {
    std::string problem;
    auto trust = make_link_trust(certificate.files().certificate, true, problem);
    EXPECT_TRUE(trust) << problem;
    return trust;
}

TEST(StreamLink, IsSecureFromTheFirstByteWhereAsked) {
    const Certificate certificate("localhost", 30);
    Heard seen;
    ScriptedServer peer([&](int fd, int) {
        TlsEnd tls(fd, certificate);
        seen.put(tls.read(5));
        tls.send("world");
    });
    Linked one;
    one.then_open = [&] {
        EXPECT_TRUE(one.link->is_secure());
        EXPECT_TRUE(one.link->write("hello"));
    };
    one.open(peer.url("/"), {.tls = true, .trust = trust_in(certificate)});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(seen.get(), "hello");
    EXPECT_EQ(one.bytes(), "world");
    EXPECT_EQ(one.end.reach, LinkReach::open);
}

TEST(StreamLink, RefusesACertificateOfSomebodyElseBeforeAnythingIsSent) {
    const Certificate other("other.test", 30);
    const Certificate untrusted("localhost", 30);
    const Certificate late("localhost", -1);
    for (const Certificate* certificate : {&other, &untrusted, &late}) {
        Heard seen;
        ScriptedServer peer([&](int fd, int) {
            TlsEnd tls(fd, *certificate);
            if (tls.secure) seen.put(tls.read(6));
        });
        Linked one;
        const Certificate& believed = certificate == &untrusted ? other : *certificate;
        one.then_open = [] { ADD_FAILURE() << "it is open"; };
        one.open(peer.url("/"), {.tls = true, .trust = trust_in(believed)});
        one.run([&] { (void)one.link->write("secret"); });
        ASSERT_TRUE(one.ended());
        EXPECT_EQ(one.end.reach, LinkReach::tls_failed);
        EXPECT_EQ(one.end.error, Errc::tls_failed);
        EXPECT_FALSE(one.end.problem.empty());
        one.run([&] { EXPECT_EQ(one.link->may_have_left(), 0U); });
        EXPECT_EQ(seen.get(), "");
    }
}

TEST(StreamLink, ChecksTheNameThatItIsToldTo) {
    const Certificate certificate("mail.test", 30);
    ScriptedServer peer([&](int fd, int) { TlsEnd tls(fd, certificate); });
    Linked one;
    one.open(peer.url("/"), {.tls = true, .trust = trust_in(certificate), .tls_name = "mail.test"});
    ASSERT_TRUE(one.ended());
    EXPECT_TRUE(one.opened);
}

TEST(StreamLink, SpeaksNothingBelowTls12) {
    const Certificate certificate("localhost", 30);
    ScriptedServer peer([&](int fd, int) {
        TlsEnd tls(fd, certificate, TLS1_1_VERSION);
        EXPECT_FALSE(tls.secure);
    });
    Linked one;
    one.open(peer.url("/"), {.tls = true, .trust = trust_in(certificate)});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.end.reach, LinkReach::tls_failed);
}

TEST(StreamLink, BecomesSecureLaterAndKeepsTheOrderOfWhatIsWritten) {
    const Certificate certificate("localhost", 30);
    Heard clear;
    Heard secret;
    ScriptedServer peer([&](int fd, int) {
        send_all(fd, "220 ready");
        clear.put(read_bytes(fd, 10));
        send_all(fd, "220 go on");
        TlsEnd tls(fd, certificate);
        secret.put(tls.read(14));
        tls.send("250 fine");
    });
    Linked one;
    one.then_bytes = [&](std::string_view bytes) {
        if (bytes == "220 ready") {
            EXPECT_TRUE(one.link->write("STARTTLS\r\n"));
        }
        if (bytes != "220 go on") return;
        EXPECT_FALSE(one.link->is_secure());
        EXPECT_TRUE(one.link->start_tls());
        EXPECT_FALSE(one.link->start_tls()) << "twice";
        EXPECT_TRUE(one.link->write("EHLO "));  // waits for the handshake
    };
    one.then_secure = [&] { EXPECT_TRUE(one.link->write("somewhere")); };
    one.open(peer.url("/"), {.trust = trust_in(certificate)});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(clear.get(), "STARTTLS\r\n");
    EXPECT_EQ(secret.get(), "EHLO somewhere");
    EXPECT_TRUE(one.secured);
    EXPECT_EQ(one.bytes(), "220 ready220 go on250 fine");
}

TEST(StreamLink, EndsWhenTheLaterTlsFails) {
    const Certificate other("other.test", 30);
    Heard after;
    ScriptedServer peer([&](int fd, int) {
        send_all(fd, "220 go on");
        TlsEnd tls(fd, other);
        if (tls.secure) after.put(tls.read(8));
    });
    Linked one;
    one.then_bytes = [&](std::string_view) {
        EXPECT_TRUE(one.link->start_tls());
        EXPECT_TRUE(one.link->write("password"));
    };
    one.open(peer.url("/"), {.trust = trust_in(other)});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.end.reach, LinkReach::tls_failed);
    EXPECT_EQ(after.get(), "");
    one.run([&] { EXPECT_EQ(one.link->may_have_left(), 0U); });
}

TEST(StreamLink, StartsTlsOnlyInAnswerToSomething) {
    ScriptedServer peer([](int fd, int) { (void)read_bytes(fd, 1); });
    const Certificate certificate("localhost", 30);
    Linked one;
    one.then_open = [&] { EXPECT_FALSE(one.link->start_tls()); };
    one.open(peer.url("/"), {.trust = trust_in(certificate)});
    ASSERT_TRUE(eventually([&] { return one.opened.load(); }));
    one.run([&] { EXPECT_FALSE(one.link->start_tls()); });
}

TEST(StreamLink, GivesUpOnAPeerThatNeverComesToTls) {
    ScriptedServer peer([](int fd, int) { (void)read_bytes(fd, 100'000); });
    const Certificate certificate("localhost", 30);
    Linked one;
    one.open(peer.url("/"),
             {.tls = true, .trust = trust_in(certificate), .connect_timeout = 200ms});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.end.reach, LinkReach::tls_failed);
    EXPECT_EQ(one.end.error, Errc::connect_timed_out);

    ScriptedServer later([](int fd, int) {
        send_all(fd, "220");
        (void)read_bytes(fd, 100'000);
    });
    Linked two;
    two.then_bytes = [&](std::string_view) { EXPECT_TRUE(two.link->start_tls()); };
    two.open(later.url("/"), {.trust = trust_in(certificate), .tls_timeout = 200ms});
    ASSERT_TRUE(two.ended());
    EXPECT_EQ(two.end.reach, LinkReach::tls_failed);
    EXPECT_EQ(two.end.error, Errc::timed_out);
}

TEST(StreamLink, SaysWhenItsTrustFileCannotBeRead) {
    std::string problem;
    EXPECT_FALSE(make_link_trust("/nonexistent/ca.pem", true, problem));
    EXPECT_NE(problem.find("/nonexistent/ca.pem"), std::string::npos) << problem;
}

}  // namespace
}  // namespace postern::net::test
