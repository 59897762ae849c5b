// Parts of a long SMS, each in a signed webhook of Vonage: one message in the end, whatever the
// order, and nothing answered 200 before it is durable.
#include <fmt/format.h>

#include "adapters/registry.h"
#include "adapters/shared/form.h"
#include "adapters/vonage/signature.h"
#include "gateway/model/channel.h"
#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

using adapters::shared::FormField;
using namespace std::chrono_literals;

class LongTextsTest : public IngressRig {
  protected:
    LongTextsTest() {
        auto account = std::make_unique<Account>();
        account->name = "sms";
        account->channel = "vonage";
        account->number = 1;
        account->channel_number = model::channel_number("vonage");
        account->health = std::make_shared<Health>();
        account->config.account = "sms";
        account->config.channel = "vonage";
        account->config.settings["api"] = "sms";
        account->config.settings["api_key"] = "abcd1234";
        account->config.settings["from"] = "+447700900000";
        account->config.credentials["signature_secret"].emplace_back(secret);
        std::string problem;
        account->adapter = adapters::make(account->config, problem);
        EXPECT_TRUE(account->adapter) << problem;
        account->ok_reply = std::make_shared<const std::string>("HTTP/1.1 200 OK\r\n\r\n");
        std::vector<std::unique_ptr<Account>> accounts;
        accounts.push_back(std::move(account));
        accounts_.store(std::make_shared<const AccountTable>(std::move(accounts)));
    }

    using Open = std::shared_ptr<testing::Exchange>;
    Open bring(unsigned number, unsigned total, const std::string& id, const std::string& text,
               const std::string& reference = "7", const std::string& from = "447700900001") {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(inbox_.now);
        std::vector<FormField> fields = {
            {"api-key", "abcd1234"},
            {"concat", "true"},
            {"concat-part", std::to_string(number)},
            {"concat-ref", reference},
            {"concat-total", std::to_string(total)},
            {"messageId", id},
            {"msisdn", from},
            {"text", text},
            {"timestamp", std::to_string(seconds.time_since_epoch().count())},
            {"to", "447700900000"},
            {"type", "text"}};
        const auto signed_text = adapters::vonage::signed_text(fields);
        fields.push_back({"sig", adapters::vonage::sign(adapters::vonage::Method::sha256,
                                                        adapters::Secret(secret), *signed_text)});
        auto open = std::make_shared<testing::Exchange>(thread_, "POST", "/webhooks/sms",
                                                        adapters::shared::encode_form(fields));
        open->header("Content-Type", "application/x-www-form-urlencoded");
        handler_->handle(open->request(), open->responder());
        thread_.run();
        return open;
    }
    void pass(std::chrono::milliseconds time) {
        inbox_.now += time;
        thread_.advance(time);
        thread_.run();
    }
    /// The answer's status; of the constant for a success there is only the whole.
    static int status(const Open& open) {
        if (!open->answered()) return 0;
        return open->response().fixed ? 200 : open->response().status;
    }
    [[nodiscard]] std::vector<std::string> texts() const {
        std::vector<std::string> out;
        for (const model::MessageRow& row : inbox_.messages)
            out.push_back(row.message.content.text);
        return out;
    }
    using Texts = std::vector<std::string>;

    static inline const std::string secret = "vonage-signature-secret-0123456789abcdef";
};

TEST_F(LongTextsTest, AreOneMessageInWhateverOrderTheirPartsCome) {
    const Open third = bring(3, 3, "m3", "tarde.");
    const Open first = bring(1, 3, "m1", "Llego ");
    const Open other = bring(1, 2, "x1", "Hi", "7", "447700900002");
    EXPECT_EQ(status(third) + status(first) + status(other), 0);
    const Open second = bring(2, 3, "m2", "un poco ");
    EXPECT_EQ(status(third), 200);
    EXPECT_EQ(status(first), 200);
    EXPECT_EQ(status(second), 200);
    EXPECT_EQ(status(other), 0);
    ASSERT_EQ(texts(), Texts{"Llego un poco tarde."});
    const adapters::InboundMessage& message = inbox_.messages.front().message;
    EXPECT_EQ(message.external_id, "m1");
    EXPECT_NE(message.content.details_json.find(
                  R"("parts":{"reference":"7","total":3,"ids":["m1","m2","m3"]})"),
              std::string::npos)
        << message.content.details_json;
}

TEST_F(LongTextsTest, AreNotAcceptedBeforeTheyAreDurable) {
    const Open first = bring(1, 2, "m1", "a");
    inbox_.room = 0;
    // Overloaded: the door itself turns the next one away, and the first is asked for again.
    const Open second = bring(2, 2, "m2", "b");
    EXPECT_EQ(status(second), 503);
    EXPECT_EQ(status(first), 503);
    EXPECT_TRUE(texts().empty());
    inbox_.room = 1000;
    const Open again = bring(1, 2, "m1", "a");
    EXPECT_EQ(status(bring(2, 2, "m2", "b")), 200);
    EXPECT_EQ(status(again), 200);
    EXPECT_EQ(texts(), Texts{"ab"});
}

