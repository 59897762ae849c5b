// The real daemon, the simulator as provider: a picture out, a picture in, and what is refused.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/net/client.h"
#include "gateway/sim/media.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/simulator.h"
#include "tests/net/support.h"

namespace postern::media {
namespace {

using namespace std::chrono_literals;
using cli::text_at;
using crash::DaemonRig;
using crash::Simulator;

constexpr std::string_view jpeg_head = "\xFF\xD8\xFF\xE0";
constexpr const char* person = "+573001112233";

std::string jpeg(std::size_t bytes) {
    std::string out(jpeg_head);
    for (std::size_t i = out.size(); i < bytes; ++i) out += static_cast<char>('a' + i * 13 % 23);
    return out;
}

struct Got {
    int status = 0;
    std::string body;
    net::ClientResponse response;
    cli::Document document;

    [[nodiscard]] std::string at(std::string_view pointer) const {
        return text_at(document.root(), pointer);
    }
};

class DaemonMedia : public ::testing::Test {
  protected:
    void SetUp() override {
        simulator_ = Simulator::start("whatsapp,telegram,twilio,http,wechat", 7, rig_.folder(),
                                      problem_, "http://127.0.0.1:9/webhooks");
        ASSERT_NE(simulator_, nullptr) << problem_;
        rig_.config.providers = simulator_->url();
        rig_.keep_webhook_socket();
        rig_.config.sections = fmt::format(
            "\n[media]\nallow_http = true\npublic_url = \"http://{}\"\n", rig_.webhooks());
    }
    void TearDown() override {
        client_.reset();
        pool_->stop();
    }

    Got ask(std::string method, const std::string& url, std::string body = {},
            std::vector<std::pair<std::string, std::string>> headers = {}) {
        net::ClientRequest request;
        request.method = std::move(method);
        request.url = url;
        request.body = std::move(body);
        request.headers = std::move(headers);
        request.total_timeout = 60s;
        request.body_bytes_max = 64 << 20;
        Got got;
        got.response = net::fetch(pool_->at(0), *client_, std::move(request));
        got.status = got.response.status;
        got.body = got.response.body;
        (void)got.document.parse(got.body);
        return got;
    }
    Got api(const std::string& method, const std::string& path, std::string body = {},
            std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("Authorization", "Bearer " + rig_.key());
        return ask(method, rig_.api_url() + path, std::move(body), std::move(headers));
    }
    Got upload(std::string bytes, const std::string& type = "image/jpeg",
               std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("Content-Type", type);
        return api("POST", "/v1/media?filename=foto.jpg", std::move(bytes), std::move(headers));
    }
    Got send(const std::string& upload, const std::string& kind = "image",
             const std::string& path = "/v1/messages") {
        return api("POST", path,
                   fmt::format(R"({{"account":"wa-main","to":{{"address":"{}"}},)"
                               R"("category":"transactional","content":{{"type":"media",)"
                               R"("kind":"{}","upload":"{}","caption":"Su foto"}}}})",
                               person, kind, upload),
                   {{"Content-Type", "application/json"}});
    }
    Got send_from(const std::string& account, const std::string& to, const std::string& upload,
                  const std::string& kind = "image") {
        return api("POST", "/v1/messages",
                   fmt::format(R"({{"account":"{}","to":{{"address":"{}"}},"category":"reply",)"
                               R"("content":{{"type":"media","kind":"{}","upload":"{}"}}}})",
                               account, to, kind, upload),
                   {{"Content-Type", "application/json"}});
    }
    /// The person writes, so that free content may be sent to them for a day.
    void open_window() {
        const std::string problem = simulator_->inbound(fmt::format(
            R"({{"channel":"whatsapp","account":"wa-main","secret":"{}","url":"{}/wa-main",)"
            R"("kind":"text","from":"573001112233","text":"hola","count":1}})",
            crash::all_endpoints().front().secret, rig_.webhooks_url()));
        ASSERT_EQ(problem, "");
    }
    /// What the provider was told to fetch, in its ledger's newest line.
    std::string link_at_provider() {
        std::string link;
        const bool came = crash::eventually(20s, [&] {
            const Got ledger = ask("GET", simulator_->url() + "/_sim/ledger?channel=whatsapp");
            const std::size_t at = ledger.body.rfind("/media/");
            if (at == std::string::npos) return false;
            const std::size_t begin = ledger.body.rfind("http", at);
            link = ledger.body.substr(begin, ledger.body.find_first_of("\"\\", at) - begin);
            return true;
        });
        EXPECT_TRUE(came) << rig_.log();
        return link;
    }
    /// The attachment of the newest message.received of this account.
    Got attachment_of(const std::string& account) {
        Got event;
        const bool came = crash::eventually(20s, [&] {
            const Got page = api("GET", "/v1/events?types=message.received&limit=100");
            for (int i = 0;; ++i) {
                const std::string at = fmt::format("/data/{}", i);
                if (page.at(at + "/id").empty()) break;
                if (page.at(at + "/account") != account) continue;
                if (page.at(at + "/data/message/attachments/0/kind").empty()) continue;
                event.body = text_at(page.document.root(), at);
                event.status = 200;
            }
            return event.status == 200;
        });
        EXPECT_TRUE(came) << account << rig_.log();
        (void)event.document.parse(event.body);
        return event;
    }
    std::string inbound(const std::string& channel, const std::string& account) {
        sim::Endpoint endpoint;
        for (const sim::Endpoint& one : crash::all_endpoints()) {
            if (one.channel == channel) endpoint = one;
        }
        return simulator_->inbound(fmt::format(
            R"({{"channel":"{}","account":"{}","secret":"{}","url":"{}/{}","kind":"image",)"
            R"("text":"mira","count":1}})",
            channel, account, endpoint.secret, rig_.webhooks_url(), account));
    }

