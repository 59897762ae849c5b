// Deliveries in virtual time: order, retries, restarts, giving up, and what people can do.
// SC-29: apps see each change at once.
#include <algorithm>

#include <gtest/gtest.h>

#include "gateway/subscriptions/signature.h"
#include "tests/subscriptions/rig.h"

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

class DelivererTest : public Rig {
  protected:
    /// Requests of this contact (all: "") are answered with `status` from now on.
    void answer_contact(std::string number, int status) {
        endpoint_ = [number = std::move(number), status](const Taken& one) {
            const bool hit = number.empty() || one.contact == number;
            return std::optional(answer(hit ? status : 200));
        };
    }
    [[nodiscard]] std::string header(const Taken& one, std::string_view name) const {
        for (const auto& [key, value] : one.request.headers) {
            if (key == name) return value;
        }
        return {};
    }
    [[nodiscard]] std::size_t announced(std::string_view type) const {
        return static_cast<std::size_t>(
            std::count(core_->announced.begin(), core_->announced.end(), type));
    }
};

TEST_F(DelivererTest, DeliversWhatComesSignedAfterTheSpecification) {
    (void)subscribe();
    receive("+573001", "hello");
    ASSERT_EQ(client_->taken.size(), 1u);
    const Taken& one = client_->taken[0];
    EXPECT_EQ(one.request.method, "POST");
    EXPECT_EQ(one.request.url, "https://crm.example.com/hook");
    const std::string id = header(one, "webhook-id");
    EXPECT_NE(one.request.body.find("\"id\":\"" + id + "\""), std::string::npos);
    const auto now = std::chrono::floor<std::chrono::seconds>(one.when).time_since_epoch().count();
    EXPECT_EQ(header(one, "webhook-timestamp"), std::to_string(now));
    EXPECT_EQ(header(one, "webhook-signature"),
              sign(std::string(32, 's'), id, now, one.request.body));
}

TEST_F(DelivererTest, DeliversOnlyTheTypesThatAreWanted) {
    (void)subscribe({"contact.created"});
    receive("+573001", "hello");
    ASSERT_EQ(client_->taken.size(), 1u);
    EXPECT_NE(client_->taken[0].request.body.find(R"("type":"contact.created")"),
              std::string::npos);
}

TEST_F(DelivererTest, SignsWithBothSecretsWhileOneIsRotatedOut) {
    const model::Sequence id = subscribe();
    change(core::RotateSubscription{id, std::string(32, 'n'), thread_.now().wall + 1h});
    receive("+573001", "one");
    advance(2h);
    receive("+573001", "two");
    ASSERT_EQ(client_->taken.size(), 2u);
    const Taken& one = client_->taken[0];
    const auto when = std::chrono::floor<std::chrono::seconds>(one.when).time_since_epoch().count();
    const std::string name = header(one, "webhook-id");
    EXPECT_EQ(header(one, "webhook-signature"),
              sign(std::string(32, 'n'), name, when, one.request.body) + " " +
                  sign(std::string(32, 's'), name, when, one.request.body));
    EXPECT_EQ(header(client_->taken[1], "webhook-signature").find(' '), std::string::npos);
}

TEST_F(DelivererTest, TriesAgainAfterTheScheduleUntilItIsAnswered2xx) {
    const model::Sequence id = subscribe();
    answer_contact("", 500);
    receive("+573001", "hello");
    EXPECT_EQ(attempts("hello"), 1u);
    advance(4499ms);
    EXPECT_EQ(attempts("hello"), 1u);
    advance(1002ms);
    EXPECT_EQ(attempts("hello"), 2u);
    advance(6min);
    EXPECT_EQ(attempts("hello"), 3u);
    EXPECT_EQ(health(id).retrying, 1u);
    EXPECT_EQ(health(id).last_error, "status 500");
    EXPECT_GT(health(id).next_retry, thread_.now().wall);
    answer_contact("", 204);
    advance(34min);
    EXPECT_EQ(attempts("hello"), 4u);
    EXPECT_EQ(health(id).waiting, 0u);
    EXPECT_EQ(health(id).delivered, 1u);
}