TEST_F(LongTextsTest, AskTheProviderToComeAgainAndKeepWhatItBrought) {
    const Open first = bring(1, 2, "m1", "a");
    pass(LongTexts::hold);
    EXPECT_EQ(status(first), 503);
    EXPECT_NE(first->response().body.find(R"("code":"waiting_for_parts")"), std::string::npos)
        << first->response().body;
    pass(60s);
    const Open again = bring(1, 2, "m1", "a");
    pass(1s);
    EXPECT_EQ(status(again), 0);
    EXPECT_EQ(status(bring(2, 2, "m2", "b")), 200);
    EXPECT_EQ(status(again), 200);
    EXPECT_EQ(texts(), Texts{"ab"});
    // What was asked for again comes, although it is no longer needed.
    EXPECT_EQ(status(bring(1, 2, "m1", "a")), 200);
    EXPECT_EQ(status(bring(2, 2, "m2", "b")), 200);
    EXPECT_EQ(texts(), Texts{"ab"});
}

TEST_F(LongTextsTest, AreKnownAfterARestartThatForgotWhatWasJoined) {
    const Open first = bring(1, 2, "m1", "a");
    (void)bring(2, 2, "m2", "b");
    ASSERT_EQ(texts(), Texts{"ab"});
    intake_ = std::make_unique<Intake>(accounts_, inbox_, gate_, master_, *poison_, 1,
                                       [this] { return inbox_.now; });
    handler_ = std::make_unique<WebhookHandler>(accounts_, *intake_, [this] { return inbox_.now; });
    // Its 200 was lost on the way, so the provider brings it again: alone, for ever.
    for (std::chrono::seconds at = 0s; at < LongTexts::patience; at += 60s) {
        EXPECT_NE(status(bring(2, 2, "m2", "b")), 200);
        pass(60s);
    }
    EXPECT_EQ(status(bring(2, 2, "m2", "b")), 200);
    EXPECT_EQ(texts(), Texts{"ab"});
}

TEST_F(LongTextsTest, AreTakenWithoutWhatNeverCame) {
    const Open second = bring(2, 4, "m2", "b");
    (void)bring(3, 4, "m3", "c");
    pass(LongTexts::patience);
    EXPECT_EQ(texts(), Texts{"[\u2026]bc[\u2026]"});
    EXPECT_EQ(inbox_.messages.front().message.external_id, "m2");
    EXPECT_EQ(status(bring(3, 4, "m3", "c")), 200);
    EXPECT_EQ(texts().size(), 1U);
}

TEST_F(LongTextsTest, AreTakenInTimeThoughTheClockIsSetBack) {
    const Open first = bring(1, 2, "m1", "a");
    inbox_.now -= 24h;
    pass(LongTexts::patience);
    EXPECT_EQ(texts(), Texts{"a[\u2026]"});
}

TEST_F(LongTextsTest, ThatAreWholeLeaveTheTimeOfTheNextOfTheirReferenceAlone) {
    (void)bring(1, 2, "m1", "a");
    const std::size_t timers = thread_.timers();
    (void)bring(2, 2, "m2", "b");
    EXPECT_EQ(thread_.timers(), timers);
    pass(LongTexts::patience - 1s);
    (void)bring(1, 2, "n1", "c");
    pass(1s);
    EXPECT_EQ(texts(), Texts{"ab"});
    pass(LongTexts::patience);
    EXPECT_EQ(texts(), (Texts{"ab", "c[\u2026]"}));
}

TEST_F(LongTextsTest, GiveWayToTheNextTextOfTheSameReference) {
    const Open old = bring(1, 2, "m1", "a");
    const Open first = bring(1, 2, "n1", "c");
    EXPECT_EQ(status(old), 200);
    EXPECT_EQ(status(bring(2, 2, "n2", "d")), 200);
    EXPECT_EQ(status(first), 200);
    EXPECT_EQ(texts(), (Texts{"a[\u2026]", "cd"}));
}

TEST_F(LongTextsTest, AreNotMadeOfWhatMakesNoSense) {
    EXPECT_EQ(status(bring(1, 1, "m1", "a")), 200);
    EXPECT_EQ(status(bring(3, 2, "m2", "b")), 200);
    EXPECT_EQ(status(bring(1, 2, "m3", "c", "")), 200);
    EXPECT_EQ(texts(), (Texts{"a", "b", "c"}));
}

TEST(MessagePartTest, IsReadWhateverStandsInItsTexts) {
    const std::string details =
        R"({"to":"1","part":{"reference":"a}\"b","number":1,"total":2},"x":1})";
    const auto part = adapters::shared::message_part(details);
    ASSERT_TRUE(part.has_value());
    EXPECT_EQ(part->reference, "a}\"b");
    const std::vector<std::string> ids = {"m1"};
    EXPECT_EQ(adapters::shared::details_of_whole(details, *part, ids),
              R"({"to":"1","parts":{"reference":"a}\"b","total":2,"ids":["m1"]},"x":1})");
    EXPECT_FALSE(adapters::shared::message_part(R"({"part":{"reference":"a","number":1}})"));
    EXPECT_FALSE(adapters::shared::message_part(R"({"part":{)"));
}

}  // namespace
}  // namespace postern::ingress
