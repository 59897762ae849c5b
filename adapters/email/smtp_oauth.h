// The access token of SMTP from a refresh token (RFC 6749 section 6): the request and what its
// answer means. Pure. Thread: any.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "adapters/email/send.h"
#include "adapters/token_grant.h"

namespace postern::adapters::email {

/// The account's `oauth_*` keys, for whichever of its servers logs in with them; without
/// `token_url`: it names none. `why`: what is missing beside that, or empty.
[[nodiscard]] OauthRefresh oauth_refresh(const AdapterConfig& config, std::string& why);

/// The body of the POST to `token_url`, a form.
[[nodiscard]] std::string oauth_form(const OauthRefresh& oauth);

struct OauthAnswer {
    Secret access_token;  // empty: there is none, and the rest says why
    std::chrono::seconds lives{0};
    Secret refresh_token;  // another one from now on; empty: the same
    SendResult result = SendResult::transient;
    std::string code;
    std::string problem;  // for people, without credentials
};

/// `body` is followed by 64 readable bytes.
[[nodiscard]] OauthAnswer oauth_answer(int status, std::string_view body);

/// Null: the account logs in with no token.
[[nodiscard]] std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config);

}  // namespace postern::adapters::email
