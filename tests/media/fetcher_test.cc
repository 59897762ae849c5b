// Fetching over real sockets: redirects, credentials, limits, and one request for many who ask.
#include "gateway/media/fetcher.h"

#include <atomic>
#include <future>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/net/support.h"
#include "tests/storage/scratch.h"

namespace postern::media {
namespace {

using net::test::TestServer;

/// Everything is durable at once.
class DurableInbox final : public runtime::CoreInbox {
  public:
    bool post(std::vector<core::Command> commands, runtime::Admit, net::IoThread& thread,
              std::function<void(const std::vector<core::Reply>&)> done) override {
        if (full) return false;
        kept += commands.size();
        thread.post([done, count = commands.size()] { done(std::vector<core::Reply>(count)); });
        return true;
    }
    bool post(core::Command) override { return true; }
    bool overloaded(runtime::Admit) const override { return full; }

    std::atomic<bool> full{false};
    std::atomic<std::size_t> kept{0};
};

/// The URL as it is, with a credential.
class KeyedSource final : public adapters::MediaSource {
  public:
    explicit KeyedSource(std::string origin) : origin_(std::move(origin)) {}
    std::string origin() const override { return origin_; }
    adapters::MediaStep first_step(const adapters::MediaRef& ref) const override {
        adapters::MediaStep step;
        step.kind = adapters::MediaStep::Kind::download;
        step.call.method = "GET";
        step.call.url = ref.url;
        step.call.headers.emplace_back("Authorization", "Bearer secret");
        return step;
    }
    adapters::MediaStep located(const adapters::MediaRef&,
                                const adapters::ProviderAnswer&) const override {
        return {};
    }

  private:
    std::string origin_;
};

/// The URL with the account's token; what begins with "{" is no medium, and one that says "token"
/// is about that.
class TokenSourced final : public adapters::MediaSource {
  public:
    explicit TokenSourced(std::string origin) : origin_(std::move(origin)) {}
    std::string origin() const override { return origin_; }
    adapters::MediaStep first_step(const adapters::MediaRef& ref) const override {
        adapters::MediaStep step;
        step.kind = adapters::MediaStep::Kind::download;
        step.call.method = "GET";
        step.call.url = ref.url;
        step.call.token_in = "t";
        step.text_is_error = true;
        return step;
    }
    adapters::MediaStep located(const adapters::MediaRef&,
                                const adapters::ProviderAnswer&) const override {
        return {};
    }
    bool token_refused(const adapters::ProviderAnswer& answer) const override {
        return answer.body.find("token") != std::string_view::npos;
    }

  private:
    std::string origin_;
};

/// "one", then "two" …
class Grant final : public adapters::TokenGrant {
  public:
    explicit Grant(std::string url) : url_(std::move(url)) {}
    adapters::ProviderCall request() const override {
        adapters::ProviderCall call;
        call.url = url_;
        return call;
    }
    adapters::GrantedToken answered(const adapters::ProviderAnswer& answer,
                                    adapters::Instant) override {
        adapters::GrantedToken out;
        if (answer.status != 200) {
            out.refusal.result = adapters::SendResult::credential;
            out.refusal.detail = "no such account";
            return out;
        }
        out.token = adapters::Secret(++given_ == 1 ? "one" : "two");
        out.lives = std::chrono::hours(1);
        return out;
    }

  private:
    std::string url_;
    int given_ = 0;
};

struct Outcome {
    model::MediaRow row;
    Trouble trouble;
};

struct FetcherTest : ::testing::Test {
    storage::Scratch scratch;
    std::unique_ptr<net::IoPool> pool = net::make_io_pool(1);
    MediaStore store{scratch.path() + "/media", storage::KeyBytes{1}};
    DiskThread disk;
    DurableInbox inbox;
    std::unique_ptr<Fetcher> fetcher;
    TestServer provider;
    TestServer other;  // somebody else's host
    std::mutex mutex;
    std::vector<std::string> seen;  // "provider /path Bearer secret"
    bool other_allowed = true;
    std::atomic<bool> room{true};

