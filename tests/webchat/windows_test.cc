// Open windows by visitor, limits by address, frames, and the courier between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/webchat/address_limits.h"
#include "gateway/webchat/courier.h"
#include "gateway/webchat/frames.h"
#include "gateway/webchat/hub.h"
#include "gateway/webchat/signs.h"
#include "tests/support/fake_runtime.h"

namespace postern::webchat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One thread that runs by hand.
class HandPool final : public net::IoPool {
  public:
    [[nodiscard]] std::size_t size() const override { return 1; }
    [[nodiscard]] net::IoThread& at(std::size_t) override { return thread; }
    void stop() override {}
    testing::FakeThread thread;
};

struct Seen final : Window {
    void push(const Push& push) override { frames.push_back(push.frame); }
    std::vector<std::string> frames;
};

TEST(ChatHub, ReachesEveryWindowOfOneVisitorAndNoOther) {
    HandPool pool;
    Hub hub(pool);
    Seen one, two, other, elsewhere;
    ASSERT_TRUE(hub.join(pool.thread, 1, "ana", one));
    ASSERT_TRUE(hub.join(pool.thread, 1, "ana", two));
    ASSERT_TRUE(hub.join(pool.thread, 1, "luis", other));
    ASSERT_TRUE(hub.join(pool.thread, 2, "ana", elsewhere));
    EXPECT_EQ(hub.open(), 4u);

    hub.push(1, "ana", {.frame = "hola"});
    hub.push(1, "ana", {.frame = "from two", .except = static_cast<const Window*>(&two)});
    EXPECT_TRUE(one.frames.empty());  // never within the call
    pool.thread.run();
    hub.leave(pool.thread, 1, "ana", one);
    EXPECT_EQ(hub.open(), 3u);
    hub.push(1, "ana", {.frame = "late"});
    pool.thread.run();

    EXPECT_THAT(one.frames, ElementsAre("hola", "from two"));
    EXPECT_THAT(two.frames, ElementsAre("hola", "late"));
    EXPECT_TRUE(other.frames.empty() && elsewhere.frames.empty());
}

TEST(ChatHub, LetsAVisitorHaveFiveWindows) {
    HandPool pool;
    Hub hub(pool);
    Seen windows[Hub::windows_max + 1];
    for (std::size_t i = 0; i < Hub::windows_max; ++i)
        EXPECT_TRUE(hub.join(pool.thread, 1, "ana", windows[i]));
    EXPECT_FALSE(hub.join(pool.thread, 1, "ana", windows[Hub::windows_max]));
    hub.leave(pool.thread, 1, "ana", windows[0]);
    EXPECT_TRUE(hub.join(pool.thread, 1, "ana", windows[Hub::windows_max]));
}

TEST(AddressLimits, CountWhatOneAddressHolds) {
    AddressLimits limits;
    for (std::uint32_t i = 0; i < AddressLimits::sockets_max; ++i)
        EXPECT_TRUE(limits.enter("192.0.2.1"));
    EXPECT_FALSE(limits.enter("192.0.2.1"));
    EXPECT_TRUE(limits.enter("192.0.2.2"));
    limits.leave("192.0.2.1");
    EXPECT_TRUE(limits.enter("192.0.2.1"));
}

TEST(AddressLimits, CountASubscribersWholeNetwork) {
    AddressLimits limits;
    using Act = AddressLimits::Act;
    std::uint32_t allowed = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string address = "2001:db8:1:2::" + std::to_string(i + 1);
        allowed += limits.may(Act::open, address, 1'000'000us) ? 1 : 0;
    }
    EXPECT_EQ(allowed, AddressLimits::opens_per_second);
    EXPECT_TRUE(limits.may(Act::message, "2001:db8:1:2::1", 1'000'000us));
    EXPECT_TRUE(limits.may(Act::open, "2001:db8:1:2::1", 3'000'000us));
}

TEST(ChatCourier, AnswersInTheNextTurnAndShowsAtOnce) {
    HandPool pool;
    Hub hub(pool);
    Seen window;
    ASSERT_TRUE(hub.join(pool.thread, 3, "ana", window));
    ChatCourier courier(hub);
    egress::Parcel parcel;
    parcel.to = "ana";
    parcel.account = 3;
    parcel.message = model::MessageId{model::make_ulid(testing::FakeThread::start, 1, 42)};
    parcel.content.text = "Buenas";
    std::vector<egress::Handed> answers;

    courier.send(parcel, pool.thread,
                 [&](const egress::Handed& handed) { answers.push_back(handed); });
    EXPECT_TRUE(answers.empty());
    pool.thread.run();

    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].outcome.result, adapters::SendResult::accepted);
    EXPECT_EQ(answers[0].outcome.external_id, to_string(parcel.message));
    ASSERT_EQ(window.frames.size(), 1u);
    EXPECT_THAT(window.frames[0], HasSubstr("\"text\":\"Buenas\""));
    bool stopped = false;
    courier.stop(0ms, [&] { stopped = true; });
    EXPECT_TRUE(stopped);
}

TEST(ChatSigns, TurnProviderCallsIntoFrames) {
    HandPool pool;
    Hub hub(pool);
    Seen window;
    const std::string visitor = "0123456789abcdef0123456789abcdef";
    ASSERT_TRUE(hub.join(pool.thread, 3, visitor, window));

    EXPECT_TRUE(show_sign(hub, 3, {.url = "webchat:typing", .body = visitor}));
    EXPECT_TRUE(show_sign(hub, 3, {.url = "webchat:read", .body = visitor + ".x-1"}));
    EXPECT_FALSE(show_sign(hub, 3, {.url = "https://provider.example/typing", .body = visitor}));
    pool.thread.run();

    EXPECT_THAT(window.frames,
                ElementsAre(R"({"t":"typing","on":true})", R"({"t":"read","c":"x-1"})"));
}

TEST(ChatFrames, SplitALongHistoryAndEndIt) {
    std::vector<Past> past(30,
                           Past{"{\"t\":\"msg\",\"text\":\"" + std::string(4000, 'x') + "\"}", 0});
    const auto pieces = frames::history(past);

    EXPECT_GT(pieces.size(), 2u);
    std::size_t messages = 0;
    for (const std::string& piece : pieces) {
        EXPECT_LT(piece.size(), 40u * 1024);
        for (std::size_t at = 0; (at = piece.find("\"t\":\"msg\"", at)) != std::string::npos; ++at)
            ++messages;
        EXPECT_THAT(piece,
                    HasSubstr(&piece == &pieces.back() ? "\"done\":true" : "\"done\":false"));
    }
    EXPECT_EQ(messages, past.size());
    EXPECT_THAT(frames::history({}), ElementsAre(R"({"t":"history","messages":[],"done":true})"));
}

TEST(ChatFrames, TellAWindowThatStaysOpenItsNewToken) {
    EXPECT_EQ(frames::renewed("web.a.0.1.mac"), R"({"t":"renewed","resume":"web.a.0.1.mac"})");
}

TEST(ChatFrames, SayWhatIsWrongWithAForm) {
    EXPECT_EQ(frames::prechat_errors("p", {{"email", "invalid"}}),
              R"({"t":"prechat_error","c":"p","errors":{"email":"invalid"}})");
    EXPECT_EQ(frames::error("rate", "x", 3s),
              R"({"t":"error","code":"rate","c":"x","retry_after_ms":3000})");
}

}  // namespace
}  // namespace postern::webchat
