// Links against plain peers: order, bounds, deadlines, ends.
#include "gateway/net/stream_link.h"

#include <sys/time.h>

#include "gateway/net/errc.h"
#include "tests/net/linked.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

TEST(StreamLink, CarriesBytesInOrderBothWays) {
    Heard seen;
    std::string all;
    for (int i = 0; i < 40'000; ++i) all += std::to_string(i) + " of what is written;";
    ScriptedServer peer([&](int fd, int) {
        seen.put(read_bytes(fd, all.size()));
        send_all(fd, "got it");
    });
    Linked one;
    one.then_open = [&] {
        for (std::size_t at = 0; at < all.size(); at += 50'000)
            EXPECT_TRUE(one.link->write(all.substr(at, 50'000)));
    };
    one.open(peer.url("/"));
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(seen.get(), all);
    EXPECT_EQ(one.bytes(), "got it");
    EXPECT_TRUE(one.drained);
    EXPECT_EQ(one.end.reach, LinkReach::open);
    EXPECT_FALSE(one.end.error) << one.end.problem;
    one.run([&] {
        EXPECT_EQ(one.link->may_have_left(), all.size());
        EXPECT_EQ(one.link->waiting(), 0U);
        EXPECT_FALSE(one.link->write("too late"));
    });
}

TEST(StreamLink, SendsWhatWasWrittenBeforeItWasOpen) {
    Heard seen;
    ScriptedServer peer([&](int fd, int) { seen.put(read_bytes(fd, 5)); });
    Linked one;
    one.pool->at(0).post([&] {
        LinkOptions options{.host = "127.0.0.1", .port = {}};
        const auto url = peer.url("");
        options.port = url.substr(url.rfind(':') + 1);
        LinkEvents events;
        events.on_closed = [&](const LinkEnd&) {
            const std::lock_guard lock(one.mutex);
            ++one.ends;
        };
        one.link = open_link(one.pool->at(0), options, std::move(events));
        EXPECT_FALSE(one.link->is_open());
        EXPECT_TRUE(one.link->write("first"));
    });
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(seen.get(), "first");
}

TEST(StreamLink, SaysThatItNeverConnected) {
    std::string url;
    {
        ScriptedServer gone([](int, int) {});
        url = gone.url("/");
    }
    const auto expect_no_way = [](const std::string& where, LinkOptions options,
                                  boost::system::error_code error) {
        Linked one;
        one.open(where, std::move(options));
        ASSERT_TRUE(one.ended());
        EXPECT_EQ(one.end.reach, LinkReach::not_connected);
        EXPECT_TRUE(one.end.error);
        if (error) {
            EXPECT_EQ(one.end.error, error);
        }
        EXPECT_FALSE(one.opened);
    };
    expect_no_way(url, {.host = "127.0.0.1"}, {});
    expect_no_way(url, {.host = "nobody.invalid"}, {});
    expect_no_way(":notaport/", {.host = "127.0.0.1"}, Errc::bad_url);
    LinkOptions guarded{.host = "127.0.0.1"};
    guarded.allow_address = [](const IpAddress&) { return false; };
    expect_no_way(url, guarded, Errc::address_refused);
    guarded.host = "localhost";
    expect_no_way(url, guarded, Errc::address_refused);
}

TEST(StreamLink, EndsWhenThePeerIsSilentForTooLong) {
    ScriptedServer peer([](int fd, int) {
        send_all(fd, "hello");
        (void)read_bytes(fd, 1);
    });
    Linked one;
    one.open(peer.url("/"), {.silence_max = 300ms});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.bytes(), "hello");
    EXPECT_EQ(one.end.reach, LinkReach::open);
    EXPECT_EQ(one.end.error, Errc::timed_out);
}

TEST(StreamLink, EndsWhenThePeerTakesNothingAndSaysWhatCannotHaveLeft) {
    std::atomic<bool> over{false};
    ScriptedServer peer([&](int, int) { (void)eventually([&] { return over.load(); }); });
    constexpr std::size_t much = 48U << 20U;
    Linked one;
    one.then_open = [&] {
        EXPECT_TRUE(one.link->write(std::string(much, 'x')));
        EXPECT_FALSE(one.link->write(std::string(much, 'y'))) << "more than may wait";
        EXPECT_EQ(one.link->written(), much);
    };
    one.open(peer.url("/"), {.write_timeout = 300ms, .waiting_bytes_max = much + 1});
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.end.error, Errc::timed_out);
    one.run([&] {
        EXPECT_GT(one.link->waiting(), 0U);
        EXPECT_GT(one.link->may_have_left(), 0U);
    });
    over = true;
}

TEST(StreamLink, ReadsNothingWhilePaused) {
    std::atomic<bool> full{false};
    std::atomic<std::size_t> sent{0};
    ScriptedServer peer([&](int fd, int) {
        const timeval patience{0, 300'000};
        (void)::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        const std::string block(1U << 20U, 'z');
        while (sent < (256U << 20U)) {
            const ssize_t took = ::send(fd, block.data(), block.size(), MSG_NOSIGNAL);
            if (took <= 0) break;
            sent += static_cast<std::size_t>(took);
        }
        full = true;
    });
    Linked one;
    one.then_open = [&] { one.link->pause_reading(); };
    one.open(peer.url("/"), {.silence_max = 100ms});  // a pause is no silence
    ASSERT_TRUE(eventually([&] { return full.load(); }));
    EXPECT_LT(one.bytes().size(), sent.load());
    EXPECT_LE(one.bytes().size(), 16U * 1024U);
    one.run([&] { one.link->resume_reading(); });
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(one.bytes().size(), sent.load());
}

TEST(StreamLink, FinishesWhatIsWrittenAndHearsThePeerOut) {
    Heard seen;
    std::atomic<bool> ended{false};
    const std::string much(1U << 20U, 'm');
    ScriptedServer peer([&](int fd, int) {
        seen.put(read_bytes(fd, much.size()));
        ended = read_bytes(fd, 1).empty();
        send_all(fd, "221 bye");
    });
    Linked one;
    one.then_open = [&] {
        EXPECT_TRUE(one.link->write(much));
        one.link->finish(5s);
        EXPECT_FALSE(one.link->write("more"));
    };
    one.open(peer.url("/"));
    ASSERT_TRUE(one.ended());
    EXPECT_EQ(seen.get(), much);
    EXPECT_TRUE(ended);
    EXPECT_EQ(one.bytes(), "221 bye");
    EXPECT_FALSE(one.end.error);
}

TEST(StreamLink, FinishesWithinItsGraceWhenThePeerDoesNotClose) {
    std::atomic<bool> over{false};
    ScriptedServer peer([&](int, int) { (void)eventually([&] { return over.load(); }); });
    Linked one;
    one.then_open = [&] { one.link->finish(200ms); };
    one.open(peer.url("/"));
    ASSERT_TRUE(one.ended());
    EXPECT_FALSE(one.end.error);
    over = true;
}

TEST(StreamLink, TellsNothingAfterItWasClosed) {
    std::atomic<bool> closed{false};
    ScriptedServer peer([&](int fd, int) {
        send_all(fd, "first");
        closed = read_bytes(fd, 1).empty();
        send_all(fd, "second");
    });
    Linked one;
    one.then_bytes = [&](std::string_view) {
        one.link->close();
        one.link->close();
        EXPECT_FALSE(one.link->is_open());
    };
    one.open(peer.url("/"));
    ASSERT_TRUE(eventually([&] { return closed.load(); }));
    one.run([] {});
    EXPECT_EQ(one.bytes(), "first");
    EXPECT_EQ(one.ends, 0);
}

TEST(StreamLink, MayBeDestroyedByItsOwnEvents) {
    std::atomic<int> closed{0};
    ScriptedServer peer([&](int fd, int) {
        send_all(fd, "hello");
        if (read_bytes(fd, 1).empty()) ++closed;
    });
    Linked by_bytes;
    by_bytes.then_bytes = [&](std::string_view) { by_bytes.link.reset(); };
    by_bytes.open(peer.url("/"));
    ASSERT_TRUE(eventually([&] { return closed == 1; }));
    by_bytes.settle();
    Linked by_open;
    by_open.then_open = [&] { by_open.link.reset(); };
    by_open.open(peer.url("/"));
    ASSERT_TRUE(eventually([&] { return closed == 2; }));
    by_open.settle();
    Linked from_outside;
    from_outside.open(peer.url("/"));
    ASSERT_TRUE(eventually([&] { return from_outside.opened.load(); }));
    from_outside.link.reset();
    ASSERT_TRUE(eventually([&] { return closed == 3; }));
}

}  // namespace
}  // namespace postern::net::test
