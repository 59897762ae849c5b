// Why nothing leaves an account, in the words of the strongest reason.
#include "gateway/sending_view.h"

#include <gtest/gtest.h>

namespace postern {
namespace {

using namespace std::chrono_literals;
using ratelimit::BreakerMode;

constexpr model::Instant now{1'790'000'000s};

class SendingViewTest : public ::testing::Test {
  protected:
    SendingViewTest() {
        account_.health = health_;
        account_.sends = true;
        set([](core::Figures&) {});
    }
    void set(const std::function<void(core::Figures&)>& change) {
        core::Figures figures;
        change(figures);
        view_.figures = std::make_shared<const core::Figures>(std::move(figures));
    }
    [[nodiscard]] api::SendingHealth health() const { return health_of(account_, view_, now); }
    [[nodiscard]] std::string held_by() const { return health().held_by; }

    std::shared_ptr<egress::Health> health_ = std::make_shared<egress::Health>();
    SendingAccount account_;
    SendingView view_;
};

TEST_F(SendingViewTest, IsOkWhereNothingHoldsItBack) {
    EXPECT_EQ(held_by(), "");
    EXPECT_EQ(state_of(health()), "ok");
}

TEST_F(SendingViewTest, TellsTheStrongestReasonFirst) {
    account_.figures.outbox.parked = true;
    account_.figures.outbox.parked_until = now + 1h;
    EXPECT_EQ(held_by(), "waits for its rules");
    EXPECT_EQ(health().held_until, now + 1h);

    account_.row.broken = true;
    account_.row.broken_reason = "token_expired";
    EXPECT_EQ(held_by(), "the provider refuses the credentials");
    EXPECT_EQ(health().held_reason, "token_expired");

    account_.row.paused = true;
    account_.row.paused_reason = "the invoice is open";
    EXPECT_EQ(held_by(), "paused by an operator");
    EXPECT_EQ(health().held_reason, "the invoice is open");

    view_.inactive = true;
    EXPECT_EQ(held_by().substr(0, 25), "the workspace is inactive");

    set([](core::Figures& figures) { figures.sending_paused = true; });
    EXPECT_EQ(held_by(), "sending is paused as a whole (postern resume)");

    account_.health = nullptr;
    EXPECT_EQ(held_by(), "not in the configuration any more");
    EXPECT_EQ(state_of(health()), "held");
}

TEST_F(SendingViewTest, ShowsTheBreakerOfAProviderInTrouble) {
    account_.breaker = BreakerMode::open;
    EXPECT_EQ(state_of(health()), "breaker_open");
    account_.breaker = BreakerMode::half_open;
    EXPECT_EQ(state_of(health()), "half_open");
    account_.sends = false;
    EXPECT_EQ(state_of(health()), "receives_only");
}

TEST_F(SendingViewTest, CountsByStateAndOutcomeAndFailuresOfToday) {
    account_.figures.ledger.count(model::MessageState::queued) = 2;
    account_.figures.ledger.count(model::MessageState::unknown) = 1;
    account_.figures.ledger.failed_day = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::days>(now.time_since_epoch()).count());
    account_.figures.ledger.failed_count = 3;
    health_->count(adapters::SendResult::permanent, model::Instant{});
    EXPECT_EQ(health().queued, 2u);
    EXPECT_EQ(health().unknown, 1u);
    EXPECT_EQ(health().failed_today, 3u);
    EXPECT_EQ(health_of(account_, view_, now + 24h).failed_today, 0u);

    std::string out;
    model::JsonWriter json(out);
    write_sending(json, health());
    EXPECT_NE(out.find(R"("permanent":1)"), std::string::npos) << out;
    EXPECT_NE(out.find(R"("held_by":null)"), std::string::npos) << out;
}

TEST_F(SendingViewTest, TellsOfConnectionsOnlyWhereThereAreSome) {
    const auto written = [this] {
        std::string json;
        model::JsonWriter writer(json);
        api::write_sending(writer, health());
        return json;
    };
    EXPECT_EQ(written().find("connections"), std::string::npos);
    EXPECT_EQ(written().find("receiving"), std::string::npos);

    health_->line.want(2, now);
    health_->line.failed("the message centre refuses the bind", now);
    EXPECT_EQ(health().line.state, "down");
    health_->line.up(now + 1s);
    EXPECT_EQ(health().line.state, "degraded");
    health_->line.up(now + 2s);
    EXPECT_EQ(health().line.state, "up");
    EXPECT_EQ(health().line.since, now + 1s);
    EXPECT_NE(written().find(R"("connections":{"state":"up","up":2,"wanted":2)"),
              std::string::npos);
    EXPECT_NE(written().find("refuses the bind"), std::string::npos) << "the last one stays";

    health_->line.down("the connection was lost", now + 5s);
    health_->line.down({}, now + 6s);
    EXPECT_EQ(health().line.state, "down");
    EXPECT_EQ(health().line.since, now + 6s);
    EXPECT_EQ(health().line.problem, "the connection was lost");
    health_->line.want(0, now + 7s);
    EXPECT_EQ(health().line.state, "");
}

}  // namespace
}  // namespace postern
