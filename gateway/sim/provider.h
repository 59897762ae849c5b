// One simulated provider: how it names, spells, signs and redelivers. One .cc a provider, written
// from the provider's documents; shares nothing with the adapters.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/sim/prng.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

/// How a provider repeats a webhook that was not answered 2xx. Real spans are hours to days; ours
/// end within a minute, enough to outlast a restart of the gateway in a test.
struct Redelivery {
    std::chrono::milliseconds first{200};
    std::chrono::milliseconds cap{2'000};
    std::chrono::milliseconds give_up_after{60'000};
};

struct Provider {
    std::string_view channel;
    std::span<const Kind> kinds;
    std::span<const Kind> on_request = {};  // never drawn
    std::size_t batch_max;                  // items in one body
    std::string_view content_type;
    Redelivery redelivery;
    /// The provider's id of the item, unique in the run `run`.
    std::string (*external_id)(const Item& item, std::uint64_t run);
    /// The body for 1..batch_max items, in order.
    std::string (*body)(const Endpoint& endpoint, std::span<const Item> items);
    /// A properly spelled body of a kind that the provider may invent tomorrow.
    std::string (*unknown_body)(const Endpoint& endpoint, const Item& item);
    /// A document that parses but has another shape.
    std::string (*wrong_body)(const Endpoint& endpoint, Prng& prng);
    /// Appends the headers that prove the origin of `webhook.body`, with `secret` as the key.
    void (*sign)(Webhook& webhook, std::string_view secret, std::int64_t now_s);
};

extern const Provider whatsapp_provider;
extern const Provider telegram_provider;
extern const Provider twilio_provider;
extern const Provider http_provider;
extern const Provider messenger_provider;
extern const Provider instagram_provider;
extern const Provider line_provider;
extern const Provider viber_provider;
extern const Provider wechat_provider;
extern const Provider vonage_provider;
extern const Provider smpp_provider;
extern const Provider email_provider;

/// A JSON document to the endpoint's URL, signed as its channel does. Of a channel that
/// find_provider knows.
[[nodiscard]] Webhook json_webhook(const Endpoint& endpoint, std::string body, std::int64_t now_s);

/// Null for a channel that the simulator does not speak.
[[nodiscard]] const Provider* find_provider(std::string_view channel);
[[nodiscard]] std::span<const Provider* const> all_providers();

}  // namespace postern::sim
