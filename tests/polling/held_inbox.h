// The real core behind an intake, on the thread of who receives: what is durable is told at once,
// or when the test says so, or never.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/runtime/core_inbox.h"
#include "tests/core/bench.h"

namespace postern::polling {

class HeldInbox final : public runtime::CoreInbox {
  public:
    [[nodiscard]] bool post(std::vector<core::Command> commands, runtime::Admit,
                            net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override {
        if (refuse > 0) {
            --refuse;
            return false;
        }
        std::vector<core::Reply> replies;
        for (core::Command& command : commands) {
            if (std::holds_alternative<core::Quarantine>(command.payload)) ++quarantined;
            bench.run(std::move(command.payload), core::at({}));
            replies.push_back(bench.reply());
            if (const auto* row = bench.written<model::MessageRow>())
                texts.push_back(row->message.content.text);
            if (const auto* row = bench.written<model::SignalRow>())
                signals.push_back(row->signal.details_json);
        }
        auto tell = [replies = std::move(replies), done = std::move(done)] { done(replies); };
        if (hold) {
            held.push_back(std::move(tell));
        } else {
            thread.post(std::move(tell));
        }
        return true;
    }
    [[nodiscard]] bool post(core::Command) override { return false; }
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return false; }

    core::Bench bench;
    bool hold = false;
    int refuse = 0;  // so many posts find no room
    int quarantined = 0;
    std::vector<std::string> texts;
    std::vector<std::string> signals;
    std::vector<std::function<void()>> held;
};

}  // namespace postern::polling
