// The templates of the simulated WhatsApp Business Account: their states, the listing that a
// gateway syncs from, and the webhook that tells of a change.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "gateway/net/http.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

struct SimTemplate {
    std::string status = "approved";  // approved pending rejected paused
    std::string language = "es";
    std::string category = "utility";  // utility marketing authentication
    std::string body = "Hola {{1}}";

    bool operator==(const SimTemplate&) const = default;
};

using SimTemplates = std::map<std::string, SimTemplate, std::less<>>;

/// GET /{waba_id}/message_templates: one page with all of them.
[[nodiscard]] net::Response list_templates(const SimTemplates& templates);

/// The signed message_template_status_update for one account.
[[nodiscard]] Webhook template_webhook(const Endpoint& endpoint, std::string_view name,
                                       const SimTemplate& changed, std::int64_t now_s);

}  // namespace postern::sim
