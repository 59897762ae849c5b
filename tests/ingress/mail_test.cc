// Mail at the door: files kept before their message, signatures that are good once, bodies that are
// large, certificates and subscriptions that have to be fetched.
#include <future>

#include "adapters/registry.h"
#include "gateway/ingress/carried.h"
#include "gateway/ingress/documents.h"
#include "gateway/ingress/large_body.h"
#include "gateway/ingress/once.h"
#include "tests/ingress/ingress_rig.h"
#include "tests/net/support.h"
#include "tests/storage/scratch.h"

namespace postern::ingress {
namespace {

using namespace std::chrono_literals;
using net::test::TestServer;

constexpr model::Instant noon{std::chrono::seconds{1'800'000'000}};

TEST(OnceTest, ASignatureBelongsToTheFirstBodyThatBecameDurable) {
    Once once;
    EXPECT_TRUE(once.admits(1, "token", "a"));
    EXPECT_TRUE(once.admits(1, "token", "b"));  // nothing of it is durable yet
    once.note(1, "token", "a", noon);
    EXPECT_TRUE(once.admits(1, "token", "a"));
    EXPECT_FALSE(once.admits(1, "token", "b"));
    EXPECT_TRUE(once.admits(2, "token", "b"));
    EXPECT_TRUE(once.admits(1, "other", "b"));
    once.note(1, "later", "x", noon + Once::kept_for + 1s);
    EXPECT_TRUE(once.admits(1, "token", "b"));  // its signature is too old by now
}

TEST(LargeBodyTest, AllBodiesTogetherHaveABound) {
    testing::FakeThread thread;
    auto budget = std::make_shared<BodyBudget>(0);
    const auto write = [&thread](LargeBody& body, std::size_t bytes) {
        bool wanted = false;
        body.write(std::string(bytes, 'x'), thread, [&](bool more) { wanted = more; });
        thread.run();
        return wanted;
    };
    LargeBody first(budget);
    EXPECT_TRUE(write(first, 1000));
    EXPECT_TRUE(write(first, 24));
    EXPECT_EQ(first.text().size(), 1024u);
    budget->fetch_add(large_bodies_bytes_max - 1024);
    {
        LargeBody second(budget);
        EXPECT_FALSE(write(second, 1));
        EXPECT_EQ(second.refusal().status, 503);
    }
    EXPECT_EQ(budget->load(), large_bodies_bytes_max);
}

/// Over the real loop, disk thread and sockets.
struct MailDoor : ::testing::Test {
    storage::Scratch scratch;
    std::unique_ptr<net::IoPool> pool = net::make_io_pool(1);
    media::MediaStore store{scratch.path() + "/media", storage::KeyBytes{1}};
    media::DiskThread disk;
    CarriedFiles carried{disk, store, [] { return noon; }};

    MailDoor() { EXPECT_TRUE(store.open()); }
    ~MailDoor() override {
        disk.stop();
        pool->stop();
    }

    struct Kept {
        bool kept = false;
        std::vector<core::Command> commands;
    };
    Kept keep(std::vector<CarriedFile> files) {
        std::vector<core::Command> commands(2);
        for (core::Command& command : commands) command.payload = core::ReceiveMessage{};
        std::promise<Kept> done;
        pool->at(0).post([&, held = std::make_shared<std::vector<core::Command>>(commands)] {
            carried.keep(files, std::move(*held), pool->at(0),
                         [&](bool kept, std::vector<core::Command> rows) {
                             done.set_value({kept, std::move(rows)});
                         });
        });
        return done.get_future().get();
    }
    struct Got {
        std::string text;
        std::string problem;
    };
    Got get(Documents& documents, const std::string& url, std::string_view own) {
        std::promise<Got> done;
        pool->at(0).post([&] {
            documents.get(url, own, pool->at(0), [&](const std::string* text, std::string problem) {
                done.set_value({text ? *text : "", std::move(problem)});
            });
        });
        return done.get_future().get();
    }
};

TEST_F(MailDoor, FilesAreInTheStoreBeforeTheirMessageIsPosted) {
    const Kept done = keep({{0, 0, "application/pdf", "a.pdf", "%PDF-1.4 one"},
                            {1, 3, "image/png", "../b.png", "\x89PNG\r\n\x1a\n two"}});
    ASSERT_TRUE(done.kept);
    const auto& first = std::get<core::ReceiveMessage>(done.commands[0].payload).files;
    const auto& second = std::get<core::ReceiveMessage>(done.commands[1].payload).files;
    ASSERT_EQ(first.size(), 1u);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(first[0].mime, "application/pdf");
    EXPECT_EQ(first[0].size, 12u);
    EXPECT_EQ(second[0].place, 3u);
    EXPECT_EQ(second[0].filename, "b.png");
    EXPECT_TRUE(store.read({first[0].sha256, first[0].size}));
    EXPECT_TRUE(store.read({second[0].sha256, second[0].size}));
}

TEST_F(MailDoor, AFileThatCannotBeKeptKeepsTheMessageOut) {
    disk.stop();
    EXPECT_FALSE(keep({{0, 0, "text/plain", "a.txt", "x"}}).kept);
}

TEST_F(MailDoor, ACertificateIsFetchedOnceAndOnlyFromWhereItMay) {
    TestServer server;
    std::atomic<int> asked{0};
    server.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        ++asked;
        net::Response response;
        response.status = request.path == "/gone" ? 404 : 200;
        response.body = "certificate";
        responder.send(std::move(response));
    };
    DocumentGuard guard;
    guard.problem_of = [](std::string_view) { return std::string("address"); };
    guard.allows = [](const net::IpAddress&) { return false; };
    Documents documents(*pool, std::move(guard), [] { return noon; });
    const std::string own = server.url("/email");
    EXPECT_EQ(get(documents, server.url("/a.pem"), own).text, "certificate");
    EXPECT_EQ(get(documents, server.url("/a.pem"), own).text, "certificate");
    EXPECT_EQ(asked.load(), 1);
    EXPECT_NE(get(documents, server.url("/gone"), own).problem, "");
    EXPECT_NE(get(documents, server.url("/b.pem"), "").problem, "");
    EXPECT_EQ(asked.load(), 2);
    documents.stop();
}

class MailWebhook : public IngressRig {
  protected:
    void configure_mail(const std::string& inbound, const std::string& secret) {
        auto account = std::make_unique<Account>();
        account->name = "shop";
        account->channel = "email";
        account->number = 1;
        account->health = std::make_shared<Health>();
        account->config.channel = "email";
        account->config.settings["inbound"] = inbound;
        account->config.credentials["inbound_secret"] = {adapters::Secret(secret)};
        std::string problem;
        account->adapter = adapters::make(account->config, problem);
        ASSERT_TRUE(account->adapter) << problem;
        account->ok_reply = std::make_shared<const std::string>("HTTP/1.1 200 OK\r\n\r\n");
        std::vector<std::unique_ptr<Account>> accounts;
        accounts.push_back(std::move(account));
        accounts_.store(std::make_shared<const AccountTable>(std::move(accounts)));
    }
    net::Response post(const std::string& body) {
        exchange_ = std::make_unique<testing::Exchange>(thread_, "POST", "/webhooks/shop", body);
        exchange_->header("Authorization", "Bearer mail-secret");
        handler_->handle(exchange_->request(), exchange_->responder());
        thread_.run();
        EXPECT_TRUE(exchange_->answered());
        return exchange_->answered() ? exchange_->response() : net::Response{};
    }
};

constexpr const char* head =
    "From: Ana <ana@example.com>\r\nMessage-ID: <x1@example.com>\r\n"
    "Date: Wed, 31 Dec 2025 10:00:00 +0000\r\n";

TEST_F(MailWebhook, AMailBecomesAMessageOfItsSender) {  // CG-37
    configure_mail("raw", "mail-secret");
    EXPECT_NE(post(std::string(head) + "Subject: Pago\r\n\r\nYa pagué.\r\n").fixed, nullptr);
    ASSERT_EQ(inbox_.messages.size(), 1u);
    EXPECT_EQ(inbox_.messages[0].message.content.text, "Ya pagué.");
    EXPECT_EQ(inbox_.messages[0].message.sender.aliases[0].address, "ana@example.com");
}

TEST_F(MailWebhook, StopInAReplyOptsOutAndInAnAutomaticOneDoesNot) {
    configure_mail("raw", "mail-secret");
    const auto announced = [this] {
        for (const auto& [key, record] : inbox_.bench.rows()) {
            const auto* notes =
                record ? model::get_if<model::AddressNotesRow>(record.get()) : nullptr;
            if (notes != nullptr && !notes->notes.empty()) return true;
        }
        return false;
    };
    (void)post(std::string(head) + "Auto-Submitted: auto-replied\r\n\r\nSTOP\r\n");
    EXPECT_EQ(inbox_.messages.size(), 1u);
    EXPECT_FALSE(announced());
    (void)post(
        "From: Ana <ana@example.com>\r\nMessage-ID: <x2@x>\r\n\r\nSTOP\r\n\r\n-- \r\nAna\r\n");
    EXPECT_TRUE(announced());
}

TEST_F(MailWebhook, AHardBounceOfAnUnknownMailSuppressesWhomTheProviderNames) {
    configure_mail("postmark", "mail-secret");
    const auto suppressed = [this] {
        std::vector<std::string> reasons;
        for (const auto& [key, record] : inbox_.bench.rows()) {
            const auto* row =
                record ? model::get_if<model::AddressNotesRow>(record.get()) : nullptr;
            for (std::size_t i = 0; row != nullptr && i < row->notes.size(); ++i) {
                if (row->notes[i].kind == model::AddressNote::Kind::suppressed)
                    reasons.push_back(row->notes[i].source);
            }
        }
        return reasons;
    };
    (void)post(R"({"RecordType":"Bounce","ID":41,"TypeCode":4096,"MessageID":"883953f4",)"
               R"("Email":"full@example.com"})");
    (void)post(R"({"RecordType":"Bounce","ID":42,"TypeCode":1,"MessageID":"883953f5",)"
               R"("Email":"Ana@Example.com","Details":"smtp;550 5.1.1"})");
    EXPECT_EQ(suppressed(), std::vector<std::string>{"dead_address"});
    (void)post(R"({"RecordType":"Bounce","ID":43,"TypeCode":1,"Email":"eva@example.com"})");
    EXPECT_EQ(suppressed().size(), 2u) << "an event that names no mail";
}

TEST_F(MailWebhook, ASignatureThatNeedsACertificateIsRefusedWithoutAWayToFetchIt) {
    configure_mail("ses", "arn:aws:sns:us-east-1:123456789012:t");
    const std::string body =
        R"({"Type":"Notification","MessageId":"m",)"
        R"("TopicArn":"arn:aws:sns:us-east-1:123456789012:t","Message":"x",)"
        R"("Timestamp":"2026-01-01T00:00:00Z","SignatureVersion":"1","Signature":"AA==",)"
        R"("SigningCertURL":"https://sns.us-east-1.amazonaws.com/a.pem"})";
    EXPECT_EQ(post(body).status, 401);
    EXPECT_TRUE(inbox_.messages.empty());
}

TEST_F(MailWebhook, OnlyMailMayBeLarge) {
    configure_mail("raw", "mail-secret");
    testing::Exchange small(thread_, "POST", "/webhooks/shop", "x");
    small.header("Content-Length", "1000");
    EXPECT_EQ(handler_->admit(small.request()).sink, nullptr);
    testing::Exchange large(thread_, "POST", "/webhooks/shop", "x");
    large.header("Content-Length", "20000000");
    const net::Admission admission = handler_->admit(large.request());
    EXPECT_TRUE(admission.accepted);
    EXPECT_EQ(admission.body_bytes_max, std::size_t{50} << 20);
    EXPECT_NE(admission.sink, nullptr);
    testing::Exchange unknown(thread_, "POST", "/webhooks/other", "x");
    unknown.header("Content-Length", "20000000");
    EXPECT_EQ(handler_->admit(unknown.request()).body_bytes_max, webhook_body_bytes_max);
}

}  // namespace
}  // namespace postern::ingress
