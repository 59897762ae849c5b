// One bind against a centre of bytes: what it heard holds, though the connection ends at that
// moment. Real centres: tests/interop/smpp_judge.mjs.
#include "gateway/smpp/link.h"

#include <sys/socket.h>

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::smpp {
namespace {

using adapters::smpp::Submitted;
using net::test::eventually;
using net::test::ScriptedServer;
namespace command = adapters::smpp::command;

/// The next PDU's sequence number; nothing once the client is gone.
std::optional<std::uint32_t> hear(int fd) {
    std::string head(adapters::smpp::header_bytes, '\0');
    if (::recv(fd, head.data(), head.size(), MSG_WAITALL) != std::ssize(head)) return std::nullopt;
    adapters::smpp::Reader reader(head);
    std::string body(reader.u32() - head.size(), '\0');
    (void)reader.bytes(8);  // command and status
    if (::recv(fd, body.data(), body.size(), MSG_WAITALL) != std::ssize(body)) return std::nullopt;
    return reader.u32();
}

std::string answer(std::uint32_t command, std::uint32_t sequence, std::string_view name) {
    return adapters::smpp::Writer(command | command::response, 0, sequence)
        .c_string(name, 65)
        .finish();
}

struct Bind {
    explicit Bind(const ScriptedServer& server, std::size_t waiting_bytes_max)
        : pool(net::make_io_pool(1)) {
        const std::string url = server.url("");
        Link::Settings settings;
        settings.connection.host = "127.0.0.1";
        settings.connection.port = url.substr(url.rfind(':') + 1);
        settings.connection.waiting_bytes_max = waiting_bytes_max;
        settings.clock = [] {
            const auto steady = std::chrono::steady_clock::now().time_since_epoch();
            return model::Now{model::Instant{},
                              std::chrono::floor<std::chrono::microseconds>(steady)};
        };
        settings.random = [] { return 0; };
        LinkEvents events;
        events.on_bound = [this] { link->submit(7, message()); };
        events.on_submitted = [this](const Submitted& one) { submitted.push_back(one); };
        events.on_delivered = [](const adapters::smpp::Delivered&) {};
        events.on_room = [] {};
        events.on_malformed = [](std::size_t) {};
        events.on_gone = [this](LinkGone end) {
            gone = std::move(end);
            link->close();
            ended = true;
        };
        pool->at(0).post([this, settings, events] {
            link = std::make_unique<Link>(pool->at(0), settings, events);
            link->open();
        });
    }
    ~Bind() {
        std::promise<void> done;
        pool->at(0).post([&] {
            link.reset();
            done.set_value();
        });
        done.get_future().wait();
        pool->stop();
    }
    static adapters::smpp::ShortMessage message() {
        adapters::smpp::ShortMessage out;
        out.dest = "573001234567";
        out.text = "Hola";
        return out;
    }

    std::unique_ptr<net::IoPool> pool;
    std::unique_ptr<Link> link;
    // Of the pool's thread until `ended`.
    std::vector<Submitted> submitted;
    LinkGone gone;
    std::atomic<bool> ended{false};
};

TEST(SmppLink, TellsOutcomesThoughTheAnswersBesideThemCannotBeWritten) {
    ScriptedServer server([](int fd, int) {
        const auto bind = hear(fd);
        if (!bind) return;
        net::test::send_all(fd, answer(command::bind_transceiver, *bind, "centre"));
        const auto submit = hear(fd);
        if (!submit) return;
        // Each enquiry wants an answer: together they are more than the link lets wait.
        std::string bytes = answer(command::submit_sm, *submit, "id7");
        for (std::uint32_t i = 1; i <= 64; ++i)
            bytes += adapters::smpp::encode_bare(command::enquire_link, 0, i);
        net::test::send_all(fd, bytes);
        (void)hear(fd);
    });
    Bind bind(server, 512);
    ASSERT_TRUE(eventually([&] { return bind.ended.load(); }));
    EXPECT_EQ(bind.gone.problem, "the centre does not take what it is sent");
    ASSERT_EQ(bind.submitted.size(), 1u);
    EXPECT_EQ(bind.submitted[0].token, 7u);
    EXPECT_TRUE(bind.submitted[0].answered);
    EXPECT_EQ(bind.submitted[0].message_id, "id7");
    EXPECT_TRUE(bind.gone.unanswered.empty());
    EXPECT_TRUE(bind.gone.unsent.empty());
}

}  // namespace
}  // namespace postern::smpp
