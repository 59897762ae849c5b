// What comes in on another way than a webhook: durable, set aside, or to be brought again.
#include "gateway/ingress/intake.h"

#include "gateway/ingress/wish.h"

#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

const std::string receive_json = R"({"batch":"/items","verify":{"type":"none"},"kind":"message"})";
const std::string two = R"({"items":[{"id":"a","from":"x"},{"id":"b","from":"y"}]})";

class IntakeTest : public IngressRig {
  protected:
    IntakeTest() { configure(receive_json); }

    [[nodiscard]] Arrival arrival(std::string raw) const {
        Arrival made;
        made.account = "shop";
        made.raw = std::make_shared<const std::string>(std::move(raw));
        made.method = "LINE";
        made.target = "unit";
        return made;
    }
    /// One message that the caller understood itself.
    [[nodiscard]] Arrival understood(const std::string& id) const {
        Arrival made = arrival("raw bytes of " + id);
        adapters::InboundMessage message;
        message.external_id = id;
        message.sender.aliases.push_back({"34600111222"});
        message.content.text = "hello";
        made.batch.emplace();
        made.batch->items.push_back({std::move(message), {}, *made.raw});
        return made;
    }
    TakeResult take(Arrival made) {
        std::optional<TakeResult> result;
        intake_->take(std::move(made), thread_, [&](TakeResult answer) {
            EXPECT_FALSE(result.has_value()) << "told twice";
            result = std::move(answer);
        });
        thread_.run();
        EXPECT_TRUE(result.has_value());
        return result.value_or(TakeResult{});
    }
    static bool is_message(const core::Command& command) {
        return std::holds_alternative<core::ReceiveMessage>(command.payload);
    }
    [[nodiscard]] const Health& health() const { return *accounts_.load()->find("shop")->health; }
};

TEST_F(IntakeTest, TheAdapterDecodesWhatTheCallerDoesNot) {
    const TakeResult result = take(arrival(two));
    EXPECT_EQ(result.taken, Taken::durable);
    EXPECT_EQ(result.made.size(), 2u);
    EXPECT_EQ(result.set_aside, "");
    EXPECT_EQ(result.durable_at, inbox_.now);
    ASSERT_EQ(inbox_.messages.size(), 2u);
    EXPECT_EQ(inbox_.messages[1].message.external_id, "b");
}

TEST_F(IntakeTest, WhatTheCallerUnderstoodIsTakenAsItIs) {
    const TakeResult result = take(understood("smsc-1"));
    EXPECT_EQ(result.taken, Taken::durable);
    ASSERT_EQ(inbox_.messages.size(), 1u);
    EXPECT_EQ(inbox_.messages[0].message.external_id, "smsc-1");
    EXPECT_EQ(inbox_.messages[0].message.content.text, "hello");
    EXPECT_EQ(health().items.load(), 1u);
}

TEST_F(IntakeTest, NothingIsAnsweredBeforeItIsDurable) {
    bool answered = false;
    intake_->take(understood("smsc-1"), thread_, [&](TakeResult) { answered = true; });
    EXPECT_FALSE(answered);
    thread_.run();
    EXPECT_TRUE(answered);
}

TEST_F(IntakeTest, WhatComesAgainIsTakenOnce) {  // CG-100
    (void)take(understood("smsc-1"));
    const TakeResult again = take(understood("smsc-1"));
    EXPECT_EQ(again.taken, Taken::durable);
    EXPECT_EQ(again.duplicates, 1u);
    EXPECT_TRUE(again.made.empty());
    EXPECT_EQ(inbox_.messages.size(), 1u);
    EXPECT_EQ(health().duplicates.load(), 1u);
}

TEST_F(IntakeTest, WithoutRoomItIsToBeBroughtAgainAndNothingIsLost) {
    inbox_.room = 0;
    const TakeResult refused = take(understood("smsc-1"));
    EXPECT_EQ(refused.taken, Taken::overloaded);
    EXPECT_GT(refused.retry_after.count(), 0);
    EXPECT_EQ(health().refused_overload.load(), 1u);
    inbox_.room = 10;
    EXPECT_EQ(take(understood("smsc-1")).taken, Taken::durable);
    EXPECT_EQ(inbox_.messages.size(), 1u);
}

