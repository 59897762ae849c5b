// How far a request came decides what the attempt was (RELIABILITY 2.5), over real sockets.
#include <sys/socket.h>

#include "gateway/model/media.h"
#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendResult;
using net::test::ScriptedServer;
using net::test::TestServer;

class AttemptTest : public EgressRig {};

void answer_ok(int fd, std::string_view body) {
    net::test::send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + std::string(body));
}

TEST_F(AttemptTest, BringsTheProvidersIdBackAndItsHash) {
    TestServer provider;
    provider.handler.on_request = [](const net::Request& request, net::Responder responder) {
        EXPECT_EQ(request.body, "hola");
        EXPECT_EQ(request.header("x-to"), "+573001234567");
        responder.send({.body = "wamid.1"});
    };
    connect(provider.url(""));
    egress_->dispatch({dispatch_of(5, 2)});
    const core::AnswerAttempt answer = inbox_.wait_for(1).front();
    EXPECT_EQ(answer.outcome.result, SendResult::accepted);
    EXPECT_EQ(answer.outcome.external_id, "wamid.1");
    EXPECT_EQ(answer.external, storage::Sealer(master_).blind("external", "wamid.1"));
    EXPECT_EQ(answer.message, 5U);
    EXPECT_EQ(answer.attempt, 2U);
    EXPECT_EQ(answer.slot, 105U);
    EXPECT_EQ(answer.account, number);
    EXPECT_EQ(answer.part, 11U);
    EXPECT_EQ(answer.random, 42U);
    EXPECT_EQ(health().counted(SendResult::accepted), 1U);
    EXPECT_EQ(health().under_way.load(), 0);
}

TEST_F(AttemptTest, NamesAttemptsApartUnlessTheProviderTakesANameOnce) {
    std::mutex mutex;
    std::vector<std::string> echoes;
    TestServer provider;
    provider.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        const std::lock_guard lock(mutex);
        echoes.emplace_back(request.header("x-echo"));
        responder.send({.body = "id"});
    };
    connect(provider.url(""));
    egress_->dispatch({dispatch_of(5, 1)});
    (void)inbox_.wait_for(1);
    adapter_ = std::make_shared<StepAdapter>();
    adapter_->traits.idempotent = true;
    connect(provider.url(""));
    egress_->dispatch({dispatch_of(5, 2)});
    (void)inbox_.wait_for(2);
    const std::string id = model::to_string(model::MessageId{model::make_ulid(start, 3, 5)});
    const std::lock_guard lock(mutex);
    EXPECT_EQ(echoes, (std::vector<std::string>{id + ".1", id}));
}

TEST_F(AttemptTest, TellsTheAdapterWhoWritesAndOnWhichOccasion) {
    TestServer provider;
    provider.handler.on_request = [](const net::Request& request, net::Responder responder) {
        std::string told(request.header("x-writer"));
        responder.send({.body = told.append(" ").append(request.header("x-occasion"))});
    };
    connect(provider.url(""));
    const auto told = [this](bool human_agent, model::Category category) {
        model::OutboundRow message = row();
        message.human_agent = human_agent;
        message.category = category;
        const std::size_t before = inbox_.count();
        egress_->dispatch({dispatch_of(before + 1, std::move(message))});
        return inbox_.wait_for(before + 1).back().outcome.external_id;
    };

    EXPECT_EQ(told(true, model::Category::reply), "person answer");
    EXPECT_EQ(told(false, model::Category::reply), "machine answer");
    EXPECT_EQ(told(false, model::Category::transactional), "machine news");
    EXPECT_EQ(told(true, model::Category::marketing), "person news");
}

