// Requests come from the load generator's template, so both kinds of benchmark measure the same
// bytes.
#include "bench/micro/webhook_sample.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "adapters/registry.h"
#include "gateway/model/channel.h"

namespace postern::micro {
namespace {

constexpr std::string_view secret = "bench-app-secret";
constexpr std::string_view signature_name = "X-Hub-Signature-256";
constexpr std::size_t simdjson_padding = 64;
constexpr std::uint32_t account = 1;
constexpr std::uint32_t any_channel = 1;  // only its scope matters, and any will do

std::unique_ptr<adapters::HttpAdapter> make_adapter() {
    adapters::AdapterConfig config{.account = "wa-bench", .channel = "whatsapp"};
    config.credentials["app_secret"].emplace_back(std::string(secret));
    config.settings["phone_number_id"] = "106540352242922";
    std::string problem;
    auto adapter = adapters::make(config, problem);
    if (!adapter) {
        std::fprintf(stderr, "%s\n", problem.c_str());
        std::abort();
    }
    return adapter;
}

}  // namespace

WebhookSample::WebhookSample(std::size_t count, std::uint64_t senders, std::uint64_t run)
    : requests_({.host = "127.0.0.1",
                 .path = "/webhooks/wa-bench",
                 .secret = std::string(secret),
                 .run = run,
                 .senders = senders,
                 .count = count}),
      adapter_(make_adapter()),
      sealer_(storage::KeyBytes{}),
      buffer_(requests_.blank()) {
    body_at_ = buffer_.size() - requests_.body_bytes();
    buffer_.append(simdjson_padding, '\0');
    const std::size_t value_at = buffer_.find("sha256=");
    signature_ = {signature_name, {buffer_.data() + value_at, std::strlen("sha256=") + 64}};
}

void WebhookSample::use(std::size_t index) {
    requests_.write(index, buffer_.data());
}

adapters::WebhookRequest WebhookSample::request() const {
    constexpr std::string_view path = "/webhooks/wa-bench";
    const std::string_view body(buffer_.data() + body_at_, requests_.body_bytes());
    return {"POST", path, path, {}, {&signature_, 1}, body};
}

core::Command WebhookSample::command() {
    auto batch = adapter_->decode(
        request(),
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
    if (batch.has_error() || batch->items.size() != 1) std::abort();
    auto* message = std::get_if<adapters::InboundMessage>(&batch->items.front().what);
    if (message == nullptr) std::abort();
    core::ReceiveMessage c;
    c.inbound.account = account;
    for (const adapters::Alias& alias : message->sender.aliases) {
        c.inbound.identities.push_back(
            {model::channel_scope(any_channel), sealer_.blind("identity", alias.address)});
    }
    c.inbound.dedupe_hash = sealer_.blind("dedupe", message->external_id).low();
    c.inbound.horizon_s = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(adapter_->traits().dedupe_horizon)
            .count());
    ++fresh_;
    std::memcpy(c.inbound.fresh_key.data(), &fresh_, sizeof fresh_);
    c.message = std::move(*message);
    return {std::move(c), {}};
}

}  // namespace postern::micro
