// Where connections come from: a socket that systemd opened, and descriptors that run out.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

constexpr std::string_view ask = "GET /n HTTP/1.1\r\nHost: h\r\n\r\n";

bool answers(RawClient& client) {
    return client.send(ask) && client.read_answer().find("GET /n") != std::string::npos;
}

sockaddr_in loopback_port(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// A socket of somebody else's, on any port of loopback.
class Inherited {
  public:
    explicit Inherited(bool listening = true) : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in loopback = loopback_port(0);
        EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&loopback), sizeof loopback), 0);
        if (listening) {
            EXPECT_EQ(::listen(fd, 16), 0);
        }
        socklen_t size = sizeof loopback;
        EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&loopback), &size), 0);
        address = "127.0.0.1:" + std::to_string(ntohs(loopback.sin_port));
    }
    ~Inherited() { ::close(fd); }

    const int fd;
    std::string address;
};

ServerOptions on(int fd) {
    ServerOptions options;
    options.address = "127.0.0.1:0";
    options.inherited_fd = fd;
    return options;
}

TEST(Listener, TakesTheInheritedSocketInsteadOfItsOwnAddress) {
    const Inherited socket;
    TestServer server(on(socket.fd), 2);

    ASSERT_NE(server.server, nullptr) << server.problem;
    EXPECT_EQ(server.address(), socket.address);
    for (int i = 0; i < 8; ++i) {
        RawClient client(socket.address);
        EXPECT_TRUE(answers(client));
    }
    EXPECT_EQ(server.server->counters().connections_accepted.load(), 8U);
}

TEST(Listener, LeavesTheInheritedSocketOpenForTheNextStart) {
    const Inherited socket;
    { const TestServer server(on(socket.fd)); }

    RawClient early(socket.address);  // between two starts: it waits in the queue
    ASSERT_TRUE(early.connected());
    const TestServer next(on(socket.fd));

    EXPECT_TRUE(answers(early));
}

TEST(Listener, RefusesAnInheritedDescriptorThatDoesNotListen) {
    const Inherited socket(false);
    const auto pool = make_io_pool(1);
    TestHandler handler;
    std::string problem;

    EXPECT_EQ(listen(*pool, handler, on(socket.fd), problem), nullptr);
    EXPECT_NE(problem.find("not a listening socket"), std::string::npos) << problem;
    pool->stop();
}

/// Leaves the process `free` more descriptors, until it ends.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t free) {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
        const int next = ::open("/dev/null", O_RDONLY);  // the lowest that is not in use
        ::close(next);
        const rlimit few{static_cast<rlim_t>(next) + free, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    }
    ~FewDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  private:
    rlimit before_{};
};

TEST(Listener, GoesOnAcceptingOnceThereAreDescriptorsAgain) {
    TestServer server;
    RawClient first(server.address());
    ASSERT_TRUE(answers(first));
    const std::string port = server.address().substr(server.address().rfind(':') + 1);
    const sockaddr_in to = loopback_port(static_cast<std::uint16_t>(std::stoi(port)));
    std::vector<std::unique_ptr<RawClient>> waiting;
    const int ends[] = {::socket(AF_INET, SOCK_STREAM, 0), ::socket(AF_INET, SOCK_STREAM, 0)};
    {
        // An accept that a ring took in before the limit fell still succeeds, so one of the two may
        // come through; both cannot.
        const FewDescriptors none(0);
        for (const int fd : ends) {
            ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
            waiting.push_back(std::make_unique<RawClient>(fd));
        }
        // Each answer is a turn of the one loop, which has met the others by then.
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(answers(first));
        EXPECT_LT(server.server->counters().connections_accepted.load(), 3U);
    }

    for (const auto& client : waiting) EXPECT_TRUE(answers(*client));
    EXPECT_TRUE(answers(first));
}

}  // namespace
}  // namespace postern::net::test
