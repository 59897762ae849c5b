// Start and end of the rig, and the requests that a gateway makes.
#include "tests/sim/sim_rig.h"

#include <future>

namespace postern::sim {

void WebhookTaker::handle(const net::Request& request, net::Responder responder) {
    TakenWebhook webhook{std::string(request.target), std::string(request.body), {}};
    for (const net::Header& header : request.headers) {
        webhook.headers.emplace(header.name, header.value);
    }
    {
        const std::lock_guard lock(mutex_);
        taken_.push_back(std::move(webhook));
    }
    came_.notify_all();
    responder.send({});
}

std::vector<TakenWebhook> WebhookTaker::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, std::chrono::seconds(20), [&] { return taken_.size() >= count; });
    return taken_;
}

void SimRig::start(std::uint64_t seed) {
    std::string problem;
    gateway_pool_ = net::make_io_pool(1);
    net::ServerOptions options;
    options.name = "gateway";
    options.address = "127.0.0.1:0";
    gateway_ = net::listen(*gateway_pool_, taker, options, problem);
    ASSERT_TRUE(gateway_) << problem;
    StreamOptions stream;
    stream.seed = seed;
    for (const char* channel : {"whatsapp", "telegram", "twilio", "http", "messenger", "instagram",
                                "line", "viber", "wechat", "vonage"}) {
        stream.endpoints.push_back(demo_endpoint(channel, gateway_url() + "/webhooks"));
    }
    stream.endpoints[0].token = "wa-token";
    stream.endpoints[1].token = "7000001:bot-token";
    stream.endpoints[2].token = stream.endpoints[2].secret;
    stream.endpoints[4].token = "fb-token";
    stream.endpoints[6].token = "line-token";
    stream.endpoints[8].token = "wechat-secret";
    stream.endpoints[9].token = "vonage-secret";
    engine_ = std::make_unique<Engine>(stream);
    server_ = SimulatorServer::start(*engine_, "127.0.0.1:0", problem);
    ASSERT_TRUE(server_) << problem;
    client_pool_ = net::make_io_pool(1);
    client_ = net::make_client(client_pool_->at(0));
}

void SimRig::stop() {
    std::promise<void> gone;
    client_pool_->at(0).post([&] {
        client_.reset();
        gone.set_value();
    });
    gone.get_future().wait();
    client_pool_->stop();
    server_.reset();
    engine_.reset();
    gateway_->drain(std::chrono::seconds(1));
    gateway_.reset();
    gateway_pool_->stop();
}

net::ClientResponse SimRig::call(const std::string& method, const std::string& path,
                                 const std::string& body, const Headers& headers,
                                 std::chrono::milliseconds timeout) {
    net::ClientRequest request;
    request.method = method;
    request.url = "http://" + server_->address() + path;
    request.headers = headers;
    request.body = body;
    request.total_timeout = timeout;
    return net::fetch(client_pool_->at(0), *client_, request);
}

net::ClientResponse SimRig::json(const std::string& path, const std::string& body,
                                 const Headers& headers) {
    Headers all = headers;
    all.emplace_back("Content-Type", "application/json");
    return call("POST", path, body, all);
}

void SimRig::set_faults(const std::string& body) {
    const net::ClientResponse answer = json("/_sim/faults", body);
    ASSERT_EQ(answer.status, 200) << answer.body;
}

net::ClientResponse SimRig::whatsapp(const std::string& body) {
    return json("/whatsapp/300200/messages", body, {{"Authorization", "Bearer wa-token"}});
}

net::ClientResponse SimRig::whatsapp_text(const std::string& to) {
    return whatsapp(R"({"messaging_product":"whatsapp","to":")" + to +
                    R"(","type":"text","text":{"body":"hi"},)"
                    R"("biz_opaque_callback_data":"att_1"})");
}

net::ClientResponse SimRig::telegram(const std::string& method, const std::string& body) {
    return json("/telegram/bot7000001:bot-token/" + method, body);
}

net::ClientResponse SimRig::twilio(const std::string& form) {
    // AC00000000000000000000000000000002:00112233445566778899aabbccddeeff
    const std::string basic =
        "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMjowMDExMjIzMzQ0NTU2Njc3ODg5OWFhYmJj"
        "Y2RkZWVmZg==";
    return call(
        "POST", "/twilio/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages.json",
        form, {{"Authorization", basic}, {"Content-Type", "application/x-www-form-urlencoded"}});
}

net::ClientResponse SimRig::http(const std::string& body) {
    return json("/http/web-main/messages", body);
}

std::uint64_t SimRig::ledger_count() {
    const std::string body = get("/_sim/rate").body;
    return std::stoull(body.substr(body.find(':') + 1));
}

}  // namespace postern::sim
