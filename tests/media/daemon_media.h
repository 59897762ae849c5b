// The real daemon and the simulator as its providers, with what tests of media ask of both. Made on
// the test's thread.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/net/client.h"
#include "gateway/sim/media.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/simulator.h"
#include "tests/net/support.h"

namespace postern::media {

using cli::text_at;
using crash::DaemonRig;
using crash::Simulator;

inline constexpr std::string_view jpeg_head = "\xFF\xD8\xFF\xE0";
inline constexpr const char* person = "+573001112233";

inline std::string jpeg(std::size_t bytes) {
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
        simulator_ = Simulator::start("whatsapp,telegram,twilio,http,wechat,messenger,instagram", 7,
                                      rig_.folder(), problem_, "http://127.0.0.1:9/webhooks");
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
        request.total_timeout = std::chrono::seconds(60);
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
        const bool came = crash::eventually(std::chrono::seconds(20), [&] {
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
        const bool came = crash::eventually(std::chrono::seconds(20), [&] {
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

}  // namespace postern::media
