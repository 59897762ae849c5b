// The webhook handler and the replay over the real core and a real adapter (the generic one, which
// signs nothing here), with rows in a map and a virtual clock: no socket, no disk.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/ingress/replay.h"
#include "gateway/ingress/webhook.h"
#include "tests/core/bench.h"
#include "tests/support/fake_http.h"

namespace postern::ingress {

/// Applies each command at once to a real core; answers come with thread.run().
class RigInbox final : public runtime::CoreInbox {
  public:
    [[nodiscard]] bool post(std::vector<core::Command> commands, runtime::Admit admit,
                            net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override;
    [[nodiscard]] bool post(core::Command) override { return false; }
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return room == 0; }

    std::size_t room = 1000;                               // posts that are taken
    std::function<bool(const core::Command&)> unreadable;  // needs a damaged row
    model::Instant now = core::at(std::chrono::seconds{0});
    core::Bench bench;
    std::vector<model::MessageRow> messages;
    std::vector<runtime::Admit> admits;
    model::Sequence quarantined = 0;  // the last request that was set aside
    model::Author author;             // of the last command
};

class IngressRig : public ::testing::Test {
  protected:
    IngressRig();

    /// A JSON document for `receive`, as the configuration has it; everything is account 1.
    void configure(const std::string& receive);
    /// Posts to the account's webhook and runs the loop until the answer.
    net::Response send(const std::string& body);
    [[nodiscard]] const model::QuarantineRow& quarantined() const;
    Replayed replay();

    testing::FakeThread thread_;
    RigInbox inbox_;
    Accounts accounts_;
    IntakeGate gate_;
    storage::KeyBytes master_{};
    std::unique_ptr<runtime::PoisonSlot> poison_;
    std::unique_ptr<Intake> intake_;
    std::unique_ptr<WebhookHandler> handler_;
    std::unique_ptr<Replay> replay_;
    std::unique_ptr<testing::Exchange> exchange_;
    std::string reason_;  // of the last replay
};

}  // namespace postern::ingress
