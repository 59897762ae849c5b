// One account of the generic channel, and the core behind it.
#include "tests/ingress/ingress_rig.h"

#include <optional>

#include <unistd.h>

#include "adapters/registry.h"
#include "gateway/model/channel.h"

namespace postern::ingress {

bool RigInbox::post(std::vector<core::Command> commands, runtime::Admit admit,
                    net::IoThread& thread,
                    std::function<void(const std::vector<core::Reply>&)> done) {
    if (room == 0) return false;
    --room;
    admits.push_back(admit);
    std::vector<core::Reply> replies;
    for (core::Command& command : commands) {
        if (unreadable && unreadable(command)) {
            replies.push_back({{}, core::ReplyCode::unreadable, {}, nullptr});
            continue;
        }
        const bool aside = std::holds_alternative<core::Quarantine>(command.payload);
        author = command.author;
        bench.run(std::move(command.payload), now);
        replies.push_back(bench.reply());
        if (aside) quarantined = bench.reply().id.sequence;
        if (const auto* row = bench.written<model::MessageRow>()) messages.push_back(*row);
    }
    thread.post([replies = std::move(replies), done = std::move(done)] { done(replies); });
    return true;
}

IngressRig::IngressRig() {
    const std::string slot = ::testing::TempDir() + "poison-" + std::to_string(::getpid());
    auto opened = runtime::PoisonSlot::open(slot);
    EXPECT_TRUE(opened.has_value());
    poison_ = std::move(*opened);
    ::unlink(slot.c_str());
    const auto now = [this] { return inbox_.now; };
    intake_ = std::make_unique<Intake>(accounts_, inbox_, gate_, master_, *poison_, 1, now);
    handler_ = std::make_unique<WebhookHandler>(accounts_, *intake_, now);
    replay_ = std::make_unique<Replay>(accounts_, inbox_, master_, 1, now);
}

void IngressRig::configure(const std::string& receive) {
    auto account = std::make_unique<Account>();
    account->name = "shop";
    account->channel = "http";
    account->number = 1;
    account->channel_number = model::channel_number("http");
    account->health = std::make_shared<Health>();
    account->config.account = "shop";
    account->config.channel = "http";
    account->config.settings["receive"] = receive;
    // Who verifies needs what to verify with.
    if (receive.find("\"verify\"") != std::string::npos)
        account->config.credentials["secret"] = {adapters::Secret("ingress-secret")};
    std::string problem;
    account->adapter = adapters::make(account->config, problem);
    ASSERT_TRUE(account->adapter) << problem;
    account->ok_reply = std::make_shared<const std::string>("HTTP/1.1 200 OK\r\n\r\n");
    std::vector<std::unique_ptr<Account>> accounts;
    accounts.push_back(std::move(account));
    accounts_.store(std::make_shared<const AccountTable>(std::move(accounts)));
}

net::Response IngressRig::send(const std::string& body) {
    exchange_ = std::make_unique<testing::Exchange>(thread_, "POST", "/webhooks/shop", body);
    handler_->handle(exchange_->request(), exchange_->responder());
    thread_.run();
    EXPECT_TRUE(exchange_->answered());
    return exchange_->answered() ? exchange_->response() : net::Response{};
}

const model::QuarantineRow& IngressRig::quarantined() const {
    static const model::QuarantineRow none;
    const auto* row =
        inbox_.bench.stored<model::QuarantineRow>(storage::keys::quarantine(inbox_.quarantined));
    EXPECT_NE(row, nullptr);
    return row ? *row : none;
}

Replayed IngressRig::replay() {
    std::optional<Replayed> how;
    replay_->replay(quarantined(), inbox_.quarantined, {model::ActorKind::key, 7}, thread_,
                    [&](Replayed outcome, std::string reason) {
                        how = outcome;
                        reason_ = std::move(reason);
                    });
    thread_.run();
    EXPECT_TRUE(how.has_value());
    if (how != Replayed::overloaded) {
        EXPECT_EQ(inbox_.author, (model::Author{model::ActorKind::key, 7})) << "for the audit";
    }
    return how.value_or(Replayed::overloaded);
}

}  // namespace postern::ingress
