// GET /v1/events as a client sees it: long polls that answer at once, later or with nothing, and
// streams that follow, wait for slow clients and end with them. Time is virtual.
// SC-29: apps see each change at once.
#include "gateway/events/stream.h"

#include <gtest/gtest.h>

#include "tests/events/sample_history.h"
#include "tests/support/fake_http.h"

namespace postern::events {
namespace {

using namespace std::chrono_literals;
using storage::keys::seq_row;
using testing::Exchange;

class Stream : public ::testing::Test {
  protected:
    void put(model::Sequence sequence) {
        const auto elapsed = thread_.now().wall - testing::FakeThread::start;
        reader_.put(
            seq_row(sequence),
            text_row(static_cast<int>(std::chrono::floor<std::chrono::seconds>(elapsed).count()),
                     "t" + std::to_string(sequence)));
        signal_.raise(sequence);
        thread_.run();
    }
    void put_no_event(model::Sequence sequence) {
        reader_.put(seq_row(sequence), repeated_stop(0));
        signal_.raise(sequence);
        thread_.run();
    }
    std::unique_ptr<Exchange> get(const std::string& query, bool sse = false,
                                  const std::string& last_id = {}) {
        auto exchange = std::make_unique<Exchange>(thread_, "GET", "/v1/events" + query);
        if (sse) exchange->header("Accept", "text/event-stream");
        if (!last_id.empty()) exchange->header("Last-Event-ID", last_id);
        stream_.serve(exchange->request(), exchange->responder(), {{"X-Request-Id", "r1"}});
        thread_.run();
        return exchange;
    }
    static std::string next_cursor(const Exchange& exchange) {
        const std::string& body = exchange.response().body;
        const std::size_t start = body.find("\"next_cursor\":\"") + 15;
        return body.substr(start, 30);
    }
    static std::size_t count(const std::string& text, std::string_view what) {
        std::size_t n = 0;
        for (std::size_t p = text.find(what); p != std::string::npos; p = text.find(what, p + 1))
            ++n;
        return n;
    }

