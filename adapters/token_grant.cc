#include "adapters/token_grant.h"

#include <utility>

#include "adapters/email/smtp_oauth.h"
#include "adapters/shared/endpoint.h"
#include "adapters/wechat/send.h"

namespace postern::adapters {

std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config) {
    if (config.channel == "wechat") return wechat::make_token_grant(config);
    if (config.channel == "email") return email::make_token_grant(config);
    return nullptr;
}

void bear(ProviderCall& call, const Secret& token) {
    if (call.token_in.empty()) return;
    call.url = shared::with_parameter(call.url, std::exchange(call.token_in, {}), token.reveal());
}

}  // namespace postern::adapters
