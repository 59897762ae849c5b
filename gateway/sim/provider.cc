// The list of simulated providers, one line each.
#include "gateway/sim/provider.h"

#include <array>
#include <utility>

namespace postern::sim {
namespace {

constexpr std::array<const Provider*, 12> providers = {
    &whatsapp_provider,  &telegram_provider,  &twilio_provider, &http_provider,
    &messenger_provider, &instagram_provider, &line_provider,   &viber_provider,
    &wechat_provider,    &vonage_provider,    &smpp_provider,   &email_provider,
};

}  // namespace

std::span<const Provider* const> all_providers() {
    return providers;
}

Webhook json_webhook(const Endpoint& endpoint, std::string body, std::int64_t now_s) {
    Webhook webhook;
    webhook.endpoint = endpoint;
    webhook.body = std::move(body);
    webhook.headers = {{"Content-Type", "application/json"}};
    find_provider(endpoint.channel)->sign(webhook, endpoint.secret, now_s);
    return webhook;
}

const Provider* find_provider(std::string_view channel) {
    for (const Provider* provider : providers) {
        if (provider->channel == channel) return provider;
    }
    return nullptr;
}

}  // namespace postern::sim
