// Texts that go as several messages (long_text = "split"), over real sockets: in order, and never
// from the beginning again once something of them is there.
#include <future>

#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendResult;
using net::test::TestServer;

class PartsTest : public EgressRig {
  protected:
    /// "hola" in parts of one letter. `answer` says the status of each request, by its number.
    core::AnswerAttempt send_parts(std::function<int(int)> answer) {
        begin(std::move(answer));
        return inbox_.wait_for(1).front();
    }

    void begin(std::function<int(int)> answer) {
        adapter_->part_bytes = 1;
        provider_.handler.on_request = [this, answer = std::move(answer)](
                                           const net::Request& request, net::Responder responder) {
            int place = 0;
            {
                const std::lock_guard lock(mutex_);
                place = static_cast<int>(bodies_.size());
                bodies_.emplace_back(request.body);
                echoes_.emplace_back(request.header("x-echo"));
                quotes_.emplace_back(request.header("x-reply-to"));
            }
            const int status = answer(place);
            responder.send(
                {.status = status, .body = status == 200 ? "id-" + std::to_string(place) : "no"});
        };
        connect(provider_.url(""));
        model::OutboundRow message = row();
        message.reply_to = "quoted";
        egress_->dispatch({dispatch_of(5, std::move(message))});
    }

    [[nodiscard]] std::vector<std::string> seen(std::vector<std::string>& what) {
        const std::lock_guard lock(mutex_);
        return what;
    }

    std::mutex mutex_;
    std::vector<std::string> bodies_;
    std::vector<std::string> echoes_;
    std::vector<std::string> quotes_;
    TestServer provider_;
};

using Strings = std::vector<std::string>;

TEST_F(PartsTest, GoInOrderAndAreOneMessage) {
    const core::AnswerAttempt answer = send_parts([](int) { return 200; });
    EXPECT_EQ(answer.outcome.result, SendResult::accepted);
    EXPECT_EQ(answer.outcome.external_id, "id-3");
    EXPECT_EQ(answer.outcome.earlier_ids, (Strings{"id-0", "id-1", "id-2"}));
    const storage::Sealer sealer(master_);
    EXPECT_EQ(answer.external, sealer.blind("external", "id-3"));
    ASSERT_EQ(answer.earlier.size(), 3U);
    EXPECT_EQ(answer.earlier[0], sealer.blind("external", "id-0"));
    EXPECT_EQ(seen(bodies_), (Strings{"h", "o", "l", "a"}));
    const std::string name =
        model::to_string(model::MessageId{model::make_ulid(start, 3, 5)}) + ".1";
    // What a receipt of an earlier part brings back is not the attempt's own name.
    EXPECT_EQ(seen(echoes_), (Strings{name + ".p1", name + ".p2", name + ".p3", name}));
    EXPECT_EQ(seen(quotes_), (Strings{"quoted", "", "", ""}));
    EXPECT_EQ(health().under_way.load(), 0);
    EXPECT_EQ(health().counted(SendResult::accepted), 1U);
}

TEST_F(PartsTest, AFirstPartThatIsRefusedIsAMessageThatIsRefused) {
    const core::AnswerAttempt answer = send_parts([](int) { return 429; });
    EXPECT_EQ(answer.outcome.result, SendResult::rate_limited);
    EXPECT_TRUE(answer.outcome.earlier_ids.empty());
    EXPECT_EQ(seen(bodies_), Strings{"h"});
}

TEST_F(PartsTest, WhatIsRefusedForNowIsRepeatedAloneAfterAWhile) {
    options_.part_wait = std::chrono::milliseconds(1);
    const core::AnswerAttempt answer = send_parts([](int place) {
        if (place != 2 && place != 3) return 200;
        return place == 2 ? 429 : 503;
    });
    EXPECT_EQ(answer.outcome.result, SendResult::accepted);
    EXPECT_EQ(seen(bodies_), (Strings{"h", "o", "l", "l", "l", "a"}));
    EXPECT_EQ(answer.outcome.earlier_ids, (Strings{"id-0", "id-1", "id-4"}));
}

