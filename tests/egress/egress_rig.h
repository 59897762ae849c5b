// Egress over real sockets: an adapter whose steps the test lays out, a provider of the test's own,
// and an inbox that keeps what comes back.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/egress/courier.h"
#include "gateway/egress/egress.h"
#include "tests/net/support.h"

namespace postern::egress {

class RecordingInbox final : public runtime::CoreInbox {
  public:
    [[nodiscard]] bool post(std::vector<core::Command>, runtime::Admit, net::IoThread&,
                            std::function<void(const std::vector<core::Reply>&)>) override {
        return false;
    }
    [[nodiscard]] bool post(core::Command) override { return false; }
    void post_always(core::Command command) override;
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return true; }

    /// Waits until so many have come, 60 s at most.
    [[nodiscard]] std::vector<core::AnswerAttempt> wait_for(std::size_t count);
    [[nodiscard]] std::size_t count();

  private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<core::AnswerAttempt> answers_;
};

/// One request a step, to base + "/0", "/1" …, with the echo in a header. 200 goes on, at the last
/// step it is accepted and the body is the external id; 429, 401, 400 and 5xx are what they say.
class StepAdapter final : public adapters::SendingAdapter {
  public:
    std::string base;
    std::string method = "POST";
    std::vector<bool> irrevocable{true};  // by step
    bool nothing_sent_yet = false;        // said of every step but the first
    adapters::SendTraits traits{.echo = true};
    std::size_t part_bytes = 0;  // 0: every text is one message
    bool one_part = false;       // parts() finds one, as of a text with blanks at its end

    [[nodiscard]] const adapters::SendTraits& send_traits() const override { return traits; }
    [[nodiscard]] std::optional<adapters::FieldProblem> check(
        const adapters::OutboundContent&) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::vector<adapters::OutboundContent> parts(
        const adapters::OutboundContent& content) const override;
    [[nodiscard]] adapters::Result<adapters::SendStep> first_step(
        const adapters::SendRequest& request) const override;
    [[nodiscard]] std::variant<adapters::SendStep, adapters::SendOutcome> answered(
        const adapters::SendRequest& request, std::size_t step,
        const adapters::ProviderAnswer& answer) const override;
    [[nodiscard]] std::optional<adapters::ProviderCall> typing(std::string_view,
                                                               std::string_view) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<adapters::ProviderCall> mark_read(
        std::string_view, const adapters::LastMessage&) const override {
        return std::nullopt;
    }

  private:
    [[nodiscard]] adapters::SendStep step(const adapters::SendRequest& request,
                                          std::size_t index) const;
};

class EgressRig : public ::testing::Test {
  protected:
    static constexpr model::AccountNumber number = 7;
    static constexpr model::Instant start{std::chrono::seconds{1'769'860'800}};

    ~EgressRig() override;

    /// The account's adapter speaks to `base`. Begins egress at the first call.
    void connect(std::string base);
    /// Dispatches one message and waits for what became of it.
    adapters::SendOutcome send(model::Sequence message = 1);
    [[nodiscard]] static core::Dispatch dispatch_of(model::Sequence message,
                                                    std::uint16_t attempt = 1);
    [[nodiscard]] static core::Dispatch dispatch_of(model::Sequence message,
                                                    model::OutboundRow row);
    [[nodiscard]] static model::OutboundRow row();
    Health& health() { return *health_; }

    std::shared_ptr<Courier> courier_;  // instead of HTTP
    std::shared_ptr<StepAdapter> adapter_ = std::make_shared<StepAdapter>();
    std::shared_ptr<const adapters::SendingAdapter> other_adapter_;  // instead of that
    /// What the account's tokens come by; taken by the next connect().
    std::unique_ptr<adapters::TokenGrant> with_token_;
    UploadFiles* uploads_ = nullptr;
    std::string ca_file_;
    net::ProxyOptions proxy_;
    EgressOptions options_;
    std::size_t threads_ = 1;
    std::atomic<std::int64_t> later_us_{0};  // how far the clock is ahead of `start`
    RecordingInbox inbox_;
    std::unique_ptr<net::IoPool> pool_;
    std::unique_ptr<Egress> egress_;
    std::shared_ptr<Health> health_ = std::make_shared<Health>();
    storage::KeyBytes master_{1, 2, 3};
};

/// A loopback port that nobody listens on, held so that nobody else gets it.
class ClosedPort final {
  public:
    ClosedPort();
    ~ClosedPort();
    [[nodiscard]] std::string url() const;

  private:
    int fd_ = -1;
    unsigned port_ = 0;
};

}  // namespace postern::egress
