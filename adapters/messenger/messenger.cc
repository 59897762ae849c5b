// Traits of the channel; handshake, signature and decoding are meta/'s.
#include "adapters/messenger/messenger.h"

#include "adapters/meta/messaging_adapter.h"

namespace postern::adapters::messenger {
namespace {

/// Meta retries for an hour, then unsubscribes the page; the platform's general page says 36 hours.
/// Nothing of a request is dated, so that the horizon is what bounds a replay: as for WhatsApp.
constexpr Traits messenger_traits{.channel = "messenger",
                                  .redelivers = true,
                                  .dedupe_horizon = std::chrono::hours(8 * 24),
                                  .routing_setting = "page_id",
                                  .shared_credential = "app_secret",
                                  .reply_content_type = "text/plain",
                                  .reply_body = ""};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    return meta::make_messaging(config, messenger_traits, "page", problem);
}

}  // namespace postern::adapters::messenger
