// WebSockets over real sockets, with frames written by hand: what comes in, what goes out, what is
// refused, and how they end. Vectors: web chat's wire format.
#include <atomic>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/net/websocket.h"
#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view handshake =
    "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n";

/// A client's frame, masked with 01 02 03 04.
std::string frame(std::uint8_t first, std::string_view payload, bool masked = true) {
    std::string out(1, static_cast<char>(first));
    const auto mark = static_cast<std::uint8_t>(masked ? 0x80 : 0);
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(mark | payload.size()));
    } else {
        out.push_back(static_cast<char>(mark | 127));
        for (int shift = 56; shift >= 0; shift -= 8)
            out.push_back(static_cast<char>(payload.size() >> shift));
    }
    if (masked) out += std::string("\x01\x02\x03\x04", 4);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out.push_back(static_cast<char>(payload[i] ^ (masked ? static_cast<int>(i % 4) + 1 : 0)));
    return out;
}

std::string close_frame(std::uint16_t code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

/// Keeps what came; echoes if told so.
class Peer final : public WebSocketHandler {
  public:
    void on_open(std::shared_ptr<WebSocket> opened) override {
        socket = std::move(opened);
        ++opens;
    }
    void on_text(std::string_view text) override {
        const std::lock_guard lock(mutex);
        texts.emplace_back(text);
        if (echo) (void)socket->send(std::string(text));
    }
    void on_drain() override { (void)socket->send("bye"); }
    void on_close() override {
        ++closes;
        socket = nullptr;
    }
    std::vector<std::string> seen() {
        const std::lock_guard lock(mutex);
        return texts;
    }

    std::shared_ptr<WebSocket> socket;  // the I/O thread's
    bool echo = true;
    std::atomic<int> opens{0};
    std::atomic<int> closes{0};
    std::mutex mutex;
    std::vector<std::string> texts;
};

struct ChatServer {
    explicit ChatServer(ServerOptions options = {}) : server(std::move(options)) {
        server.handler.on_request = [this](const Request& request, Responder responder) {
            if (auto problem = websocket_refusal(request))
                return responder.send(std::move(*problem));
            Upgrade upgrade = wanted;
            upgrade.handler = peer;
            responder.upgrade(std::move(upgrade));
        };
    }

    Upgrade wanted;
    std::shared_ptr<Peer> peer = std::make_shared<Peer>();
    TestServer server;
};

/// A client that has read the 101.
struct ChatClient {
    explicit ChatClient(const ChatServer& chat, bool tls = false)
        : raw(chat.server.address(), tls) {
        raw.send(handshake);
        while (head.find("\r\n\r\n") == std::string::npos) {
            const std::string more = raw.read_at_least(1);
            if (more.empty()) break;
            head += more;
        }
        left = head.substr(std::min(head.size(), head.find("\r\n\r\n") + 4));
    }
    std::string read(std::size_t bytes) {
        while (left.size() < bytes) {
            const std::string more = raw.read_at_least(1);
            if (more.empty()) break;
            left += more;
        }
        const std::string out = left.substr(0, bytes);
        left.erase(0, out.size());
        return out;
    }
    /// Of the close frame that the server sends next; 0: another came, or none.
    int read_close() {
        const std::string head_bytes = read(4);
        if (head_bytes.size() < 4 || static_cast<std::uint8_t>(head_bytes[0]) != 0x88) return 0;
        return static_cast<std::uint8_t>(head_bytes[2]) << 8 |
               static_cast<std::uint8_t>(head_bytes[3]);
    }

    RawClient raw;
    std::string head;
    std::string left;
};

TEST(WebSocket, AcceptsWithTheKeyOfTheRequest) {
    ChatServer chat;
    chat.wanted.protocol = "gwchat.v1";
    const ChatClient client(chat);

    EXPECT_TRUE(client.head.starts_with("HTTP/1.1 101 ")) << client.head;
    EXPECT_NE(client.head.find("Sec-WebSocket-Accept: Bz3qJYTGdOe8gUSpLosEdiLKDrk=\r\n"),
              std::string::npos)
        << client.head;
    EXPECT_NE(client.head.find("Sec-WebSocket-Protocol: gwchat.v1\r\n"), std::string::npos);
}

TEST(WebSocket, ReadsMaskedTextAndAnswersUnmasked) {
    ChatServer chat;
    ChatClient client(chat);

    const std::string text = R"({"t":"ping"})";
    EXPECT_EQ(frame(0x81, text).substr(0, 10), "\x81\x8c\x01\x02\x03\x04\x7a\x20\x77\x26");
    client.raw.send(frame(0x81, text));

    EXPECT_EQ(client.read(14), "\x81\x0c" + text);
    EXPECT_EQ(chat.peer->seen(), std::vector<std::string>{text});
}

TEST(WebSocket, PutsFragmentsTogetherAndAnswersPingsBetweenThem) {
    ChatServer chat;
    ChatClient client(chat);

    client.raw.send(frame(0x01, "Buenos ") + frame(0x89, "x") +
                    frame(0x80,
                          "d\xc3\xad"
                          "as"));

    EXPECT_EQ(client.read(3), "\x8a\x01x");
    EXPECT_EQ(client.read(14),
              "\x81\x0c"
              "Buenos d\xc3\xad"
              "as");
}

TEST(WebSocket, ClosesOnWhatTheProtocolForbids) {
    const std::vector<std::pair<std::string, int>> cases = {
        {frame(0x81, "unmasked", false), 1002},
        {frame(0xc1, "a reserved bit"), 1002},
        {frame(0x83, "an unknown opcode"), 1002},
        {frame(0x80, "a continuation of nothing"), 1002},
        {frame(0x89, std::string(126, 'p')), 1002},
        {frame(0x82, "binary"), 1003},
        {frame(0x81, "\xc3\x28"), 1007},
        {frame(0x81, std::string(65'537, 'x')), 1009},
    };
    for (const auto& [bytes, code] : cases) {
        ChatServer chat;
        ChatClient client(chat);
        client.raw.send(bytes);
        EXPECT_EQ(client.read_close(), code) << bytes.substr(0, 40);
        client.raw.send(frame(0x88, close_frame(1000)));
        EXPECT_TRUE(eventually([&] { return chat.peer->closes.load() == 1; }));
        EXPECT_TRUE(chat.peer->seen().empty());
    }
}

TEST(WebSocket, TakesAMessageOfExactlyItsLimit) {
    ChatServer chat;
    chat.peer->echo = false;
    ChatClient client(chat);

    client.raw.send(frame(0x81, std::string(65'536, 'x')));

    EXPECT_TRUE(eventually([&] { return chat.peer->seen().size() == 1; }));
}

TEST(WebSocket, AnswersTheClientsCloseAndEnds) {
    ChatServer chat;
    ChatClient client(chat);

    client.raw.send(frame(0x88, close_frame(1000)));

    EXPECT_EQ(client.read_close(), 1000);
    EXPECT_TRUE(client.raw.closed_by_peer());
    EXPECT_TRUE(eventually([&] { return chat.peer->closes.load() == 1; }));
}

TEST(WebSocket, NoticesAClientThatGoesWithoutAWord) {
    ChatServer chat;
    auto client = std::make_unique<ChatClient>(chat);
    ASSERT_TRUE(eventually([&] { return chat.peer->opens.load() == 1; }));

    client.reset();

    EXPECT_TRUE(eventually([&] { return chat.peer->closes.load() == 1; }));
}

TEST(WebSocket, PingsWhoIsSilentAndGivesUpWhenNoPongComes) {
    ChatServer chat;
    chat.wanted.ping_every = 100ms;
    chat.wanted.silence_max = 600ms;
    ChatClient client(chat);

    EXPECT_EQ(client.read(2), std::string("\x89\x00", 2));
    EXPECT_TRUE(eventually([&] { return chat.peer->closes.load() == 1; }));
}

TEST(WebSocket, RefusesToQueueMoreThanItsBound) {
    ChatServer chat;
    ChatClient client(chat);
    ASSERT_TRUE(eventually([&] { return chat.peer->opens.load() == 1; }));

    std::atomic<int> refused{-1};
    chat.server.pool->at(0).post([&] {
        int sent = 0;
        // Far beyond what the kernel's buffers and the bound of 256 KiB can hold together.
        while (sent < 10'000 && chat.peer->socket->send(std::string(16 * 1024, 'x'))) ++sent;
        EXPECT_LE(chat.peer->socket->waiting_bytes(), 256u * 1024);
        refused = sent < 10'000 ? 1 : 0;
    });

    EXPECT_TRUE(eventually([&] { return refused.load() == 1; }));
}

TEST(WebSocket, SaysALastWordWhenTheServerDrains) {
    ChatServer chat;
    ChatClient client(chat);
    ASSERT_TRUE(eventually([&] { return chat.peer->opens.load() == 1; }));

    std::thread draining([&] { chat.server.server->drain(5'000ms); });

    EXPECT_EQ(client.read(5),
              "\x81\x03"
              "bye");
    EXPECT_EQ(client.read(2), "\x88\x09");  // code and the word "restart"
    EXPECT_EQ(client.read(9),
              "\x03\xf4"
              "restart");
    client.raw.send(frame(0x88, close_frame(1012)));
    draining.join();
    EXPECT_EQ(chat.peer->closes.load(), 1);
}

TEST(WebSocket, SpeaksOverTls) {
    const Certificate certificate("localhost", 30);
    ServerOptions options;
    options.tls = certificate.files();
    ChatServer chat(std::move(options));
    ChatClient client(chat, true);

    client.raw.send(frame(0x81, "hola"));

    EXPECT_EQ(client.read(6), "\x81\x04hola");
}

TEST(WebSocket, AnswersRequestsThatAreNoHandshake) {
    ChatServer chat;
    const auto answer = [&](const std::string& bytes) {
        RawClient client(chat.server.address());
        client.send(bytes);
        return client.read_answer();
    };

    const std::string plain = answer("GET /chat HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(plain.starts_with("HTTP/1.1 426 ")) << plain;
    const std::string old = answer(
        "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n");
    EXPECT_TRUE(old.starts_with("HTTP/1.1 426 ")) << old;
    EXPECT_NE(old.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
    const std::string keyless = answer(
        "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n");
    EXPECT_TRUE(keyless.starts_with("HTTP/1.1 400 ")) << keyless;
}

}  // namespace
}  // namespace postern::net::test
