// What enters a gateway that sends: an app's messages and orders, people's words, operators' acts.
// Drawn by chance; nothing here knows what became of it.
#pragma once

#include "gateway/core/command.h"
#include "gateway/model/time.h"
#include "tests/simulation/random.h"

namespace postern::simulation {

class SendingApp final {
  public:
    explicit SendingApp(Random& random) : random_(random) {}

    /// A new message: its text is its own, so that it can be found again.
    [[nodiscard]] core::SubmitMessage message(model::Instant now);
    /// Somebody writes, often «stop» or «start».
    [[nodiscard]] core::ReceiveMessage words(model::Instant now);
    /// An account, or a category of messages.
    [[nodiscard]] core::Command pause(bool paused);

  private:
    [[nodiscard]] model::Route route(model::AccountNumber account, std::uint64_t person) const;

    Random& random_;
    std::uint64_t texts_ = 0;
    std::uint64_t words_ = 0;
};

}  // namespace postern::simulation
