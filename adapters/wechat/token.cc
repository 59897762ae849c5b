// The stable access token: the same for everybody who asks until it nears its end, so a second
// program of the account loses nothing by our asking ("Stable access token", 2026).
#include <algorithm>

#include "adapters/shared/endpoint.h"
#include "adapters/shared/json.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

constexpr std::int64_t lives_max = 7200;

class Grant final : public TokenGrant {
  public:
    explicit Grant(const AdapterConfig& config)
        : secrets_(config.credential("app_secret")), call_(token_call(config)) {}

    ProviderCall request() const override { return call_; }

    GrantedToken answered(const ProviderAnswer& answer, Instant now) override {
        GrantedToken out;
        const auto parsed = json::parse(answer.body);
        const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
        const std::string token = token_of(answer);
        if (token.empty() || !shared::is_printable_ascii(token)) {
            out.refusal = classify_before(answer, now, secrets_);
            return out;
        }
        const std::int64_t lives = json::loose_integer(*root, "expires_in").value_or(0);
        out.token = Secret(token);
        out.lives = std::chrono::seconds(std::clamp<std::int64_t>(lives, 0, lives_max));
        return out;
    }

  private:
    std::vector<Secret> secrets_;
    ProviderCall call_;
};

}  // namespace

ProviderCall token_call(const AdapterConfig& config) {
    ProviderCall call;
    call.url = shared::base_url(config, usual_base).append("/cgi-bin/stable_token");
    call.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    call.body = token_body(config.setting("app_id"), shared::newest(config, "app_secret").reveal());
    call.for_token = true;
    return call;
}

std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config) {
    const bool can =
        !shared::newest(config, "app_secret").empty() && !config.setting("app_id").empty();
    return can ? std::make_unique<Grant>(config) : nullptr;
}

}  // namespace postern::adapters::wechat
