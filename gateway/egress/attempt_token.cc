// The part of an attempt that has to do with the account's access token: calls wait for it, and one
// that is refused for its sake is made once more with another.
#include "adapters/token_grant.h"
#include "gateway/egress/attempt.h"

namespace postern::egress {

using adapters::SendResult;

/// The call as it was built stays here: it may be made again.
void Attempt::ask_token() {
    if (!account_->tokens) {
        return finish(outcome_of(not_made(), "token_unavailable",
                                 "the account has no credentials to ask for a token with"));
    }
    account_->tokens->ask(thread_, [self = shared_from_this()](const tokens::Token& token) {
        self->on_token(token);
    });
}

void Attempt::on_token(const tokens::Token& token) {
    if (token.secret.empty()) {
        adapters::SendOutcome outcome = token.refusal;
        if (passed_) outcome.result = SendResult::unknown;
        return finish(std::move(outcome));
    }
    token_ = token.secret;
    adapters::ProviderCall call = bearing_;
    adapters::bear(call, token_);
    go(std::move(call));
}

/// True: the call that was answered is on its way again.
bool Attempt::renews_token(const adapters::ProviderAnswer& answer) {
    const bool refused = !token_.empty() && account_->sending->token_refused(answer);
    if (!refused || renewed_) return false;
    renewed_ = true;
    end_call(CallEnd::succeeded);
    at_risk_ = passed_ || part_ > 0;
    account_->tokens->spoil(token_);
    ask_token();
    return true;
}

}  // namespace postern::egress
