// A quarantined request once more: what came in before does not come in again, however late.
#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

using namespace std::chrono_literals;

const std::string by_from =
    R"({"batch":"/items","verify":{"type":"none"},"kind":"message","message":{"from":"/from"}})";
const std::string by_sender =
    R"({"batch":"/items","verify":{"type":"none"},"kind":"message","message":{"from":"/sender"}})";
/// Two messages; only the first one says `from`.
const std::string half_understood = R"({"items":[{"id":"a","from":"x","sender":"x","text":"one"},)"
                                    R"({"id":"b","sender":"y","text":"two"}]})";

class ReplayTest : public IngressRig {
  protected:
    [[nodiscard]] std::vector<std::string> ids() const {
        std::vector<std::string> out;
        for (const auto& row : inbox_.messages) out.push_back(row.message.external_id);
        return out;
    }
};

TEST_F(ReplayTest, TakesWhatWasNotTakenAndNothingElseAfterAnyTime) {
    configure(by_from);
    EXPECT_EQ(send(half_understood).fixed, accounts_.load()->find("shop")->ok_reply);
    EXPECT_EQ(ids(), std::vector<std::string>{"a"});
    EXPECT_EQ(quarantined().taken.size(), 1u);

    configure(by_sender);
    inbox_.now += 60 * 24h;  // every horizon of duplicates is over …
    for (std::size_t i = 0; i < 2 * model::seen_ids_max; ++i) {  // … and the ring is full of others
        const std::string n = std::to_string(i);
        (void)send(R"({"items":[{"id":"n)" + n + R"(","sender":"x","text":"later"}]})");
    }
    inbox_.messages.clear();
    EXPECT_EQ(replay(), Replayed::resolved);
    EXPECT_EQ(ids(), std::vector<std::string>{"b"});
    EXPECT_TRUE(quarantined().resolved);
}

TEST_F(ReplayTest, RemembersWhatAnEarlierReplayTook) {
    configure(by_from);
    (void)send(R"({"items":[{"id":"a","sender":"x"},{"id":"b","sender":"y"},{"odd":1}]})");
    EXPECT_EQ(ids(), std::vector<std::string>{});
    configure(by_sender);
    EXPECT_EQ(replay(), Replayed::not_understood);  // the third one stays
    EXPECT_EQ(ids(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(quarantined().taken.size(), 2u);
    EXPECT_EQ(replay(), Replayed::not_understood);
    EXPECT_EQ(ids().size(), 2u);
    EXPECT_EQ(quarantined().attempts, 2u);
    EXPECT_EQ(quarantined().taken.size(), 2u);
}

TEST_F(ReplayTest, ReadsTheQueryAgainOfWhichNoSecretWasKept) {
    const std::string verify =
        R"({"batch":"/items","verify":{"type":"query","name":"token"},"kind":"message",)";
    configure(verify + R"("message":{"from":"/from"}})");
    exchange_ = std::make_unique<testing::Exchange>(
        thread_, "POST", "/webhooks/shop?token=ingress-secret&from_key=x&signature=ab",
        R"({"items":[{"id":"a","text":"one"}]})");
    for (const char* name : {"Authorization", "Cookie", "X-Api_Key", "X-Password", "X-Signature"})
        exchange_->header(name, "what only the provider knows");
    exchange_->header("X-Echo", "sent with ingress-secret");
    handler_->handle(exchange_->request(), exchange_->responder());
    thread_.run();
    EXPECT_EQ(ids(), std::vector<std::string>{});
    EXPECT_EQ(quarantined().target, "/webhooks/shop?token=***&from_key=x&signature=ab");
    using Kept = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(quarantined().headers, (Kept{{"X-Echo", "sent with ***"}}));

    configure(verify + R"("message":{"from":"{{query.from_key}}"}})");
    EXPECT_EQ(replay(), Replayed::resolved) << reason_;
    EXPECT_EQ(ids(), std::vector<std::string>{"a"});
}

TEST_F(ReplayTest, FindsNoRoomAndSaysSo) {
    configure(by_from);
    (void)send(half_understood);
    configure(by_sender);
    inbox_.room = 0;
    EXPECT_EQ(replay(), Replayed::overloaded);
    EXPECT_EQ(ids(), std::vector<std::string>{"a"});
    inbox_.room = 1;  // for the messages, and then not for the attempt
    EXPECT_EQ(replay(), Replayed::overloaded);
    inbox_.room = 2;
    EXPECT_EQ(replay(), Replayed::resolved);
    EXPECT_EQ(ids(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ReplayTest, ADamagedRowKeepsTheRequestOpen) {
    configure(by_from);
    (void)send(half_understood);
    configure(by_sender);
    inbox_.unreadable = [](const core::Command& command) {
        return std::holds_alternative<core::ReceiveMessage>(command.payload);
    };
    EXPECT_EQ(replay(), Replayed::not_understood);
    EXPECT_NE(reason_.find("damaged"), std::string::npos) << reason_;
    EXPECT_EQ(quarantined().taken.size(), 1u);
    inbox_.unreadable = nullptr;
    EXPECT_EQ(replay(), Replayed::resolved);
    EXPECT_EQ(ids(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ReplayTest, ARequestOfAnAccountThatIsGoneStays) {
    configure(by_from);
    (void)send(half_understood);
    accounts_.store(std::make_shared<const AccountTable>(std::vector<std::unique_ptr<Account>>{}));
    EXPECT_EQ(replay(), Replayed::not_understood);
    EXPECT_EQ(reason_, "its account is not in the configuration");
}

}  // namespace
}  // namespace postern::ingress
