// A file on its way into a mail: from the store, in pieces, at the pace of the relay; and what
// becomes of the mail where it cannot be read, or is too large.
#include "gateway/smtp/attachment.h"

#include <gtest/gtest.h>

#include "adapters/shared/encoding.h"
#include "tests/smtp/post.h"

namespace postern::smtp {
namespace {

using namespace test;

/// The media store: one file, whose pieces come over the thread.
class Files final : public egress::UploadFiles {
  public:
    class Source final : public net::BodySource {
      public:
        explicit Source(Files& files) : files_(files) {}
        void read(net::IoThread& thread, std::function<void(std::string)> done) override {
            std::string piece = files_.bytes.substr(at_, files_.piece);
            at_ += piece.size();
            if (at_ > files_.readable) piece.clear();
            ++files_.reads;
            thread.post([done = std::move(done), piece] { done(piece); });
        }

      private:
        Files& files_;
        std::size_t at_ = 0;
    };

    void find(const model::UploadId&, net::IoThread& thread,
              std::function<void(std::optional<egress::UploadFile>, egress::UploadTrouble)> done)
        override {
        thread.post([this, done = std::move(done)] {
            if (trouble != egress::UploadTrouble::none) return done(std::nullopt, trouble);
            done(egress::UploadFile{{}, bytes.size(), "application/pdf", "factura.pdf"},
                 egress::UploadTrouble::none);
        });
    }
    void open(const egress::UploadFile&, net::IoThread& thread,
              std::function<void(std::shared_ptr<net::BodySource>, egress::UploadTrouble)> done)
        override {
        ++opened;
        thread.post([this, done = std::move(done)] {
            done(std::make_shared<Source>(*this), egress::UploadTrouble::none);
        });
    }

    std::string bytes;
    std::size_t piece = 64 * 1024;
    std::size_t readable = std::string::npos;  // beyond it the disk does not read
    egress::UploadTrouble trouble = egress::UploadTrouble::none;
    std::atomic<int> reads{0};
    std::atomic<int> opened{0};
};

adapters::OutboundContent upload(std::string url = {}) {
    adapters::OutboundContent content;
    content.type = adapters::ContentType::media;
    content.upload = "upl_01J8ZK5V0Q3T9W2R4X6Y8ZABCD";
    content.url = std::move(url);
    content.text = "Su factura";
    return content;
}

std::string file_of(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 31 + i / 253);
    return out;
}

/// The last part's bytes.
std::string attached(const std::string& letter) {
    const std::size_t head = letter.find("Content-Transfer-Encoding: base64\r\n");
    const std::size_t begin = letter.find("\r\n\r\n", head) + 4;
    std::string lines = letter.substr(begin, letter.find("\r\n--", begin) - begin);
    std::erase(lines, '\r');
    std::erase(lines, '\n');
    return adapters::shared::from_base64(lines).value_or("no base64");
}

/// Takes letters, and keeps the last one.
struct Relay {
    explicit Relay(std::string extensions = {})
        : server([this, extensions](int fd, int) {
              Line line(fd);
              line.say("220 relay");
              (void)line.hear();
              if (!extensions.empty()) line.say("250-relay\r\n" + extensions);
              if (extensions.empty()) line.say("250 relay");
              while (line.open_letter()) {
                  const std::string letter = line.read_letter();
                  const std::lock_guard lock(mutex);
                  letters.push_back(letter);
                  if (line.gone()) return;
                  line.say("250 2.0.0 queued");
              }
          }) {}
    std::string last() {
        const std::lock_guard lock(mutex);
        return letters.empty() ? "" : letters.back();
    }

