// The seeded provider: takes, refuses, keeps silent; tells what became of a message early, late,
// twice and in any order. Its ledger says what it accepted. Virtual time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gateway/core/effects.h"
#include "tests/simulation/random.h"

namespace postern::simulation {

class SendingProvider final {
  public:
    struct Ports {
        std::function<void(core::AnswerAttempt)> answer;  // to the gateway that asked
        std::function<void(core::ReceiveStatus)> receipt;
        /// A failure that may pass is told of it.
        std::function<void(model::Sequence)> came_back;
    };
    SendingProvider(Random& random, Ports ports) : random_(random), ports_(std::move(ports)) {}

    /// A request leaves the gateway now.
    void send(const core::Dispatch& dispatch, model::Instant now);
    /// What is due by now happens.
    void run(model::Instant now);
    /// The gateway died: nobody reads the answers to what it asked. Requests may be on the wire.
    void lose_callers() { ++life_; }
    /// No more mischief: what is sent from now on is taken.
    void be_kind() { kind_ = true; }

    [[nodiscard]] bool waiting() const { return !agenda_.empty(); }
    [[nodiscard]] model::Instant next() const { return agenda_.begin()->first; }

    struct Taken {
        std::size_t accepted = 0;
        std::size_t failed = 0;  // of them, told later that they did not arrive
    };
    [[nodiscard]] const std::map<model::Sequence, Taken>& ledger() const { return ledger_; }
    [[nodiscard]] std::size_t hidden() const { return hidden_; }

    /// Account 2 tells what was delivered and read by moments alone, as Messenger does: the highest
    /// one that was told of a person's messages.
    struct Mark {
        model::Instant delivered{};
        model::Instant read{};
    };
    [[nodiscard]] Mark mark_of(const model::Route& route) const;

  private:
    void at(model::Instant when, std::function<void(model::Instant)> act);
    void accept(const core::Dispatch& dispatch, model::Instant now);
    void refuse(const core::Dispatch& dispatch, std::uint64_t kind, model::Instant now);
    void answer(const core::Dispatch& dispatch, adapters::SendOutcome outcome, model::Instant when);
    void tell(const core::Dispatch& dispatch, const std::string& id, adapters::ReceiptState state,
              model::Instant when, bool may_pass = false);
    void tell_mark(const core::Dispatch& dispatch, adapters::ReceiptState state,
                   model::Instant when);
    [[nodiscard]] std::chrono::microseconds up_to(std::chrono::microseconds most);

    Random& random_;
    Ports ports_;
    std::multimap<model::Instant, std::function<void(model::Instant)>> agenda_;
    std::map<model::Sequence, Taken> ledger_;
    std::map<std::pair<model::AccountNumber, storage::Blind>, Mark> marks_;
    std::map<std::string, std::string> by_echo_;  // the idempotent account's
    std::uint64_t life_ = 0;
    std::uint64_t ids_ = 0;
    std::size_t hidden_ = 0;
    bool kind_ = false;
};

/// The blind index of the simulation.
[[nodiscard]] storage::Blind blind_of(std::string_view domain, std::string_view text);

}  // namespace postern::simulation