    testing::FakeThread thread_;
    testing::FakeReader reader_;
    testing::FakePool pool_{reader_};
    testing::FakeSignal signal_;
    EventStream stream_{{pool_, signal_, sample_accounts, [this] { return thread_.now(); },
                         [](const Refusal& refusal) {
                             net::Response response;
                             response.status = refusal.status;
                             response.body = refusal.code;
                             return response;
                         }},
                        {.retention = std::chrono::hours{1}, .keep_alive = 15s, .open_max = 3}};
};

TEST_F(Stream, AnswersALongPollAtOnceWhenThereAreEvents) {
    put(1);
    put(2);

    const auto exchange = get("?wait=30&limit=1");

    ASSERT_TRUE(exchange->answered());
    EXPECT_EQ(exchange->response().status, 200);
    EXPECT_EQ(exchange->answer_header("X-Request-Id"), "r1");
    EXPECT_EQ(count(exchange->response().body, "\"message.received\""), 1u);
    const auto rest = get("?after=" + next_cursor(*exchange));
    EXPECT_EQ(count(rest->response().body, "\"text\":\"t2\""), 1u);
}

TEST_F(Stream, HoldsALongPollUntilAnEventComes) {
    const auto exchange = get("?wait=30");
    thread_.advance(10s);
    EXPECT_FALSE(exchange->answered());

    put(1);

    ASSERT_TRUE(exchange->answered());
    EXPECT_EQ(count(exchange->response().body, "\"text\":\"t1\""), 1u);
    EXPECT_EQ(stream_.open(), 0u);
    EXPECT_EQ(thread_.timers(), 0u);
}

TEST_F(Stream, EndsALongPollWithNothingAndACursorThatGoesOn) {
    put(1);
    const auto first = get("?after=latest");
    const auto exchange = get("?wait=30&after=" + next_cursor(*first));
    thread_.advance(29'999ms);
    EXPECT_FALSE(exchange->answered());

    thread_.advance(1ms);

    ASSERT_TRUE(exchange->answered());
    EXPECT_NE(exchange->response().body.find("\"data\":[]"), std::string::npos);
    put(2);
    EXPECT_EQ(count(get("?after=" + next_cursor(*exchange))->response().body, "\"t2\""), 1u);
    EXPECT_EQ(signal_.waiters(), 0u);
}

TEST_F(Stream, WaitsOnWhileOnlyOtherTypesCome) {
    const auto exchange = get("?wait=30&types=contact.*");
    put(1);
    put(2);
    EXPECT_FALSE(exchange->answered());
    thread_.advance(31s);
    ASSERT_TRUE(exchange->answered());
    EXPECT_NE(exchange->response().body.find("\"data\":[]"), std::string::npos);
}

TEST_F(Stream, WaitsOnWhileRowsComeThatAreNoEvents) {
    put(1);
    const auto first = get("");
    const auto poll = get("?wait=30&after=" + next_cursor(*first));
    const auto stream = get("", true, next_cursor(*first));
    put_no_event(2);
    put_no_event(3);
    EXPECT_FALSE(poll->answered());
    put(4);
    ASSERT_TRUE(poll->answered());
    EXPECT_EQ(count(poll->response().body, "\"id\":\"evt_"), 1u);
    EXPECT_EQ(count(poll->response().body, "\"text\":\"t4\""), 1u);
    ASSERT_NE(stream->body(), nullptr);
    EXPECT_EQ(count(stream->body()->text, "event: "), 1u);
    EXPECT_EQ(count(stream->body()->text, "\"text\":\"t4\""), 1u);
}

TEST_F(Stream, LooksOnOverPagesWithoutAnEventAlsoIfItMayNotWait) {
    const auto last = static_cast<model::Sequence>(2 * page_rows_max + 10);
    for (model::Sequence s = 1; s < last; ++s) reader_.put(seq_row(s), repeated_stop(0));
    put(last);

    const auto exchange = get("");

    ASSERT_TRUE(exchange->answered());
    EXPECT_EQ(count(exchange->response().body, "\"message.received\""), 1u);
    const auto rest = get("?after=" + next_cursor(*exchange));
    ASSERT_TRUE(rest->answered());
    EXPECT_NE(rest->response().body.find("\"data\":[]"), std::string::npos);
}

TEST_F(Stream, LetsLongPollsGoWhenTheServerDrains) {
    const auto exchange = get("?wait=60");
    stream_.drain();
    thread_.advance(1s);
    ASSERT_TRUE(exchange->answered());
    EXPECT_EQ(exchange->response().status, 200);
}

TEST_F(Stream, SaysGoneForACursorThatExpired) {
    put(1);
    const auto first = get("");
    thread_.advance(2h);
    put(2);

    EXPECT_EQ(get("?after=" + next_cursor(*first))->response().status, 410);
    EXPECT_EQ(get("?after=" + next_cursor(*first))->response().body, "cursor_expired");
    EXPECT_EQ(get("?after=" + next_cursor(*first), true)->response().status, 410);
    EXPECT_EQ(count(get("")->response().body, "\"t1\""), 0u);
    EXPECT_EQ(count(get("")->response().body, "\"t2\""), 1u);
}

TEST_F(Stream, RefusesParametersThatMakeNoSense) {
    for (const char* query : {"?wait=61", "?wait=-1", "?wait=x", "?limit=0", "?limit=1001",
                              "?limit=", "?after=evt_x", "?after=msg_00000000000000000000000000"}) {
        EXPECT_EQ(get(query)->response().status, 400) << query;
    }
}

TEST_F(Stream, RefusesMoreReadersThanItHasPlaces) {
    const auto a = get("?wait=60"), b = get("?wait=60"), c = get("", true);
    EXPECT_EQ(get("")->response().status, 503);
    thread_.advance(60s);
    EXPECT_EQ(get("")->response().status, 200);
}

TEST_F(Stream, SaysOverloadedWhenTooManyQueriesWait) {
    pool_.busy = true;
    EXPECT_EQ(get("")->response().status, 503);
}

TEST_F(Stream, FollowsAsServerSentEvents) {
    put(1);
    const auto exchange = get("", true);

    ASSERT_NE(exchange->body(), nullptr);
    EXPECT_EQ(exchange->response().content_type, "text/event-stream");
    EXPECT_EQ(count(exchange->body()->text, "event: message.received\n"), 1u);
    put(2);
    EXPECT_EQ(count(exchange->body()->text, "event: message.received\n"), 2u);
    const std::string& text = exchange->body()->text;
    const std::string id = text.substr(text.rfind("id: ") + 4, 30);
    EXPECT_NE(text.find("data: {\"id\":\"" + id), std::string::npos);
    put(3);
    const auto again = get("?after=latest", true, id);
    EXPECT_EQ(count(again->body()->text, "event: message.received\n"), 1u);
    EXPECT_EQ(count(again->body()->text, "\"t3\""), 1u);
}

TEST_F(Stream, KeepsAQuietStreamAliveAndMovesItsPlace) {
    put(1);
    const auto exchange = get("?types=none", true);
    thread_.advance(15s);
    EXPECT_EQ(count(exchange->body()->text, ": keep-alive\nid: evt_"), 1u);
    EXPECT_EQ(count(exchange->body()->text, "data:"), 0u);
    thread_.advance(30s);
    EXPECT_EQ(count(exchange->body()->text, ": keep-alive"), 3u);
}

TEST_F(Stream, WaitsForAClientThatIsSlow) {
    const auto exchange = get("", true);
    exchange->body()->waiting = 100 * 1024;
    put(1);
    put(2);
    EXPECT_EQ(count(exchange->body()->text, "data:"), 0u);
    exchange->body()->waiting = 0;
    thread_.advance(100ms);
    EXPECT_EQ(count(exchange->body()->text, "data:"), 2u);
}

TEST_F(Stream, EndsWithItsClientAndLeavesNothingBehind) {
    const auto exchange = get("", true);
    EXPECT_EQ(stream_.open(), 1u);
    exchange->body()->go();
    EXPECT_EQ(stream_.open(), 0u);
    EXPECT_EQ(signal_.waiters(), 0u);
    EXPECT_EQ(thread_.timers(), 0u);
}

TEST_F(Stream, KeepsFollowingThroughAQuietTimeLongerThanTheRetention) {
    put(1);
    const auto exchange = get("", true);
    thread_.advance(3h);
    put(2);
    EXPECT_FALSE(exchange->body()->finished);
    EXPECT_EQ(count(exchange->body()->text, "\"t2\""), 1u);
}

}  // namespace
}  // namespace postern::events
