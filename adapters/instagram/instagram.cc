// Traits of the channel; handshake, signature and decoding are meta/'s.
#include "adapters/instagram/instagram.h"

#include "adapters/meta/messaging_adapter.h"

namespace postern::adapters::instagram {
namespace {

/// Meta redelivers for up to 36 hours ("Webhooks", Instagram Platform, 2026). Nothing of a request
/// is dated, so that the horizon is what bounds a replay: as for WhatsApp.
constexpr Traits instagram_traits{.channel = "instagram",
                                  .redelivers = true,
                                  .dedupe_horizon = std::chrono::hours(8 * 24),
                                  .routing_setting = "instagram_id",
                                  .shared_credential = "app_secret",
                                  .reply_content_type = "text/plain",
                                  .reply_body = ""};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    return meta::make_messaging(config, instagram_traits, "instagram", problem);
}

}  // namespace postern::adapters::instagram
