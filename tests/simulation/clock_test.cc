// The machine's clock is set to another time while messages are scheduled and while others wait to
// expire: by an hour and by a year, forwards and backwards, for good and for a moment; and it
// stops. Nothing is sent and nothing expires by a time that is not confirmed; what was done stays
// done.
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include <fmt/format.h>

#include "gateway/core/sending_settings.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/sending_provider.h"

namespace postern::simulation {
namespace {

using namespace std::chrono_literals;
using model::MessageState;

constexpr auto year = 365 * 24h;
constexpr model::AccountNumber open_account = 1;
constexpr model::AccountNumber paused_account = 2;

std::shared_ptr<const core::SendingSettings> settings() {
    auto made = std::make_shared<core::SendingSettings>();
    made->calendars = std::make_shared<policy::Calendars>();
    for (const model::AccountNumber number : {open_account, paused_account}) {
        core::AccountSettings& account = made->accounts[number];
        account.channel = "whatsapp";
        account.sends = true;
        account.policy.window = 0h;
    }
    return made;
}

class WrongClock : public ::testing::Test {
  protected:
    WrongClock() { start(); }

    /// As the daemon starts: accounts, what was under way, rules.
    void start() {
        gateway_ = std::make_unique<Gateway>(machine_);
        gateway_->on_durable = [this](const core::RowWrite& write) { note(write); };
        post(core::RegisterAccounts{{{"a", "whatsapp"}, {"b", "whatsapp"}}});
        for (const model::SlotRow& slot : gateway_->slots())
            post(core::RecoverIntent{slot.message, slot.attempt});
        run();
        post(core::Configure{settings()});
        post(core::PauseAccount{paused_account, true, "a test"});
        run();
    }

    void post(core::Payload payload) { gateway_->post({std::move(payload), {0, ++tickets_}}); }

    /// The rows by which the test knows what happened.
    void note(const core::RowWrite& write) {
        if (!write.record) return;
        if (const auto* state = model::get_if<model::StateRow>(write.record.get()))
            states_[storage::keys::trailing_u64(write.key.view())] = *state;
        if (const auto* event = model::get_if<model::OutboundEventRow>(write.record.get())) {
            EXPECT_GE(event->head.created, newest_) << "a row is older than one before it";
            newest_ = event->head.created;
        }
    }

    /// Everything that has something to do does it.
    void run() {
        for (int turns = 0; turns < 10'000; ++turns) {
            if (gateway_->can_core())
                gateway_->step_core(random_);
            else if (gateway_->can_commit())
                gateway_->step_commit(random_);
            else if (gateway_->can_apply())
                gateway_->step_apply();
            else if (gateway_->can_prefetch())
                gateway_->step_prefetch();
            else if (gateway_->can_read())
                gateway_->step_read();
            else if (gateway_->next_wake() <= machine_.now.steady)
                gateway_->tick();
            else
                break;
        }
        ASSERT_TRUE(gateway_->idle());
        for (const core::Dispatch& dispatch : gateway_->take_dispatches())
            ++sends_[dispatch.message];
        for (const core::Reply& reply : gateway_->take_replies()) last_reply_ = reply;
    }

    /// A message of somebody of its own, due and over after so long. Times as of the caller's
    /// clock.
    model::Sequence submit(model::AccountNumber account, std::chrono::microseconds due,
                           std::chrono::microseconds over) {
        core::SubmitMessage c;
        model::Route route;
        route.account = account;
        route.address = fmt::format("+57{:010}", ++people_);
        route.scope = 0x8000'0001;
        route.blind = blind_of("identity", route.address);
        c.row.routes.push_back(std::move(route));
        c.row.is_template = true;
        c.row.content_json = R"({"type":"text","text":"x"})";
        c.row.content_hash = people_;
        const model::Instant now = machine_.clock.now().wall;
        if (due > 0s) c.row.send_at = now + due;
        c.row.expires = now + over;
        c.fresh_key.fill(static_cast<std::uint8_t>(people_));
        post(std::move(c));
        run();
        EXPECT_EQ(last_reply_.code, core::ReplyCode::done);
        EXPECT_GT(last_reply_.id.sequence, newest_message_);
        newest_message_ = last_reply_.id.sequence;
        return newest_message_;
    }

    /// Time passes, under the eyes of the guards; `wall` false: the wall clock stands still.
    void pass(std::chrono::microseconds time, std::chrono::microseconds step = 1s,
              bool wall = true) {
        for (; time > 0s; time -= step) {
            if (wall) machine_.now.wall += step;
            machine_.now.steady += step;
            (void)machine_.clock.watch();
            run();
        }
    }
    void set_clock(std::chrono::microseconds by) {
        machine_.now.wall += by;
        run();
    }

    /// While no gateway runs.
    void set_aside(std::chrono::microseconds by) { machine_.now.wall += by; }

    [[nodiscard]] int sends(model::Sequence message) { return sends_[message]; }
    [[nodiscard]] MessageState state(model::Sequence message) { return states_[message].state; }