    FetcherTest() {
        EXPECT_TRUE(store.open());
        serve(provider, "provider");
        serve(other, "other");
        FetchGuard guard;
        guard.problem_of = [this](std::string_view) {
            return std::string(other_allowed ? "" : "address");
        };
        guard.allows = [](const net::IpAddress&) { return true; };
        guard.has_room = [this] { return room.load(); };
        FetchLimits limits;
        limits.bytes_max = 500'000;
        fetcher = std::make_unique<Fetcher>(
            *pool, disk, store, inbox, std::move(guard),
            [] { return model::Instant{std::chrono::seconds{1'800'000'000}}; }, limits);
        FetchAccounts accounts;
        accounts[1].source = std::make_shared<KeyedSource>(provider.url(""));
        fetcher->reload(std::move(accounts));
    }
    ~FetcherTest() override {
        fetcher->stop();
        disk.stop();
        pool->stop();
    }

    void serve(TestServer& server, std::string name) {
        server.handler.on_request = [this, name = std::move(name)](const net::Request& request,
                                                                   net::Responder responder) {
            {
                const std::lock_guard lock(mutex);
                seen.push_back(name + " " + std::string(request.path) + " " +
                               std::string(request.header("authorization")));
            }
            responder.send(answer(request.path));
        };
    }
    net::Response answer(std::string_view path) {
        net::Response response;
        response.content_type = "image/png";
        if (path == "/picture") {
            response.body = "\x89PNG\r\n\x1A\n" + std::string(200'000, 'p');
        } else if (path == "/large") {
            response.body = std::string(600'000, 'l');
        } else if (path == "/page") {
            response.body = "<html><script>";
        } else if (path == "/empty") {
            response.body.clear();
        } else if (path.starts_with("/to/")) {  // /to/{how often}: back to this server
            const int left = path.back() - '0';
            response.status = 302;
            response.headers.emplace_back(
                "Location", left == 1 ? "/picture" : "/to/" + std::to_string(left - 1));
        } else if (path == "/away") {
            response.status = 307;
            response.headers.emplace_back("Location", other.url("/picture"));
        } else {
            response.status = 404;
            response.body = "no\nsuch thing";
        }
        return response;
    }
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex);
        return seen;
    }
    Outcome fetch(const std::string& url, std::uint32_t place = 0) {
        std::promise<Outcome> ended;
        pool->at(0).post([&] {
            fetcher->fetch({7, place, 1, {url, "", ""}, "a.png"}, pool->at(0),
                           [&](const model::MediaRow& row, const Trouble& trouble) {
                               ended.set_value({row, trouble});
                           });
        });
        return ended.get_future().get();
    }
};

TEST_F(FetcherTest, BringsAMediumToTheStore) {
    const Outcome got = fetch(provider.url("/picture"));

    EXPECT_EQ(got.trouble.code, "");
    EXPECT_EQ(got.row.event, 7U);
    EXPECT_EQ(got.row.size, 200'008U);
    EXPECT_EQ(got.row.mime, "image/png");
    EXPECT_EQ(got.row.filename, "a.png");
    EXPECT_EQ(inbox.kept.load(), 1U);
    EXPECT_TRUE(store.read({got.row.sha256, got.row.size}));
    EXPECT_EQ(asked(), std::vector<std::string>{"provider /picture Bearer secret"});
}

TEST_F(FetcherTest, FollowsThreeRedirectsAndNoMore) {
    EXPECT_EQ(fetch(provider.url("/to/3")).row.size, 200'008U);
    const Outcome tired = fetch(provider.url("/to/4"), 1);
    EXPECT_EQ(tired.trouble.status, 502);
    EXPECT_EQ(tired.trouble.code, "media_fetch_failed");
}

TEST_F(FetcherTest, ShowsAnotherHostNoCredentials) {
    EXPECT_EQ(fetch(provider.url("/away")).row.size, 200'008U);
    EXPECT_EQ(asked(),
              (std::vector<std::string>{"provider /away Bearer secret", "other /picture "}));
}

TEST_F(FetcherTest, JudgesWhereARedirectLeads) {
    other_allowed = false;
    const Outcome refused = fetch(provider.url("/away"));
    EXPECT_EQ(refused.trouble.code, "address_refused");
    EXPECT_EQ(asked().size(), 1U);
    // The account's own provider is the operator's choice, and is not judged.
    EXPECT_EQ(fetch(provider.url("/picture"), 1).trouble.code, "");
}

TEST_F(FetcherTest, SaysWhatWentWrong) {
    const Outcome gone = fetch(provider.url("/nothing"));
    EXPECT_EQ(gone.trouble.status, 410);
    EXPECT_EQ(gone.trouble.code, "media_gone");
    EXPECT_NE(gone.trouble.detail.find("404: no such thing"), std::string::npos);
    EXPECT_EQ(fetcher->counters().failed.load(), 1U);
    EXPECT_EQ(fetcher->counters().brought.load(), 0U);
    EXPECT_EQ(fetch(provider.url("/large"), 1).trouble.code, "media_too_large");
    EXPECT_EQ(fetch(provider.url("/empty"), 2).trouble.code, "media_empty");
    EXPECT_EQ(inbox.kept.load(), 0U);
    inbox.full = true;
    EXPECT_EQ(fetch(provider.url("/picture"), 3).trouble.status, 503);
    room = false;
    EXPECT_EQ(fetch(provider.url("/picture"), 4).trouble.status, 507);
}

TEST_F(FetcherTest, KeepsWhatContradictsItsTypeAsUnknownBytes) {
    EXPECT_EQ(fetch(provider.url("/page")).row.mime, "application/octet-stream");
}

TEST_F(FetcherTest, AsksTheProviderOnceForAllWhoWait) {
    std::atomic<int> ended{0};
    pool->at(0).post([&] {
        for (int i = 0; i < 5; ++i) {
            fetcher->fetch({7, 0, 1, {provider.url("/picture"), "", ""}, ""}, pool->at(0),
                           [&](const model::MediaRow& row, const Trouble&) {
                               EXPECT_EQ(row.size, 200'008U);
                               ++ended;
                           });
        }
    });
    EXPECT_TRUE(net::test::eventually([&] { return ended.load() == 5; }));
    EXPECT_EQ(asked().size(), 1U);
}

TEST_F(FetcherTest, FetchesWithTheAccountsTokenAndOnceMoreWithAnother) {
    std::atomic<int> tokens{0};
    std::atomic<bool> known{true};
    provider.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        net::Response response;
        response.content_type = "application/json";
        if (request.path == "/token") {
            ++tokens;
            response.status = known ? 200 : 403;
        } else if (request.query_value("t") == "two") {
            response = answer(request.path);
        } else {
            response.body = request.path == "/gone" ? R"({"no":"medium"})" : R"({"bad":"token"})";
        }
        responder.send(std::move(response));
    };
    const auto use = [&](const std::string& path) {
        FetchAccounts accounts;
        accounts[1].source = std::make_shared<TokenSourced>(provider.url(""));
        accounts[1].tokens = tokens::make_token_source(
            pool->at(0), std::make_unique<Grant>(provider.url(path)), {}, [] {
                return model::Now{{}, std::chrono::hours(1)};
            });
        fetcher->reload(std::move(accounts));
    };
    use("/token");
    EXPECT_EQ(fetch(provider.url("/gone")).trouble.code, "media_gone");
    EXPECT_EQ(tokens, 1) << "a medium that is gone says nothing of the token";
    EXPECT_EQ(fetch(provider.url("/picture"), 1).row.size, 200'008U);
    EXPECT_EQ(tokens, 2);
    EXPECT_EQ(fetch(provider.url("/picture"), 2).row.size, 200'008U);
    EXPECT_EQ(tokens, 2);
    known = false;
    use("/token");
    const Outcome none = fetch(provider.url("/picture"), 3);
    EXPECT_EQ(none.trouble.code, "media_fetch_failed");
    EXPECT_NE(none.trouble.detail.find("no such account"), std::string::npos);
    fetcher->reload({});
}

TEST_F(FetcherTest, KnowsNoAccountThatIsNotConfigured) {
    std::promise<std::string> ended;
    pool->at(0).post([&] {
        fetcher->fetch(
            {7, 0, 9, {provider.url("/picture"), "", ""}, ""}, pool->at(0),
            [&](const model::MediaRow&, const Trouble& trouble) { ended.set_value(trouble.code); });
    });
    EXPECT_EQ(ended.get_future().get(), "account_gone");
}

}  // namespace
}  // namespace postern::media
