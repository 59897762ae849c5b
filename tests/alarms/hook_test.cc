// The hook over real sockets: what a receiver gets, and what happens when it does not answer.
#include "gateway/alarms/hook.h"

#include <mutex>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "gateway/alarms/post_way.h"
#include "tests/net/support.h"

namespace postern::alarms {
namespace {

using namespace std::chrono_literals;

constexpr model::Instant start{std::chrono::seconds{1'800'000'000}};

struct Received {
    std::string id, timestamp, signature, body;
};

class AlarmHook : public ::testing::Test {
  protected:
    AlarmHook() {
        receiver_.handler.on_request = [this](const net::Request& request,
                                              net::Responder responder) {
            net::Response response;
            {
                const std::lock_guard lock(mutex_);
                received_.push_back({std::string(request.header("webhook-id")),
                                     std::string(request.header("webhook-timestamp")),
                                     std::string(request.header("webhook-signature")),
                                     std::string(request.body)});
                response.status = status_;
            }
            responder.send(std::move(response));
        };
        hook_ = std::make_unique<Hook>(
            receiver_.pool->at(0), [] { return start; }, "url");
    }
    ~AlarmHook() override {
        hook_->stop();
        hook_.reset();
    }

    void configure(const std::string& secret = {}) {
        PostTarget target{
            receiver_.url("/alarm"), secret,
            std::shared_ptr<net::HttpClient>(net::make_client(receiver_.pool->at(0)))};
        hook_->configure(
            std::make_shared<PostWay>(std::move(target), "box-1", [] { return start; }));
    }
    std::vector<Received> received() {
        const std::lock_guard lock(mutex_);
        return received_;
    }
    void answer(int status) {
        const std::lock_guard lock(mutex_);
        status_ = status;
    }
    static Notice notice(std::string subject, model::Instant at = start) {
        return {Turn::began,
                {Kind::account_broken, std::move(subject), "The provider refuses us."},
                start,
                at};
    }

    std::mutex mutex_;
    std::vector<Received> received_;
    int status_ = 200;
    net::test::TestServer receiver_;
    std::unique_ptr<Hook> hook_;
};

std::string expected_signature(const std::string& secret, const Received& got) {
    const std::string text = got.id + "." + got.timestamp + "." + got.body;
    unsigned char mac[32];
    unsigned int size = 0;
    (void)HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
               reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    unsigned char base64[64];
    const int length = EVP_EncodeBlock(base64, mac, static_cast<int>(size));
    return "v1," + std::string(reinterpret_cast<char*>(base64), static_cast<std::size_t>(length));
}

TEST_F(AlarmHook, SaysWhatIsWrongWhereAndSinceWhenSigned) {
    const std::string secret(32, 'k');
    configure(secret);
    hook_->tell({notice("wa-main")});
    ASSERT_TRUE(net::test::eventually([this] { return received().size() == 1; }));
    const Received got = received()[0];
    EXPECT_NE(got.body.find(R"("type":"alarm.began")"), std::string::npos) << got.body;
    EXPECT_NE(got.body.find(R"("text":"Postern on box-1: The provider refuses us.")"),
              std::string::npos);
    EXPECT_NE(got.body.find(R"("condition":"account_broken","subject":"wa-main")"),
              std::string::npos);
    EXPECT_NE(got.body.find(R"("id":")" + got.id), std::string::npos);
    EXPECT_EQ(got.timestamp, "1800000000");
    EXPECT_EQ(got.signature, expected_signature(secret, got));
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().delivered.load() == 1; }));
}

TEST_F(AlarmHook, SignsNothingWithoutASecretAndKeepsTheOrder) {
    configure();
    for (const char* name : {"a", "b", "c"}) hook_->tell({notice(name)});
    ASSERT_TRUE(net::test::eventually([this] { return received().size() == 3; }));
    const auto all = received();
    EXPECT_EQ(all[0].signature, "");
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string subject = std::string(R"("subject":")") + "abc"[i] + "\"";
        EXPECT_NE(all[i].body.find(subject), std::string::npos) << all[i].body;
    }
}

TEST_F(AlarmHook, KeepsWhatWasNotTaken) {
    answer(500);
    configure();
    hook_->tell({notice("wa-main")});
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().failed.load() == 1; }));
    EXPECT_EQ(hook_->counters().waiting.load(), 1u);
    EXPECT_EQ(hook_->counters().delivered.load(), 0u);
}

TEST_F(AlarmHook, TellsWhatWaitsAtOnceWhenItIsConfiguredAnew) {
    answer(500);
    configure();
    hook_->tell({notice("wa-main")});
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().failed.load() == 1; }));
    answer(200);
    configure();
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().delivered.load() == 1; }));
    ASSERT_EQ(received().size(), 2u);
    EXPECT_EQ(received()[0].id, received()[1].id);  // whoever knows it drops it
    EXPECT_EQ(hook_->counters().waiting.load(), 0u);
}

TEST_F(AlarmHook, IsBounded) {
    answer(500);
    configure();
    for (std::size_t i = 0; i < Hook::waiting_max + 10; ++i) hook_->tell({notice("wa-main")});
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().dropped.load() == 10; }));
    EXPECT_EQ(hook_->counters().waiting.load(), Hook::waiting_max);
}

TEST_F(AlarmHook, ForgetsWhatIsADayOldAndSaysNothingWithoutAUrl) {
    hook_->tell({notice("nobody")});  // no URL yet: nobody is told, and nothing waits
    configure();
    hook_->tell({notice("old", start - 25h)});
    hook_->tell({notice("fresh")});
    ASSERT_TRUE(net::test::eventually([this] { return hook_->counters().delivered.load() == 1; }));
    ASSERT_EQ(received().size(), 1u);
    EXPECT_NE(received()[0].body.find("fresh"), std::string::npos);
    EXPECT_EQ(hook_->counters().dropped.load(), 1u);
}

TEST(AlarmRetries, ComeLessAndLessOften) {
    EXPECT_EQ(retry_pause(1), 5s);
    EXPECT_EQ(retry_pause(2), 30s);
    EXPECT_EQ(retry_pause(5), 30min);
    EXPECT_EQ(retry_pause(50), 30min);
}

}  // namespace
}  // namespace postern::alarms
