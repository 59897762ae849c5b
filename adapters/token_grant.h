// Access tokens that end: how an account asks for the one that its requests bear, and what the
// answer means. Who keeps it and asks again in time is the gateway's matter (gateway/tokens).
#pragma once

#include <chrono>
#include <memory>

#include "adapters/adapter.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters {

struct GrantedToken {
    Secret token;  // empty: there is none, and `refusal` says why
    std::chrono::seconds lives{0};
    SendOutcome refusal{};         // never `accepted`
    std::chrono::seconds hold{0};  // asking again sooner would bring the same refusal
};

/// Of one account. Thread: its owner's.
class TokenGrant {
  public:
    virtual ~TokenGrant() = default;

    [[nodiscard]] virtual ProviderCall request() const = 0;
    /// An answer may change the next request: servers of OAuth2 hand out new refresh tokens.
    [[nodiscard]] virtual GrantedToken answered(const ProviderAnswer& answer, Instant now) = 0;
};

/// Null: the account's credentials do not end, or it has none. token_grant.cc lists the channels.
[[nodiscard]] std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config);

/// Writes the token where the call wants it (ProviderCall::token_in).
void bear(ProviderCall& call, const Secret& token);

}  // namespace postern::adapters