TEST_F(PartsTest, WhatStaysRefusedSaysHowMuchIsThere) {
    const core::AnswerAttempt answer = send_parts([](int place) { return place < 2 ? 200 : 400; });
    EXPECT_EQ(answer.outcome.result, SendResult::permanent);
    EXPECT_TRUE(answer.outcome.partly);
    EXPECT_EQ(answer.outcome.detail, "2 of 4 parts were taken, the next was refused: no");
    EXPECT_EQ(answer.outcome.earlier_ids, (Strings{"id-0", "id-1"}));
    EXPECT_EQ(answer.earlier.size(), 2U);
    EXPECT_EQ(seen(bodies_), (Strings{"h", "o", "l"}));
}

TEST_F(PartsTest, AreNotRepeatedForEver) {
    options_.part_wait = std::chrono::milliseconds(1);
    options_.parts_patience = std::chrono::milliseconds(4);
    const core::AnswerAttempt answer = send_parts([](int place) { return place == 0 ? 200 : 503; });
    EXPECT_TRUE(answer.outcome.partly);
    // 1 ms, 2 ms, and 4 more would be too long.
    EXPECT_EQ(seen(bodies_), (Strings{"h", "o", "o", "o"}));
}

TEST_F(PartsTest, OneAloneIsNoPart) {
    adapter_->part_bytes = 1;
    adapter_->one_part = true;
    std::string echo;
    provider_.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        echo = request.header("x-echo");
        responder.send({.body = "id-0"});
    };
    connect(provider_.url(""));
    EXPECT_EQ(send(5).result, SendResult::accepted);
    const std::string name =
        model::to_string(model::MessageId{model::make_ulid(start, 3, 5)}) + ".1";
    EXPECT_EQ(echo, name) << "what comes back by this name is about the whole";
}

TEST_F(PartsTest, APartWithoutAnAnswerIsNotRepeated) {
    options_.total_timeout = std::chrono::milliseconds(500);
    std::vector<net::Responder> kept;
    adapter_->part_bytes = 2;
    provider_.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        const std::lock_guard lock(mutex_);
        bodies_.emplace_back(request.body);
        if (bodies_.size() == 1) return responder.send({.body = "id-0"});
        kept.push_back(std::move(responder));
    };
    connect(provider_.url(""));
    const auto outcome = send(5);
    EXPECT_EQ(outcome.result, SendResult::unknown);
    EXPECT_EQ(outcome.detail.find("1 of 2 parts were taken, of the next nobody knows"), 0U)
        << outcome.detail;
    EXPECT_EQ(seen(bodies_), (Strings{"ho", "la"}));
    std::promise<void> late;
    provider_.pool->at(0).post([&] {  // a responder is its thread's
        for (net::Responder& responder : kept) responder.send({.body = "late"});
        kept.clear();
        late.set_value();
    });
    late.get_future().wait();
}

TEST_F(PartsTest, AStopDoesNotWaitForAPartThatWaits) {
    std::promise<void> refused;
    begin([&](int place) {
        if (place == 0) return 200;
        refused.set_value();
        return 429;
    });
    refused.get_future().wait();
    // It waits for seconds, and the stop has a minute: it ends at once all the same.
    EXPECT_TRUE(egress_->stop(std::chrono::seconds(60)));
    const core::AnswerAttempt answer = inbox_.wait_for(1).front();
    EXPECT_EQ(answer.outcome.result, SendResult::unknown);
    EXPECT_EQ(answer.outcome.code, "partly_accepted");
    EXPECT_EQ(answer.outcome.earlier_ids, Strings{"id-0"});
    EXPECT_EQ(seen(bodies_), (Strings{"h", "o"}));
}

}  // namespace
}  // namespace postern::egress
