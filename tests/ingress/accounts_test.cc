// The table of accounts: swapped whole, and gone when nobody needs it.
#include "gateway/ingress/accounts.h"

#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

const std::string receive_json = R"({"verify":{"type":"none"},"kind":"message"})";

class AccountsTest : public IngressRig {};

TEST_F(AccountsTest, AnEarlierTableGoesWithItsLastRequest) {
    configure(receive_json);
    std::weak_ptr<const AccountTable> first = accounts_.load();
    exchange_ = std::make_unique<testing::Exchange>(thread_, "POST", "/webhooks/shop",
                                                    R"({"id":"a","from":"x"})");
    handler_->handle(exchange_->request(), exchange_->responder());
    configure(receive_json);
    EXPECT_FALSE(first.expired());  // the request that began with it has no answer yet
    thread_.run();
    EXPECT_TRUE(exchange_->answered());
    EXPECT_TRUE(first.expired());
    // … and the answer is whole, whenever the socket takes it.
    ASSERT_NE(exchange_->response().fixed, nullptr);
    EXPECT_EQ(*exchange_->response().fixed, "HTTP/1.1 200 OK\r\n\r\n");
}

TEST_F(AccountsTest, ATableThatNobodyUsesIsNotKept) {
    std::vector<std::weak_ptr<const AccountTable>> earlier;
    for (int i = 0; i < 5; ++i) {
        configure(receive_json);
        earlier.push_back(accounts_.load());
    }
    for (std::size_t i = 0; i + 1 < earlier.size(); ++i) EXPECT_TRUE(earlier[i].expired()) << i;
    EXPECT_FALSE(earlier.back().expired());
}

}  // namespace
}  // namespace postern::ingress
