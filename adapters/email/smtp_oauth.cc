#include "adapters/email/smtp_oauth.h"

#include <algorithm>
#include <vector>

#include "adapters/shared/endpoint.h"
#include "adapters/shared/form.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

/// Of a server that does not say: RFC 6749 leaves it to be known.
constexpr std::chrono::seconds lives_usual = std::chrono::minutes(30);
constexpr std::int64_t lives_max = 86'400;
/// A client that goes on asking in vain may be locked out.
constexpr std::chrono::seconds refused_for = std::chrono::minutes(5);

/// A server may hand out another refresh token with each answer.
class Grant final : public TokenGrant {
  public:
    explicit Grant(OauthRefresh oauth) : oauth_(std::move(oauth)) {}

    ProviderCall request() const override {
        ProviderCall call;
        call.url = oauth_.token_url;
        call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        call.headers.emplace_back("Accept", "application/json");
        call.body = oauth_form(oauth_);
        return call;
    }

    GrantedToken answered(const ProviderAnswer& answer, Instant) override {
        OauthAnswer got = oauth_answer(answer.status, answer.body);
        if (!got.refresh_token.empty()) oauth_.refresh_token = std::move(got.refresh_token);
        GrantedToken out;
        out.token = std::move(got.access_token);
        out.lives = got.lives;
        out.refusal.result = got.result;
        out.refusal.code = std::move(got.code);
        out.refusal.detail = std::move(got.problem);
        if (got.result == SendResult::credential) out.hold = refused_for;
        return out;
    }

  private:
    OauthRefresh oauth_;
};

}  // namespace

OauthRefresh oauth_refresh(const AdapterConfig& config, std::string& why) {
    OauthRefresh oauth;
    oauth.token_url = config.setting("oauth_token_url");
    oauth.client_id = config.setting("oauth_client_id");
    oauth.client_secret = shared::newest(config, "oauth_client_secret");
    oauth.refresh_token = shared::newest(config, "oauth_refresh_token");
    const bool whole = !oauth.client_id.empty() && !oauth.refresh_token.empty();
    if (!oauth.token_url.empty() && !whole)
        why = "oauth_token_url needs oauth_client_id and credentials.oauth_refresh_token";
    return oauth;
}

std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config) {
    std::string why;
    OauthRefresh oauth = oauth_refresh(config, why);
    if (oauth.token_url.empty()) return nullptr;
    return std::make_unique<Grant>(std::move(oauth));
}

std::string oauth_form(const OauthRefresh& oauth) {
    std::vector<shared::FormField> fields;
    fields.push_back({"grant_type", "refresh_token"});
    fields.push_back({"refresh_token", std::string(oauth.refresh_token.reveal())});
    fields.push_back({"client_id", oauth.client_id});
    if (!oauth.client_secret.empty()) {
        fields.push_back({"client_secret", std::string(oauth.client_secret.reveal())});
    }
    return shared::encode_form(fields);
}

OauthAnswer oauth_answer(int status, std::string_view body) {
    OauthAnswer out;
    out.code = "token_unavailable";
    const auto parsed = json::parse(body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const std::string_view token = root ? json::text(*root, "access_token") : std::string_view{};
    if (status == 200 && !token.empty()) {
        out.access_token = Secret(std::string(token));
        out.refresh_token = Secret(std::string(json::text(*root, "refresh_token")));
        const auto lives = json::loose_integer(*root, "expires_in");
        out.lives =
            lives && *lives > 0 ? std::chrono::seconds(std::min(*lives, lives_max)) : lives_usual;
        return out;
    }
    // The error's code is one of a short list and names no secret; its description may.
    const std::string_view error = root ? json::text(*root, "error") : std::string_view{};
    out.problem = "the token server answered " + std::to_string(status);
    if (!error.empty()) out.problem.append(" ").append(error.substr(0, 64));
    if (status == 400 || status == 401 || status == 403) {
        out.result = SendResult::credential;
        out.code = "token_refused";
    }
    return out;
}

}  // namespace postern::adapters::email