TEST_F(DelivererTest, TakesNothingBut2xxForDelivered) {
    for (const int status : {100, 199, 300, 302, 400, 404, 410, 503}) {
        endpoint_ = [status](const Taken&) { return std::optional(answer(status)); };
        const model::Sequence id = subscribe();
        receive("+573001", std::to_string(status));
        EXPECT_EQ(health(id).waiting, 1u) << status;
        change(core::DeleteSubscription{id});
    }
}

TEST_F(DelivererTest, WaitsAsLongAsTheEndpointAsksFor) {
    (void)subscribe();
    endpoint_ = [](const Taken&) {
        net::ClientResponse response = answer(429);
        response.headers = {{"retry-after", "60"}};
        return std::optional(response);
    };
    receive("+573001", "hello");
    advance(59s);
    EXPECT_EQ(attempts("hello"), 1u);
    advance(2s);
    EXPECT_EQ(attempts("hello"), 2u);
}

TEST_F(DelivererTest, AContactThatFailsHoldsItsOwnEventsAndNobodyElses) {
    (void)subscribe();
    answer_contact("+573001", 500);
    for (const char* text : {"a1", "a2", "a3"}) receive("+573001", text);
    for (const char* text : {"b1", "b2", "b3"}) receive("+573002", text);
    EXPECT_EQ(delivered("+573002"), (Texts{"b1", "b2", "b3"}));
    EXPECT_EQ(attempts("a2"), 0u);
    answer_contact("", 200);
    advance(6s);
    EXPECT_EQ(delivered("+573001"), (Texts{"a1", "a2", "a3"}));
}

TEST_F(DelivererTest, HasAtMostSixteenUnderWay) {
    (void)subscribe();
    endpoint_ = [](const Taken&) { return std::nullopt; };
    for (int i = 0; i < 40; ++i) receive("+57300" + std::to_string(i), "t" + std::to_string(i));
    EXPECT_EQ(client_->taken.size(), in_flight_max);
    client_->taken[3].done(answer(200));
    thread_.run();
    EXPECT_EQ(client_->taken.size(), in_flight_max + 1);
}

TEST_F(DelivererTest, AWindowFullOfHeldContactsReadsNoFurther) {
    const model::Sequence id = subscribe();
    answer_contact("+573001", 500);
    for (int i = 0; i < 400; ++i) receive("+573001", "a" + std::to_string(i));
    EXPECT_LE(health(id).waiting, Window::events_max);
    receive("+573002", "behind");
    EXPECT_EQ(attempts("behind"), 0u);
    answer_contact("", 200);
    advance(10min);
    EXPECT_EQ(delivered("+573001").size(), 400u);
    EXPECT_EQ(delivered("+573002"), (Texts{"behind"}));
}

TEST_F(DelivererTest, WhatWaitsGoesAtOnceWhenTheEndpointAnswersAgain) {
    (void)subscribe();
    answer_contact("", 500);
    for (int i = 0; i < 10; ++i) receive("+57300" + std::to_string(i), "t" + std::to_string(i));
    advance(6h);  // each is between hours of waiting
    answer_contact("", 200);
    receive("+573099", "new");
    EXPECT_EQ(delivered().size(), 11u);
}

TEST_F(DelivererTest, ItsCursorIsToldAtMostOnceASecondAndAtTheStop) {
    const model::Sequence id = subscribe();
    for (int i = 0; i < 50; ++i) receive("+573001", "t" + std::to_string(i));
    EXPECT_EQ(core_->notes, 0u);
    advance(1s);
    EXPECT_EQ(core_->notes, 1u);
    advance(10s);
    EXPECT_EQ(core_->notes, 1u);
    receive("+573001", "last");
    stop_and_start();
    EXPECT_TRUE(client_->taken.empty());
    EXPECT_EQ(row(id).progress.cursor.sequence / events::subs_per_row, reader_.applied());
}