    std::mutex mutex;
    std::vector<std::string> letters;
    ScriptedServer server;
};

TEST(Attachment, GoesAlongWithinTheMailPieceByPiece) {
    Files files;
    files.bytes = file_of(1'000'003);
    Relay relay;
    Post post(relay.server, {}, &files);
    const auto content = upload();
    post.send("b@example.com", "1", {}, &content);
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    EXPECT_TRUE(attached(relay.last()) == files.bytes);
    EXPECT_NE(relay.last().find("filename=factura.pdf"), std::string::npos);
    EXPECT_EQ(files.opened, 1);
    // The connection serves on.
    post.send("b@example.com", "2");
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_EQ(relay.server.connections(), 1);
    EXPECT_EQ(relay.last().find("factura.pdf"), std::string::npos);
}

TEST(Attachment, GoesAsALinkWhereItIsTooLarge) {
    Files files;
    files.bytes = file_of(50'000);
    Relay relay("250 SIZE 60000");
    Post post(relay.server, {}, &files);
    const auto linked = upload("https://gw.example.net/media/t/factura.pdf");
    post.send("b@example.com", "1", {}, &linked);
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    EXPECT_NE(relay.last().find("https://gw.example.net/media/t/factura.pdf"), std::string::npos);
    EXPECT_EQ(files.opened, 0);
    // Nobody said how it could be fetched.
    const auto nowhere = upload();
    post.send("b@example.com", "2", {}, &nowhere);
    EXPECT_EQ(post.brief("2"), "transient no_public_url");
    EXPECT_EQ(post.answer("2").end, egress::CallEnd::cancelled);
}

TEST(Attachment, IsNoMailWhereTheFileIsGone) {
    Files files;
    Relay relay;
    Post post(relay.server, {}, &files);
    const auto content = upload();
    files.trouble = egress::UploadTrouble::gone;
    post.send("b@example.com", "1", {}, &content);
    EXPECT_EQ(post.brief("1"), "permanent upload_gone");
    files.trouble = egress::UploadTrouble::unreadable;
    post.send("b@example.com", "2", {}, &content);
    EXPECT_EQ(post.brief("2"), "transient upload_unreadable");
    EXPECT_FALSE(post.answer("2").sent);
    EXPECT_EQ(relay.last(), "");
}

TEST(Attachment, IsHalfALetterThatNobodyTakesWhereTheDiskFails) {
    Files files;
    files.bytes = file_of(400'000);
    files.readable = 200'000;
    Relay relay;
    Post post(relay.server, {}, &files);
    const auto content = upload();
    post.send("b@example.com", "1", {}, &content);
    EXPECT_EQ(post.brief("1"), "transient upload_unreadable");
    EXPECT_TRUE(post.answer("1").sent);
    // What is half a letter ends with its connection: the next mail takes another one.
    files.readable = std::string::npos;
    post.send("b@example.com", "2", {}, &content);
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_TRUE(attached(relay.last()) == files.bytes);
    EXPECT_EQ(relay.server.connections(), 2);
}

TEST(Attachment, IsNotWholeBeforeItsLastByte) {
    Files files;
    files.bytes = file_of(6u << 20);  // more than the sockets hold
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.hold_little();
        line.greet();
        if (!line.open_letter()) return;
        for (int lines = 0; lines < 100; ++lines) (void)line.hear();  // and it goes
    });
    Post post(server, {{"attach_limit", "100000000"}}, &files);
    const auto content = upload();
    post.send("b@example.com", "1", {}, &content);
    EXPECT_EQ(post.brief("1"), "transient connection_lost");
}

/// 8 MiB in base64: half a minute more than a small mail has.
TEST(Attachment, HasTheTimeThatItsSizeTakes) {
    Files files;
    files.bytes = file_of(6u << 20);
    std::atomic<bool> opened{false};
    std::atomic<bool> let_go{false};
    std::atomic<bool> begun{false};
    std::atomic<bool> go_on{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.hold_little();
        line.greet();
        for (int command = 0; command < 2; ++command) {
            (void)line.hear();
            line.say("250 ok");
        }
        (void)line.hear();
        opened = true;
        (void)eventually([&] { return let_go.load(); });
        line.say("354 go");
        (void)line.hear();
        begun = true;
        (void)eventually([&] { return go_on.load(); });
        line.skip_letter();
        line.say("250 ok");
    });
    Post post(server, {{"attach_limit", "100000000"}}, &files);
    const auto content = upload();
    post.send("b@example.com", "1", {}, &content);
    EXPECT_TRUE(eventually([&] { return opened.load(); }));
    *post.ahead = 120;
    let_go = true;
    EXPECT_TRUE(eventually([&] { return begun.load(); }));
    post.let_timers_run();
    go_on = true;
    EXPECT_EQ(post.brief("1"), "accepted accepted");
}

TEST(Attachment, IsReadNoFasterThanTheRelayTakesIt) {
    Files files;
    files.bytes = file_of(6u << 20);
    std::atomic<bool> go_on{false};
    std::atomic<bool> begun{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.hold_little();
        line.greet();
        if (!line.open_letter()) return;
        begun = true;
        (void)eventually([&] { return go_on.load(); });
        line.skip_letter();
        line.say("250 ok");
    });
    Post post(server, {{"attach_limit", "100000000"}}, &files);
    const auto content = upload();
    post.send("b@example.com", "1", {}, &content);
    EXPECT_TRUE(eventually([&] { return begun.load() && files.reads > 0; }));
    post.settle();
    // The sender's buffer (4 MiB) and a piece or two more; the file has 96 pieces, 8 MiB in
    // base64.
    EXPECT_LT(files.reads, 80);
    go_on = true;
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    EXPECT_EQ(files.reads, 96);
}

}  // namespace
}  // namespace postern::smtp