TEST_F(AttemptTest, GivesAnUploadAUrlOfItsOwnForEachAttempt) {
    std::mutex mutex;
    std::vector<std::string> urls;
    TestServer provider;
    provider.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        const std::lock_guard lock(mutex);
        urls.emplace_back(request.header("x-url"));
        responder.send({.body = "id"});
    };
    const std::string upload = model::to_string(model::UploadId{model::make_ulid(start, 3, 9)});
    model::OutboundRow media = row();
    media.content_json =
        R"({"type":"media","kind":"image","upload":")" + upload + R"(","filename":"foto.jpg"})";
    connect(provider.url(""));

    // Nobody has said how providers reach this gateway: a configuration can be mended.
    egress_->dispatch({dispatch_of(5, media)});
    const core::AnswerAttempt nowhere = inbox_.wait_for(1).back();
    EXPECT_EQ(nowhere.outcome.result, SendResult::transient);
    EXPECT_EQ(nowhere.outcome.code, "no_public_url");

    std::atomic<int> made{0};
    egress_->set_media_url([&](std::string_view, const model::UploadId& id) {
        return "https://gw.example/media/" + model::to_string(id) + std::to_string(++made);
    });
    for (std::size_t i = 2; i <= 3; ++i) {
        egress_->dispatch({dispatch_of(5, media)});
        (void)inbox_.wait_for(i);
    }
    const std::lock_guard lock(mutex);
    const std::string base = "https://gw.example/media/" + upload;
    EXPECT_EQ(urls, (std::vector<std::string>{base + "1/foto.jpg", base + "2/foto.jpg"}));
}

TEST_F(AttemptTest, ARefusedConnectionWasNotSent) {
    const ClosedPort nobody;
    connect(nobody.url());
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::transient);
    EXPECT_EQ(outcome.code, "connect_failed");
    EXPECT_EQ(health().not_sent.load(), 1U);
}

TEST_F(AttemptTest, ANameThatLeadsNowhereWasNotSent) {
    connect("http://name.invalid");
    EXPECT_EQ(send().result, SendResult::transient);
}

TEST_F(AttemptTest, AClosedConnectionAfterTheRequestIsUnknown) {
    ScriptedServer provider([](int fd, int) {
        std::string request;
        net::test::read_request(fd, request);
    });
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::unknown);
    EXPECT_EQ(outcome.code, "connection_lost");
    EXPECT_EQ(health().unanswered.load(), 1U);
}

TEST_F(AttemptTest, HalfAnAnswerIsUnknown) {
    ScriptedServer provider([](int fd, int) {
        std::string request;
        if (net::test::read_request(fd, request))
            net::test::send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
    });
    connect(provider.url(""));
    EXPECT_EQ(send().result, SendResult::unknown);
}

TEST_F(AttemptTest, AnAnswerThatIsNotHttpIsUnknown) {
    ScriptedServer provider([](int fd, int) {
        std::string request;
        if (net::test::read_request(fd, request)) net::test::send_all(fd, "220 smtp ready\r\n\r\n");
    });
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::unknown);
    EXPECT_EQ(outcome.code, "bad_answer");
}

TEST_F(AttemptTest, AnAnswerThatDoesNotComeIsUnknown) {
    options_.total_timeout = std::chrono::milliseconds(300);
    ScriptedServer provider([](int fd, int) {
        std::string request;
        net::test::read_request(fd, request);
        net::test::read_request(fd, request);  // until the client goes
    });
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::unknown);
    EXPECT_EQ(outcome.code, "timeout");
}

TEST_F(AttemptTest, WhatEndsBeforeTheIrrevocableStepMayBeTriedAgain) {
    adapter_->irrevocable = {false, true};
    ScriptedServer provider([](int fd, int) {
        std::string request;
        net::test::read_request(fd, request);
    });
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::transient);
    EXPECT_EQ(outcome.code, "connection_lost");
}

TEST_F(AttemptTest, WhatEndsAfterTheIrrevocableStepIsUnknown) {
    adapter_->irrevocable = {true, false};
    ScriptedServer provider([](int fd, int) {
        std::string request;
        if (net::test::read_request(fd, request)) answer_ok(fd, "{}");
        net::test::read_request(fd, request);
    });
    connect(provider.url(""));
    EXPECT_EQ(send().result, SendResult::unknown);
}

TEST_F(AttemptTest, WhatEndsAfterARefusedStepMayBeTriedAgain) {
    adapter_->irrevocable = {true, false};
    adapter_->nothing_sent_yet = true;
    ScriptedServer provider([](int fd, int) {
        std::string request;
        if (net::test::read_request(fd, request)) answer_ok(fd, "{}");
        net::test::read_request(fd, request);
    });
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::transient);
    EXPECT_EQ(outcome.code, "connection_lost");
}