TEST_F(DelivererTest, AfterACrashEverythingThatWasNotDeliveredComesAtLeastOnce) {
    (void)subscribe();
    receive("+573001", "a1");
    advance(1s);
    answer_contact("+573001", 500);
    receive("+573001", "a2");
    receive("+573002", "b1");
    receive("+573001", "a3");
    crash();
    EXPECT_EQ(attempts("a1"), 0u);
    EXPECT_EQ(delivered("+573002"), (Texts{"b1"}));  // once more: it stands behind a2
    answer_contact("", 200);
    advance(6min);
    EXPECT_EQ(delivered("+573001"), (Texts{"a2", "a3"}));
}

TEST_F(DelivererTest, ARestartGoesOnInTheScheduleAndKeepsTheTimeOfFailing) {
    const model::Sequence id = subscribe();
    answer_contact("", 500);
    receive("+573001", "hello");
    const model::Instant since = thread_.now().wall;
    advance(50min);
    EXPECT_EQ(row(id).progress.failing_since, since);
    stop_and_start();
    advance(2s);
    EXPECT_EQ(row(id).progress.failing_since, since);
    EXPECT_EQ(attempts("hello"), 1u);  // tried at once …
    advance(1h);
    EXPECT_EQ(attempts("hello"), 1u);  // … and then where the schedule was
    EXPECT_EQ(announced("subscription.failing"), 1u);
    EXPECT_EQ(announced("subscription.recovered"), 0u);
}

TEST_F(DelivererTest, AnHourOfFailureIsToldAndSoIsTheRecovery) {
    const model::Sequence id = subscribe();
    answer_contact("", 500);
    receive("+573001", "hello");
    advance(59min);
    EXPECT_EQ(announced("subscription.failing"), 0u);
    advance(2min);
    EXPECT_EQ(announced("subscription.failing"), 1u);
    answer_contact("", 200);
    advance(3h);
    EXPECT_EQ(announced("subscription.failing"), 1u);
    EXPECT_EQ(announced("subscription.recovered"), 1u);
    EXPECT_EQ(row(id).progress.failing_since, model::Instant{});
}

TEST_F(DelivererTest, FiveDaysOfFailureDisableItUntilItIsEnabled) {
    const model::Sequence id = subscribe();
    answer_contact("", 500);
    receive("+573001", "hello");
    advance(5 * 24h - 1min);
    EXPECT_EQ(row(id).state, model::SubscriptionState::active);
    advance(2min);
    EXPECT_EQ(row(id).state, model::SubscriptionState::disabled);
    EXPECT_EQ(announced("subscription.disabled"), 1u);
    const std::size_t before = attempts("hello");
    answer_contact("", 200);
    receive("+573001", "more");
    advance(48h);
    EXPECT_EQ(attempts("hello"), before);
    EXPECT_FALSE(deliverer_->health(id));

    change(core::EnableSubscription{id});
    EXPECT_EQ(delivered("+573001"), (Texts{"hello", "more"}));
}

TEST_F(DelivererTest, AnEndpointThatFailsNowAndThenIsNeverDisabled) {
    const model::Sequence id = subscribe();
    std::size_t n = 0;
    endpoint_ = [&n](const Taken&) { return std::optional(answer(++n % 2 == 0 ? 200 : 500)); };
    for (int hour = 0; hour < 6 * 24; ++hour) {
        receive("+573001", "t" + std::to_string(hour));
        advance(1h);
    }
    EXPECT_EQ(row(id).state, model::SubscriptionState::active);
    EXPECT_EQ(announced("subscription.failing"), 0u);
}

