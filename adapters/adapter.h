// What a channel is to the gateway: pure functions from bytes to facts. An adapter reads no clock,
// no disk, no socket and writes no log; the same input gives the same output. Thread: any (const).
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "adapters/model/inbound.h"
#include "adapters/model/secret.h"
#include "adapters/model/webhook_request.h"

namespace postern::adapters {

template <class T>
using Result = boost::system::result<T>;

/// One configured account, translated from the configuration by the gateway. Keys are the
/// contract's names ("app_secret", "phone_number_id" …); a credential has two values while it is
/// being rotated.
struct AdapterConfig {
    std::string account;
    std::string channel;
    std::map<std::string, std::vector<Secret>, std::less<>> credentials;
    std::map<std::string, std::string, std::less<>> settings;  // tables arrive as JSON text

    [[nodiscard]] const std::vector<Secret>& credential(std::string_view name) const;
    [[nodiscard]] std::string_view setting(std::string_view name) const;
};

/// Facts about a channel that the core and the ingress act on. Sources: the channel's README.
struct Traits {
    std::string_view channel;
    bool redelivers = true;  // false: a webhook that we refuse is lost, so shed it last
    std::chrono::hours dedupe_horizon{48};  // > the provider's longest redelivery
    bool timestamps = true;            // false: the provider tells no time, provider_time is `now`
    std::string_view routing_setting;  // the setting that InboundItem::routing names, or empty
    std::string_view shared_credential;  // the credential that siblings share, or empty
    std::string_view reply_content_type = "application/json";
    std::string_view reply_body = "{}";                 // what the provider wants to read in a 200
    std::size_t body_bytes_max = std::size_t{4} << 20;  // of a webhook
};

struct HandshakeReply {
    int status = 200;
    std::string content_type = "text/plain";
    std::string body;
};

/// The answer of `verify`. `reason` is for the operator (never for the caller of the webhook).
struct Verification {
    enum class Kind : unsigned char { valid, invalid, need_fetch };
    Kind kind = Kind::invalid;
    std::string reason;
    std::string fetch_url;  // need_fetch: a document to get (a certificate), then verify_with()
    /// Valid, but of a signature that does not cover the body: this part of it signs one body only.
    std::string once = {};

    static Verification ok() { return {Kind::valid, {}, {}}; }
    static Verification no(std::string why) { return {Kind::invalid, std::move(why), {}}; }
    static Verification fetch(std::string url) { return {Kind::need_fetch, {}, std::move(url)}; }
};

class HttpAdapter {
  public:
    virtual ~HttpAdapter() = default;

    [[nodiscard]] virtual const Traits& traits() const = 0;

    /// The provider's check of the URL. An answer ends the request; nullopt: an ordinary webhook.
    [[nodiscard]] virtual std::optional<HandshakeReply> handshake(
        const WebhookRequest& request) const = 0;

    /// Over the raw bytes, in constant time, before anything is parsed. Either of two live secrets.
    [[nodiscard]] virtual Verification verify(const WebhookRequest& request, Instant now) const = 0;

    /// After need_fetch: the same with the document that `fetch_url` gave. Asks for no other.
    [[nodiscard]] virtual Verification verify_with([[maybe_unused]] const WebhookRequest& request,
                                                   [[maybe_unused]] std::string_view document,
                                                   [[maybe_unused]] Instant now) const {
        return Verification::no("this channel fetches nothing");
    }

    /// Of a verified request. An error means that nothing of the body could be understood; it is
    /// then quarantined whole. Unknown kinds are `unsupported` messages or `other` signals, never
    /// errors. `now` stands in for a provider time that is absent or absurd.
    [[nodiscard]] virtual Result<InboundBatch> decode(const WebhookRequest& request,
                                                      Instant now) const = 0;

    /// With some providers the 200 is also an order: a JSON body of its own for the answer to this
    /// request, which verified and whose items are durable; of it the body alone is given, which
    /// 64 readable bytes follow. Empty: traits().reply_body.
    [[nodiscard]] virtual std::string reply([[maybe_unused]] const WebhookRequest& request) const {
        return {};
    }
};

}  // namespace postern::adapters