    std::string problem_;
    DaemonRig rig_{"posternd-epoll"};
    std::unique_ptr<Simulator> simulator_;
    std::unique_ptr<net::IoPool> pool_ = net::make_io_pool(1);
    std::unique_ptr<net::HttpClient> client_ = net::make_client(pool_->at(0));
};

TEST_F(DaemonMedia, SendsAnUploadThatTheProviderFetchesByASignedUrl) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = jpeg(300'000);

    const Got uploaded = upload(picture);

    ASSERT_EQ(uploaded.status, 201) << uploaded.body;
    const std::string id = uploaded.at("/id");
    EXPECT_TRUE(id.starts_with("upl_"));
    EXPECT_EQ(uploaded.at("/mime"), "image/jpeg");
    EXPECT_EQ(uploaded.at("/size"), "300000");
    EXPECT_EQ(uploaded.at("/filename"), "foto.jpg");
    EXPECT_EQ(uploaded.at("/sha256").size(), 64U);
    EXPECT_FALSE(uploaded.at("/expires_at").empty());

    EXPECT_EQ(send(id, "image", "/v1/messages/check").status, 200);
    const Got sent = send(id);
    ASSERT_EQ(sent.status, 202) << sent.body;
    EXPECT_EQ(sent.at("/content/upload"), id);
    const std::string link = link_at_provider();

    const Got fetched = ask("GET", link);
    EXPECT_EQ(fetched.status, 200) << link;
    EXPECT_EQ(fetched.body, picture);
    EXPECT_EQ(fetched.response.header("content-type"), "image/jpeg");
    EXPECT_EQ(fetched.response.header("x-content-type-options"), "nosniff");
    EXPECT_TRUE(fetched.response.header("cache-control").starts_with("private"));
    EXPECT_EQ(fetched.response.header("content-disposition"), "inline; filename=\"foto.jpg\"");
    const Got head = ask("HEAD", link);
    EXPECT_EQ(head.response.header("content-length"), "300000");
    const Got part = ask("GET", link, {}, {{"Range", "bytes=65530-65545"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, picture.substr(65530, 16));
    EXPECT_EQ(part.response.header("content-range"), "bytes 65530-65545/300000");
    EXPECT_EQ(ask("GET", link, {}, {{"Range", "bytes=300000-"}}).status, 416);

    ASSERT_TRUE(link.ends_with("/foto.jpg")) << link;
    const std::string bare = link.substr(0, link.rfind('/'));
    EXPECT_EQ(ask("HEAD", bare).status, 200);
    std::string forged = bare;
    forged[forged.size() - 30] = forged[forged.size() - 30] == 'A' ? 'B' : 'A';
    const Got refused = ask("GET", forged);
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.body, ask("GET", bare.substr(0, bare.size() - 1)).body);
    EXPECT_EQ(ask("DELETE", link).status, 404);
}

TEST_F(DaemonMedia, KeepsAnUploadOverAKillAndAReferenceOverItsDeletion) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = jpeg(100'000);
    const std::string id = upload(picture).at("/id");

    rig_.kill();
    ASSERT_TRUE(rig_.start()) << rig_.problem;

    EXPECT_EQ(api("GET", "/v1/media/" + id + "/content").body, picture);
    EXPECT_EQ(api("GET", "/v1/media/" + id).at("/references"), "0");
    ASSERT_EQ(send(id).status, 202);
    EXPECT_EQ(api("GET", "/v1/media/" + id).at("/references"), "1");
    const std::string link = link_at_provider();
    EXPECT_EQ(api("DELETE", "/v1/media/" + id).status, 204);
    EXPECT_EQ(api("GET", "/v1/media/" + id).status, 404);
    EXPECT_EQ(send(id).at("/errors/0/code"), "not_found");
    EXPECT_EQ(ask("GET", link).body, picture);
}

TEST_F(DaemonMedia, IsInABackupAndInWhatIsRestoredFromIt) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    const std::string picture = jpeg(100'000);
    const std::string id = upload(picture).at("/id");
    const std::string backup = rig_.folder() + "/backup";
    ASSERT_EQ(api("POST", "/v1/backups", "{\"path\":\"" + backup + "\"}").status, 201);
    ASSERT_EQ(rig_.stop(), 0);
    const std::string lost = rig_.config.storage_path;
    rig_.config.storage_path = rig_.folder() + "/restored";
    std::filesystem::create_directory(rig_.config.storage_path);
    std::filesystem::copy_file(lost + "/master.key", rig_.config.storage_path + "/master.key");
    std::filesystem::permissions(rig_.config.storage_path + "/master.key",
                                 std::filesystem::perms(0600));
    std::string said;

    const int code = crash::run_program(
        {crash::built("postern"), "restore", backup, "--storage", rig_.config.storage_path}, said);

    ASSERT_EQ(code, 0) << said;
    std::filesystem::remove_all(lost);
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    EXPECT_EQ(api("GET", "/v1/media/" + id + "/content").body, picture);
}

TEST_F(DaemonMedia, RefusesWhatCannotBeSentOrKept) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string picture = upload(jpeg(1000)).at("/id");
    EXPECT_EQ(send("upl_01KG9YV3280000A0000000000C").at("/errors/0/code"), "not_found");
    EXPECT_EQ(send("con_01KG9YV3280000A0000000000C").at("/errors/0/code"), "invalid");
    EXPECT_EQ(send(picture, "video").at("/errors/0/code"), "wrong_type");
    const Got large = send(upload(jpeg(6 << 20)).at("/id"));  // CG-35
    EXPECT_EQ(large.status, 422);
    EXPECT_EQ(large.at("/errors/0/code"), "too_large") << large.body;
    EXPECT_EQ(send(upload(jpeg(6 << 20)).at("/id"), "document").status, 202);

    EXPECT_EQ(upload("<html><script>").at("/code"), "type_mismatch");
    EXPECT_EQ(upload("").at("/code"), "empty");
    EXPECT_EQ(ask("POST", rig_.api_url() + "/v1/media", "x").status, 401);
    const std::string page = upload("<html>", "text/html").at("/id");
    const Got shown = api("GET", "/v1/media/" + page + "/content");
    EXPECT_TRUE(shown.response.header("content-disposition").starts_with("attachment"));
}

TEST_F(DaemonMedia, NamesTheSettingWhereNobodyCouldFetchAnUpload) {
    rig_.config.sections =
        "\n[[account]]\nid = \"ln-main\"\nchannel = \"line\"\n"
        "credentials.channel_secret = \"a-secret\"\n"
        "credentials.access_token = \"a-token\"\n";
    ASSERT_TRUE(rig_.start()) << rig_.problem << rig_.log();
    const Got refused =
        send_from("ln-main", "U0123456789abcdef0123456789abcdef", upload(jpeg(1000)).at("/id"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.at("/errors/0/code"), "no_public_url") << refused.body;
    EXPECT_NE(refused.body.find("media.public_url"), std::string::npos);
}

TEST_F(DaemonMedia, GivesWhatsAppTheBytesWhereNobodyCouldFetchThem) {
    rig_.config.sections.clear();
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const Got asked = send(upload(jpeg(300'000)).at("/id"));
    ASSERT_EQ(asked.status, 202) << asked.body;
    const auto ledger = [&] {
        return ask("GET", simulator_->url() + "/_sim/ledger?channel=whatsapp").body;
    };
    // The id that the simulator gives to what was uploaded first.
    EXPECT_TRUE(crash::eventually(
        20s, [&] { return ledger().find("7000000000000001") != std::string::npos; }))
        << api("GET", "/v1/messages/" + asked.at("/id")).body << ledger() << rig_.log();
}

// CG-35: WeChat fetches nothing, and nobody outside needs to reach this gateway.
TEST_F(DaemonMedia, UploadsTheBytesOnceToAProviderThatFetchesNothing) {
    rig_.config.sections = fmt::format(
        "\n[[account]]\nid = \"wc-main\"\nchannel = \"wechat\"\n"
        "app_id = \"wx0000000000000001\"\nbase_url = \"{}/wechat\"\n"
        "credentials.token = \"wechattoken\"\ncredentials.app_secret = \"wechat-secret\"\n",
        simulator_->url());
    ASSERT_TRUE(rig_.start()) << rig_.problem << rig_.log();
    ASSERT_EQ(simulator_->inbound(fmt::format(
                  R"({{"channel":"wechat","account":"wc-main","secret":"wechattoken",)"
                  R"("url":"{}/wc-main","kind":"text","from":"oA1","text":"hola","count":1}})",
                  rig_.webhooks_url())),
              "");
    const std::string picture = upload(jpeg(3'000'000)).at("/id");
    const std::string sound = upload("RIFF....WAVEfmt ", "audio/wav").at("/id");
    EXPECT_EQ(send_from("wc-main", "oA1", sound, "voice").at("/errors/0/code"), "wrong_type");
    const auto is_sent = [&](const Got& asked) {
        return api("GET", "/v1/messages/" + asked.at("/id")).at("/state") == "sent";
    };
    for (int i = 0; i < 2; ++i) {
        const Got asked = send_from("wc-main", "oA1", picture);
        ASSERT_EQ(asked.status, 202) << asked.body;
        ASSERT_TRUE(crash::eventually(20s, [&] { return is_sent(asked); }))
            << api("GET", "/v1/messages/" + asked.at("/id")).body << rig_.log();
    }
    const std::string ledger = ask("GET", simulator_->url() + "/_sim/ledger?channel=wechat").body;
    EXPECT_NE(ledger.find("SIM-image-00000001"), std::string::npos) << ledger;
    EXPECT_EQ(ledger.find("SIM-image-00000002"), std::string::npos) << ledger;
}

TEST_F(DaemonMedia, TakesAFormOnceForEachIdempotencyKey) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    const auto form = [](const std::string& bytes) {
        return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
               "Content-Type: image/jpeg\r\n\r\n" +
               bytes + "\r\n--B--\r\n";
    };
    const std::string type = "multipart/form-data; boundary=B";
    const auto post = [&](const std::string& body) {
        return api("POST", "/v1/media", body, {{"Content-Type", type}, {"Idempotency-Key", "k1"}});
    };

    const Got first = post(form(jpeg(100'000)));
    const Got again = post(form(jpeg(100'000)));
    const Got other = post(form(jpeg(100'001)));

    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(first.at("/filename"), "a.jpg");
    EXPECT_EQ(first.at("/size"), "100000");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.response.header("idempotent-replayed"), "true");
    EXPECT_EQ(other.at("/code"), "idempotency_conflict");
    const Got broken = api("POST", "/v1/media", "--B\r\nnothing", {{"Content-Type", type}});
    EXPECT_EQ(broken.at("/code"), "malformed_multipart");
}

TEST_F(DaemonMedia, NeverHasALargeUploadInMemory) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    ASSERT_EQ(upload(jpeg(1 << 20)).status, 201);
    const std::uint64_t before = rig_.resident_peak_bytes();

    const Got uploaded = upload(jpeg(50 << 20), "application/octet-stream");

    EXPECT_EQ(uploaded.status, 201) << uploaded.body;
    const Got back = api("GET", "/v1/media/" + uploaded.at("/id") + "/content");
    EXPECT_TRUE(back.body == jpeg(50 << 20));
    EXPECT_LT(rig_.resident_peak_bytes(), before + (25U << 20));
    // Told from the head alone, before a byte of the body has come.
    net::test::RawClient raw(rig_.api_url().substr(7));
    raw.send("POST /v1/media HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + rig_.key() +
             "\r\nContent-Length: 52428801\r\n\r\n");
    EXPECT_TRUE(raw.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST_F(DaemonMedia, FetchesAttachmentsWhenTheyAreAskedForAndKeepsThem) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    std::vector<std::pair<std::string, std::string>> seen;  // url, bytes
    for (const sim::Endpoint& endpoint : crash::all_endpoints()) {
        ASSERT_EQ(inbound(endpoint.channel, endpoint.account), "") << endpoint.channel;
        const Got event = attachment_of(endpoint.account);
        const std::string url = event.at("/data/message/attachments/0/url");
        ASSERT_TRUE(url.starts_with("/v1/media/att_")) << event.body;
        const std::string metadata = url.substr(0, url.rfind('/'));
        EXPECT_EQ(api("GET", metadata).at("/fetched"), "false");
        EXPECT_EQ(ask("GET", rig_.api_url() + url).status, 401);

        const Got got = api("GET", url);

        ASSERT_EQ(got.status, 200) << endpoint.channel << got.body << rig_.log();
        EXPECT_EQ(got.response.header("content-type"), "image/jpeg") << endpoint.channel;
        EXPECT_NE(got.body.find("simulated medium 9"), std::string::npos) << endpoint.channel;
        EXPECT_EQ(api("GET", metadata).at("/size"), std::to_string(got.body.size()));
        seen.emplace_back(url, got.body);
    }
    ASSERT_EQ(seen.size(), 4U);

    simulator_.reset();
    for (const auto& [url, bytes] : seen) EXPECT_EQ(api("GET", url).body, bytes);
    // Only the store has it now: without the row there is nobody to ask.
    const std::string metadata = seen[0].first.substr(0, seen[0].first.rfind('/'));
    EXPECT_EQ(api("DELETE", metadata).status, 204);
    EXPECT_EQ(api("GET", seen[0].first).at("/code"), "media_fetch_failed");
    EXPECT_EQ(api("GET", "/v1/media/att_01KG9YV3280000A0000000000C.0").status, 404);
}

TEST_F(DaemonMedia, RefusesToFetchFromAddressesOfItsOwnNetwork) {
    rig_.config.sections.clear();
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    // The generic provider's URLs are the sender's; this account has no base_url.
    std::string account;
    for (const sim::Endpoint& one : crash::all_endpoints()) {
        if (one.channel == "http") account = one.account;
    }
    ASSERT_EQ(inbound("http", account), "");
    const std::string url = attachment_of(account).at("/data/message/attachments/0/url");
    const Got refused = api("GET", url);
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(refused.at("/code"), "address_refused");
}

TEST_F(DaemonMedia, FetchesAtOnceWhereAnAccountIsEager) {
    rig_.config.account_lines = "media = \"eager\"\n";
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    ASSERT_EQ(inbound("whatsapp", "wa-main"), "");
    const std::string url = attachment_of("wa-main").at("/data/message/attachments/0/url");
    const std::string metadata = url.substr(0, url.rfind('/'));
    EXPECT_TRUE(
        crash::eventually(20s, [&] { return api("GET", metadata).at("/fetched") == "true"; }));
}

TEST_F(DaemonMedia, SendsAFileFromTheCommandLine) {
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    open_window();
    const std::string file = rig_.folder() + "/factura.pdf";
    const std::string bytes = "%PDF-1.7 a bill";
    std::FILE* out = std::fopen(file.c_str(), "wb");
    ASSERT_NE(out, nullptr);
    (void)std::fwrite(bytes.data(), 1, bytes.size(), out);
    std::fclose(out);

    std::string said;
    const int code =
        crash::run_program({crash::built("postern"), "--api", rig_.api_url(), "send", "--account",
                            "wa-main", "--to", person, "--upload", file, "--caption", "Su factura"},
                           said, {"POSTERN_KEY=" + rig_.key()});

    EXPECT_EQ(code, 0) << said;
    const Got fetched = ask("GET", link_at_provider());
    EXPECT_EQ(fetched.body, bytes);
    EXPECT_EQ(fetched.response.header("content-type"), "application/pdf");
}

}  // namespace
}  // namespace postern::media
