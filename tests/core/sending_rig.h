// Sending without sockets: two accounts with rules and limits, an app that submits, a provider that
// answers as told. Test thread only.
#pragma once

#include <gtest/gtest.h>

#include "gateway/core/sending_settings.h"
#include "tests/core/bench.h"

namespace postern::core {

class SendingRig : public ::testing::Test {
  protected:
    SendingRig();

    /// A text from account 1 to `address`; change it before submit().
    [[nodiscard]] SubmitMessage text_to(std::string_view address) const;
    /// The reply of a submission; what it dispatches is kept.
    Reply submit(SubmitMessage c);
    /// Answers the oldest dispatch that was not answered.
    void answer(adapters::SendOutcome outcome);
    void answer(const Dispatch& dispatch, adapters::SendOutcome outcome);
    [[nodiscard]] static AnswerAttempt answer_to(const Dispatch& dispatch,
                                                 adapters::SendOutcome outcome);
    void receipt(std::string_view external_id, adapters::ReceiptState state);
    /// Moves the clock and lets the due queue have its turn.
    void pass(std::chrono::microseconds time);

    [[nodiscard]] model::StateRow state(model::Sequence message) const;
    [[nodiscard]] static adapters::SendOutcome accepted(std::string id);
    [[nodiscard]] static adapters::SendOutcome outcome(adapters::SendResult result,
                                                       std::string code = "");
    void configure();

    std::shared_ptr<SendingSettings> settings_ = std::make_shared<SendingSettings>();
    model::Instant now_ = at(std::chrono::hours{12});
    std::vector<Dispatch> dispatched_;
    std::size_t answered_ = 0;
    Bench bench_;
};

}  // namespace postern::core