TEST_F(AttemptTest, TakesStepAfterStep) {
    adapter_->irrevocable = {false, false, true};
    TestServer provider;
    provider.handler.on_request = [](const net::Request& request, net::Responder responder) {
        responder.send({.body = "id of " + std::string(request.path)});
    };
    connect(provider.url(""));
    EXPECT_EQ(send().external_id, "id of /2");
    EXPECT_EQ(health().requests.load(), 3U);
}

TEST_F(AttemptTest, StepsWithoutAnEndEnd) {
    adapter_->irrevocable.assign(20, false);
    TestServer provider;
    connect(provider.url(""));
    const auto outcome = send();
    EXPECT_EQ(outcome.code, "too_many_steps");
    EXPECT_EQ(outcome.result, SendResult::permanent);
    EXPECT_EQ(health().requests.load(), 8U);
}

TEST_F(AttemptTest, AnIrrevocablePutIsNotRepeatedOnAnotherConnection) {
    adapter_->method = "PUT";
    ScriptedServer provider([](int fd, int) {
        std::string request;
        if (net::test::read_request(fd, request)) answer_ok(fd, "first");
        net::test::read_request(fd, request);
    });
    connect(provider.url(""));
    EXPECT_EQ(send(1).result, SendResult::accepted);
    EXPECT_EQ(send(1).result, SendResult::unknown);
    EXPECT_EQ(provider.connections(), 1);
}

TEST_F(AttemptTest, ACertificateThatNobodyVouchesForIsNotSentTo) {
    const net::test::Certificate certificate("localhost", 30);
    net::ServerOptions options;
    options.tls = certificate.files();
    TestServer provider(options);
    const std::string port = provider.address().substr(provider.address().rfind(':'));
    connect("https://localhost" + port);
    const auto outcome = send();
    EXPECT_EQ(outcome.result, SendResult::transient);
    EXPECT_EQ(outcome.code, "tls_failed");
    EXPECT_EQ(provider.server->counters().requests.load(), 0U);

    ca_file_ = certificate.files().certificate;
    connect("https://localhost" + port);
    EXPECT_EQ(send().result, SendResult::accepted);
}

TEST_F(AttemptTest, WhatCannotBeReadFailsForGoodWithoutARequest) {
    TestServer provider;
    connect(provider.url(""));
    auto broken = row();
    broken.content_json = R"({"type":"text"})";
    auto unsendable = row();
    unsendable.content_json = R"({"type":"text","text":"unsendable"})";
    auto nowhere = row();
    nowhere.routes.clear();
    auto forbidden = row();
    forbidden.routes[0].address = "a\r\nX-Evil: 1";
    egress_->dispatch({dispatch_of(1, broken), dispatch_of(2, unsendable), dispatch_of(3, nowhere),
                       dispatch_of(4, forbidden)});
    core::Dispatch no_message = dispatch_of(5);
    no_message.row = std::make_shared<const model::Record>(model::DueRow{});
    core::Dispatch no_row = dispatch_of(6);
    no_row.row = nullptr;
    egress_->dispatch({no_message, no_row});
    std::vector<std::string> codes;
    for (const auto& answer : inbox_.wait_for(6)) {
        EXPECT_EQ(answer.outcome.result, SendResult::permanent) << answer.outcome.code;
        codes.push_back(answer.outcome.code);
    }
    EXPECT_EQ(codes, (std::vector<std::string>{"broken_content", "unsendable", "broken_message",
                                               "bad_request", "broken_message", "broken_message"}));
    EXPECT_EQ(provider.server->counters().requests.load(), 0U);
}

TEST_F(AttemptTest, AnAccountThatIsGoneCostsNoMessage) {
    connect("http://127.0.0.1:1");
    core::Dispatch elsewhere = dispatch_of(1);
    elsewhere.account = 99;
    egress_->dispatch({elsewhere});
    EXPECT_EQ(inbox_.wait_for(1).front().outcome.result, SendResult::transient);
    adapter_ = nullptr;
    std::vector<Account> receives_only(1);
    receives_only[0].number = number;
    egress_->reload(std::make_shared<const AccountTable>(std::move(receives_only)));
    egress_->dispatch({dispatch_of(2)});
    EXPECT_EQ(inbox_.wait_for(2).back().outcome.code, "account_gone");
}

}  // namespace
}  // namespace postern::egress
