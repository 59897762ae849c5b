// Bodies that are never whole in memory: into a sink, out of a source, through the client.
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "gateway/net/client.h"
#include "gateway/net/errc.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

/// Keeps what comes, says no beyond `bytes_max`; answers at once, or a turn of the loop later.
class KeepingSink final : public BodySink {
  public:
    explicit KeepingSink(bool late, std::size_t bytes_max = 64 << 20)
        : late_(late), bytes_max_(bytes_max) {}

    void write(std::string bytes, IoThread& thread, std::function<void(bool)> done) override {
        EXPECT_TRUE(thread.is_current());
        EXPECT_FALSE(busy_) << "a piece came before the last one was taken";
        largest = std::max(largest, bytes.size());
        kept += bytes;
        const bool wanted = kept.size() <= bytes_max_;
        if (!late_) return done(wanted);
        busy_ = true;
        thread.post([this, done = std::move(done), wanted] {
            busy_ = false;
            done(wanted);
        });
    }
    Response refusal() override {
        Response response;
        response.status = 507;
        response.body = "full";
        return response;
    }

    std::string kept;
    std::size_t largest = 0;

  private:
    bool late_;
    bool busy_ = false;
    std::size_t bytes_max_;
};

class SlicedSource final : public BodySource {
  public:
    SlicedSource(std::string bytes, std::size_t slice, bool ends_early = false)
        : bytes_(std::move(bytes)), slice_(slice), ends_early_(ends_early) {}

    void read(IoThread& thread, std::function<void(std::string)> done) override {
        std::string piece = bytes_.substr(at_, slice_);
        at_ += piece.size();
        if (ends_early_ && at_ > bytes_.size() / 2) piece.clear();
        thread.post([piece = std::move(piece), done = std::move(done)] { done(piece); });
    }

  private:
    std::string bytes_;
    std::size_t slice_;
    bool ends_early_;
    std::size_t at_ = 0;
};