TEST_F(DelivererTest, AReplayDeliversOnceMoreWhatFollowsAnEvent) {
    const model::Sequence id = subscribe();
    for (const char* text : {"a", "b", "c"}) receive("+573001", text);
    events::Cursor first;
    ASSERT_TRUE(events::parse_cursor(header(client_->taken[0], "webhook-id"), first));
    change(core::ReplaySubscription{id, {first.milliseconds, first.epoch, first.place()}});
    EXPECT_EQ(delivered(), (Texts{"a", "b", "c", "b", "c"}));
}

TEST_F(DelivererTest, AReplayWhileTheOldRunIsUnderWayIsNotMovedByIt) {
    const model::Sequence id = subscribe();
    receive("+573001", "a");
    const std::string first_id = header(client_->taken[0], "webhook-id");
    endpoint_ = [](const Taken&) { return std::nullopt; };
    receive("+573001", "b");
    events::Cursor first;
    ASSERT_TRUE(events::parse_cursor(first_id, first));
    change(core::ReplaySubscription{id, {first.milliseconds, first.epoch, first.place()}});
    client_->taken[1].done(answer(200));  // of the run before
    advance(2s);
    EXPECT_EQ(attempts("b"), 2u);
    EXPECT_EQ(row(id).progress.cursor.sequence, first.place());
}

TEST_F(DelivererTest, ADeletedOneIsCalledNoMore) {
    const model::Sequence id = subscribe();
    answer_contact("", 500);
    receive("+573001", "hello");
    change(core::DeleteSubscription{id});
    receive("+573001", "more");
    advance(24h);
    EXPECT_EQ(client_->taken.size(), 1u);
    EXPECT_FALSE(deliverer_->health(id));
}

TEST_F(DelivererTest, ALostCursorGoesOnWithTheOldestEventAndSaysSo) {
    const model::Sequence id = subscribe({"message.received"});
    receive("+573001", "a");
    advance(1h);
    change(core::ReplaySubscription{id, {5, 1, 9'999'999}});  // of a history that is not here
    EXPECT_EQ(announced("subscription.skipped"), 1u);
    EXPECT_EQ(delivered(), (Texts{"a", "a"}));
}

TEST_F(DelivererTest, ReadsAgainLaterWhatCouldNotBeRead) {
    (void)subscribe({"workspace.mode"});
    reader_.broken = true;
    change(core::SetMode{"inactive"});
    reader_.broken = false;
    pool_.busy = true;
    advance(500ms);
    EXPECT_TRUE(client_->taken.empty());
    pool_.busy = false;
    advance(500ms);
    EXPECT_EQ(delivered(), (Texts{"workspace.mode"}));
}

TEST_F(DelivererTest, NobodyIsAskedAgainAndAgainWhileNothingComes) {
    (void)subscribe();
    receive("+573001", "a");
    const std::size_t queries = pool_.queries;
    advance(1h);
    EXPECT_EQ(pool_.queries, queries);
}

TEST_F(DelivererTest, APingTellsWhatTheEndpointAnswered) {
    const model::Sequence id = subscribe();
    std::vector<events::PingResult> results;
    const auto keep = [&results](const events::PingResult& r) { results.push_back(r); };
    const auto ping = [&](model::Sequence whom) {
        deliverer_->ping(whom, thread_, keep);
        thread_.run();
    };
    ping(id);
    answer_contact("", 418);
    ping(id);
    endpoint_ = [](const Taken&) {
        return std::optional(no_answer(boost::system::errc::connection_refused));
    };
    ping(id);
    ping(999);
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(client_->taken[0].text, "subscription.ping");
    EXPECT_TRUE(results[0].delivered);
    EXPECT_EQ(results[1].status, 418);
    EXPECT_EQ(results[2].error, "Connection refused");
    EXPECT_FALSE(results[3].delivered);
    EXPECT_NE(results[3].error, "");
}

}  // namespace
}  // namespace postern::subscriptions