TEST_F(IntakeTest, AFullDiskLetsNothingIn) {
    gate_.webhooks = false;
    EXPECT_EQ(take(understood("smsc-1")).taken, Taken::overloaded);
    EXPECT_TRUE(inbox_.admits.empty());
    gate_.webhooks = true;
    EXPECT_EQ(take(understood("smsc-1")).taken, Taken::durable);
}

TEST_F(IntakeTest, AnAccountThatIsGoneIsSaidToBe) {
    Arrival made = understood("smsc-1");
    made.account = "elsewhere";
    EXPECT_EQ(take(std::move(made)).taken, Taken::no_account);
    EXPECT_TRUE(inbox_.messages.empty());
}

TEST_F(IntakeTest, WhatNobodyUnderstandsIsSetAsideWithItsBytesAndItsName) {
    Arrival broken = arrival(std::string("\x00\x00\x00\x10 no PDU", 12));
    broken.undecodable = "a PDU without an end";
    const TakeResult result = take(std::move(broken));
    EXPECT_EQ(result.taken, Taken::durable);
    EXPECT_EQ(result.set_aside, "a PDU without an end");
    EXPECT_EQ(quarantined().reason, "a PDU without an end");
    EXPECT_EQ(quarantined().method, "LINE");
    EXPECT_EQ(quarantined().target, "unit");
    EXPECT_EQ(quarantined().body.size(), 12u);
    EXPECT_EQ(health().quarantined.load(), 1u);

    const TakeResult by_adapter = take(arrival("no JSON"));
    EXPECT_EQ(by_adapter.taken, Taken::durable);
    EXPECT_NE(by_adapter.set_aside, "");
    EXPECT_EQ(quarantined().body, "no JSON");
}

TEST_F(IntakeTest, WhatWasSetAsideCanBeReplayed) {
    inbox_.unreadable = is_message;
    const TakeResult result = take(arrival(two));
    EXPECT_EQ(result.set_aside, "a stored row that it needs is damaged");
    EXPECT_TRUE(inbox_.messages.empty());
    inbox_.unreadable = nullptr;
    EXPECT_EQ(replay(), Replayed::resolved);
    EXPECT_EQ(inbox_.messages.size(), 2u);
}

TEST_F(IntakeTest, WithoutRoomForWhatIsSetAsideItIsToBeBroughtAgain) {
    inbox_.unreadable = is_message;
    inbox_.room = 1;
    EXPECT_EQ(take(arrival(two)).taken, Taken::overloaded);
    EXPECT_EQ(inbox_.quarantined, 0u);
}

TEST(WishOf, DataOfAButtonIsNoWordOfThePerson) {
    adapters::InboundMessage tap;
    tap.content.type = adapters::ContentType::choice;
    tap.content.choice = adapters::ChoiceKind::postback;
    tap.content.text = "cancel";
    EXPECT_EQ(wish_of(tap, "line").wish, policy::Wish::none);
    EXPECT_EQ(wish_of(tap, "wechat").wish, policy::Wish::none);
    // A title that the person saw, and tapped.
    EXPECT_EQ(wish_of(tap, "messenger").wish, policy::Wish::stop);
    tap.content.type = adapters::ContentType::text;
    tap.content.choice = adapters::ChoiceKind::none;
    EXPECT_EQ(wish_of(tap, "line").wish, policy::Wish::stop);
}

TEST(WishOf, ATapAnswersAQuestionAndLiftsNoOptOut) {
    adapters::InboundMessage tap;
    tap.content.type = adapters::ContentType::choice;
    tap.content.choice = adapters::ChoiceKind::quick_reply;
    tap.content.choice_id = "pagar_si";
    for (const char* title : {"Si", "Sí", "YES", "START", "ALTA", "Iniciar"}) {
        tap.content.text = title;
        tap.content.type = adapters::ContentType::choice;
        EXPECT_EQ(wish_of(tap, "twilio").wish, policy::Wish::none) << title;
        EXPECT_EQ(wish_of(tap, "whatsapp").confirmation_json, "") << title;
        tap.content.type = adapters::ContentType::text;
        EXPECT_EQ(wish_of(tap, "twilio").wish, policy::Wish::start) << title;
    }
    tap.content.type = adapters::ContentType::choice;
    for (const char* title : {"STOP", "Baja"}) {
        tap.content.text = title;
        EXPECT_EQ(wish_of(tap, "twilio").wish, policy::Wish::stop) << title;
    }
}

}  // namespace
}  // namespace postern::ingress
