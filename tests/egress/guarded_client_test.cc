// The guard where it counts: a name is resolved once, each address is tested, and only a tested one
// is connected to.
#include "gateway/egress/address_guard.h"
#include "gateway/net/client.h"
#include "gateway/net/errc.h"
#include "tests/net/support.h"

#include <gtest/gtest.h>

namespace postern::egress {
namespace {

class GuardedClient : public ::testing::Test {
  protected:
    ~GuardedClient() override {
        client_.reset();
        pool_->stop();
    }
    net::ClientResponse ask(GuardSettings settings, const std::string& host) {
        net::ClientOptions options;
        options.allow_address =
            [guard = AddressGuard(std::move(settings))](const net::IpAddress& address) {
                return guard.allows(address);
            };
        client_ = net::make_client(pool_->at(0), options);
        const auto port = server_.address().substr(server_.address().rfind(':'));
        return net::fetch(pool_->at(0), *client_, {.url = "http://" + host + port + "/"});
    }

    net::test::TestServer server_;
    std::unique_ptr<net::IoPool> pool_ = net::make_io_pool(1);
    std::unique_ptr<net::HttpClient> client_;
};

TEST_F(GuardedClient, ConnectsToNothingThatANameHidesBehind) {
    for (const char* host : {"localhost", "127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433"}) {
        const auto answer = ask({}, host);
        EXPECT_EQ(answer.error, net::Errc::address_refused) << host << ": " << answer.problem;
        EXPECT_EQ(answer.progress, net::Progress::not_sent) << host;
    }
    EXPECT_EQ(server_.server->counters().connections_accepted.load(), 0U);
}

TEST_F(GuardedClient, GoesWhereTheOperatorAllowsIt) {
    GuardSettings settings;
    std::string wrong;
    ASSERT_TRUE(settings.allowed.assign({"127.0.0.0/8", "::1"}, wrong));
    EXPECT_EQ(ask(settings, "localhost").status, 200);
    EXPECT_EQ(ask(settings, "127.0.0.1").status, 200);
}

}  // namespace
}  // namespace postern::egress