    Random random_{7};
    Machine machine_{7, (::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ::testing::TempDir()) +
                            std::string("/postern-clock-") + std::to_string(::getpid())};
    std::unique_ptr<Gateway> gateway_;
    std::map<model::Sequence, model::StateRow> states_;
    std::map<model::Sequence, int> sends_;
    core::Reply last_reply_;
    model::Sequence newest_message_ = 0;
    model::Instant newest_{};
    std::uint64_t people_ = 0;
    std::uint64_t tickets_ = 0;
};

TEST_F(WrongClock, AJumpForwardsSendsAndExpiresNothingBeforeItIsConfirmed) {
    for (const std::chrono::microseconds jump :
         {std::chrono::microseconds{1h}, std::chrono::microseconds{year}}) {
        const auto scheduled = submit(open_account, 30min, 24h * 30);
        const auto waiting = submit(paused_account, 0s, 20min);
        set_clock(jump);
        pass(59s);
        EXPECT_EQ(sends(scheduled), 0);
        EXPECT_EQ(state(waiting), MessageState::waiting);
        pass(3s);  // it has stood for a minute
        EXPECT_FALSE(machine_.clock.in_doubt());
        EXPECT_EQ(state(waiting), MessageState::expired);
        EXPECT_EQ(sends(scheduled), jump == 1h ? 1 : 0);
    }
}

TEST_F(WrongClock, AConfirmedClockIsBelievedAtOnce) {
    const auto scheduled = submit(open_account, 30min, 24h);
    machine_.synchronised = true;
    set_clock(1h);
    pass(1s);
    EXPECT_EQ(sends(scheduled), 1);
}

TEST_F(WrongClock, WhatIsDueGoesOnWhileTheClockIsInDoubt) {
    const auto scheduled = submit(open_account, 30s, 24h);
    const auto waiting = submit(paused_account, 0s, 40s);
    set_clock(year);
    pass(20s);
    const auto at_once = submit(open_account, 0s, 24h);
    EXPECT_EQ(sends(at_once), 1);
    EXPECT_EQ(sends(scheduled), 0);
    pass(11s);
    EXPECT_EQ(sends(scheduled), 1);
    EXPECT_EQ(state(waiting), MessageState::waiting);
    pass(10s);
    EXPECT_EQ(state(waiting), MessageState::expired);
}

TEST_F(WrongClock, AJumpThatIsTakenBackLeavesNothing) {
    for (const std::chrono::microseconds jump :
         {std::chrono::microseconds{year}, std::chrono::microseconds{-year}}) {
        const auto scheduled = submit(open_account, 10min, 24h);
        const auto waiting = submit(paused_account, 0s, 5min);
        set_clock(jump);
        pass(30s);
        set_clock(-jump);
        pass(4min + 20s);
        EXPECT_EQ(state(waiting), MessageState::waiting);
        pass(15s);
        EXPECT_EQ(state(waiting), MessageState::expired);
        EXPECT_EQ(sends(scheduled), 0);
        pass(5min);
        EXPECT_EQ(sends(scheduled), 1);
    }
}

TEST_F(WrongClock, AJumpBackwardsUndoesNothingAndIdsGoOn) {
    const auto sent = submit(open_account, 0s, 24h);
    const auto expired = submit(paused_account, 0s, 2min);
    const auto scheduled = submit(open_account, 10min, 24h);
    pass(3min);
    ASSERT_EQ(state(expired), MessageState::expired);
    set_clock(-1h);
    pass(70s);
    EXPECT_FALSE(machine_.clock.in_doubt());
    EXPECT_EQ(state(expired), MessageState::expired);
    EXPECT_EQ(sends(sent), 1);
    (void)submit(open_account, 0s, 24h);
    // By the clock that was set back it is due in an hour and six minutes.
    pass(1h, 10s);
    EXPECT_EQ(sends(scheduled), 0);
    pass(10min, 10s);
    EXPECT_EQ(sends(scheduled), 1);
    EXPECT_EQ(sends(sent), 1);
}

TEST_F(WrongClock, AStartGoesOnWhereTheLastOneWasAfterAJumpBackwards) {
    machine_.synchronised = true;
    set_clock(-3h);
    pass(5s);
    const auto soon = submit(open_account, 30s, 24h);
    const auto later = submit(open_account, 2h, 24h);
    gateway_.reset();
    machine_.log_files.settle();
    start();
    pass(20s);
    EXPECT_EQ(sends(soon), 0);
    pass(20s);
    EXPECT_EQ(sends(soon), 1) << "what waits for half a minute waits for half a minute";
    (void)submit(open_account, 0s, 24h);
    // The clock is put right while the gateway is down.
    gateway_.reset();
    machine_.log_files.settle();
    set_aside(3h);
    start();
    pass(10s);
    EXPECT_EQ(sends(later), 1) << "its hour was an hour ago";
}

TEST_F(WrongClock, AClockThatStandsStillStopsNothing) {
    const auto scheduled = submit(open_account, 10min, 24h);
    const auto waiting = submit(paused_account, 0s, 5min);
    pass(4min + 30s, 1s, false);
    EXPECT_EQ(state(waiting), MessageState::waiting);
    pass(40s, 1s, false);
    EXPECT_EQ(state(waiting), MessageState::expired);
    EXPECT_EQ(sends(scheduled), 0);
    pass(5min, 1s, false);
    EXPECT_EQ(sends(scheduled), 1);
}

TEST_F(WrongClock, AStartInAnotherYearWaitsForTheClockToBeConfirmed) {
    const auto scheduled = submit(open_account, 30min, 24h * 800);
    const auto waiting = submit(paused_account, 0s, 20min);
    pass(2s);
    gateway_.reset();
    machine_.log_files.settle();
    machine_.now.wall += year;
    start();
    EXPECT_TRUE(machine_.clock.in_doubt());
    pass(50s);
    EXPECT_EQ(sends(scheduled), 0);
    EXPECT_EQ(state(waiting), MessageState::waiting);
    pass(15s);
    EXPECT_EQ(sends(scheduled), 1);
    EXPECT_EQ(state(waiting), MessageState::expired);
}

}  // namespace
}  // namespace postern::simulation