std::string pattern(std::size_t bytes) {
    std::string out(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>('a' + i * 7 % 23);
    return out;
}

/// PUT goes into the sink and is answered with its size; GET is answered from a source.
class PipeHandler final : public HttpHandler {
  public:
    Admission admit(const Request& head) override {
        if (head.method != "PUT") return {};
        const auto made = std::make_shared<KeepingSink>(late, sink_max);
        sink = made;
        admitted.store(true);
        return {true, 8 << 20, {}, made};
    }
    void handle(const Request& request, Responder responder) override {
        Response response;
        if (request.method == "PUT") {
            ++handled;
            response.body = request.sink == nullptr ? "no sink"
                                                    : std::to_string(sink->kept.size()) + " " +
                                                          std::to_string(request.body.size());
        } else {
            response.source = std::make_shared<SlicedSource>(content, slice, ends_early);
            response.source_bytes = content.size();
        }
        responder.send(std::move(response));
    }

    std::atomic<bool> admitted{false};  // `sink` may be read by the test
    bool late = true;
    bool ends_early = false;
    std::size_t sink_max = 64 << 20;
    std::size_t slice = 10'000;
    std::string content = pattern(300'000);
    std::shared_ptr<KeepingSink> sink;
    std::atomic<int> handled{0};
};

struct BodyPipe : ::testing::Test {
    std::unique_ptr<IoPool> pool = make_io_pool(1);
    PipeHandler handler;
    std::string problem;
    std::unique_ptr<HttpServer> server;
    std::unique_ptr<HttpClient> client = make_client(pool->at(0));

    BodyPipe() {
        ServerOptions options;
        options.address = "127.0.0.1:0";
        server = listen(*pool, handler, options, problem);
    }
    ~BodyPipe() override {
        client.reset();
        server.reset();
        pool->stop();
    }
    [[nodiscard]] std::string url() const { return "http://" + server->address() + "/x"; }

    ClientResponse download(const std::shared_ptr<BodySink>& sink) {
        std::promise<ClientResponse> answered;
        pool->at(0).post([&] {
            client->download({.url = url()}, sink, [&](ClientResponse response) {
                answered.set_value(std::move(response));
            });
        });
        return answered.get_future().get();
    }
};

TEST_F(BodyPipe, HandsABodyOnInPiecesAndAtTheSinksPace) {
    for (const bool late : {false, true}) {
        handler.late = late;
        const std::string body = pattern(1'000'000);

        const auto answer =
            fetch(pool->at(0), *client, {.method = "PUT", .url = url(), .body = body});

        EXPECT_EQ(answer.body, "1000000 0");
        EXPECT_EQ(handler.sink->kept, body);
        EXPECT_LE(handler.sink->largest, 64U * 1024U);
    }
    EXPECT_EQ(server->counters().connections_accepted.load(), 1U);
}

TEST_F(BodyPipe, HandsOnASmallBodyThatCameWithItsHeadAndKeepsTheConnection) {
    RawClient raw(server->address());
    for (int i = 0; i < 2; ++i) {
        raw.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        EXPECT_TRUE(raw.read_answer().ends_with("5 0"));
        EXPECT_EQ(handler.sink->kept, "hello");
    }
    raw.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(raw.read_answer().ends_with("0 0"));
}

TEST_F(BodyPipe, HandsOnAChunkedBodyAndTheNextRequestBehindIt) {
    const std::string piece = pattern(50'000);
    std::string request = "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 10; ++i) request += "c350\r\n" + piece + "\r\n";
    request += "0\r\n\r\nPUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok";
    RawClient raw(server->address());
    raw.send(request);

    EXPECT_TRUE(raw.read_answer().ends_with("500000 0"));
    EXPECT_TRUE(raw.read_answer().ends_with("2 0"));
    EXPECT_EQ(handler.handled.load(), 2);
}

TEST_F(BodyPipe, AnswersWithTheSinksRefusalAndHandlesNothing) {
    handler.sink_max = 100'000;
    RawClient raw(server->address());
    raw.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + pattern(200'000));

    const std::string seen = raw.read_to_end();

    EXPECT_TRUE(seen.starts_with("HTTP/1.1 507 ")) << seen;
    EXPECT_TRUE(seen.ends_with("full"));
    EXPECT_EQ(handler.handled.load(), 0);
}

TEST_F(BodyPipe, RefusesABodyThatIsTooLongBeforeTheSinkSeesIt) {
    RawClient raw(server->address());
    raw.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n");
    EXPECT_TRUE(raw.read_to_end().starts_with("HTTP/1.1 413 "));
    EXPECT_TRUE(handler.sink->kept.empty());
}

TEST_F(BodyPipe, DropsTheSinkOfAClientThatGoesAway) {
    {
        RawClient raw(server->address());
        raw.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + pattern(1000));
        ASSERT_TRUE(eventually([&] { return handler.admitted.load(); }));
    }
    std::weak_ptr<KeepingSink> sink = handler.sink;
    handler.sink = nullptr;
    EXPECT_TRUE(eventually([&] { return sink.expired(); }));
    EXPECT_EQ(handler.handled.load(), 0);
}

TEST_F(BodyPipe, SendsASourceWithItsLengthAndKeepsTheConnection) {
    for (int i = 0; i < 3; ++i) {
        const auto answer = fetch(pool->at(0), *client, {.url = url()});
        EXPECT_EQ(answer.body, handler.content);
        EXPECT_EQ(answer.header("content-length"), "300000");
    }
    const auto head = fetch(pool->at(0), *client, {.method = "HEAD", .url = url()});
    EXPECT_EQ(head.header("content-length"), "300000");
    EXPECT_EQ(server->counters().connections_accepted.load(), 1U);
}

TEST_F(BodyPipe, BreaksTheConnectionOfASourceThatEndsTooEarly) {
    handler.ends_early = true;
    const auto answer = fetch(pool->at(0), *client, {.url = url()});
    EXPECT_TRUE(answer.error);
}

TEST_F(BodyPipe, DownloadsIntoASinkAtItsPace) {
    const auto sink = std::make_shared<KeepingSink>(true);

    const ClientResponse answer = download(sink);

    EXPECT_FALSE(answer.error) << answer.problem;
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.empty());
    EXPECT_EQ(sink->kept, handler.content);
}

TEST_F(BodyPipe, EndsADownloadThatItsSinkDoesNotWant) {
    const auto sink = std::make_shared<KeepingSink>(true, 100'000);
    EXPECT_EQ(download(sink).error, Errc::body_too_large);
    EXPECT_LT(sink->kept.size(), handler.content.size());
}

}  // namespace
}  // namespace postern::net::test
