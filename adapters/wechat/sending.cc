// The way out as an object: one account. Each send first asks for the access token: the stable one
// is the same for everybody until it nears its end, and asking for it is free 10,000 times a
// minute. Nothing has to be remembered, and no second program of the account loses its token.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/endpoint.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

constexpr std::string_view usual_base = "https://api.weixin.qq.com";

/// Templates alone have receipts. `typing` wants an access token, which one call cannot get.
constexpr SendTraits wechat_send_traits{.echo = false,
                                        .idempotent = false,
                                        .receipts = true,
                                        .typing = false,
                                        .mark_read = false,
                                        .templates = true};

/// token, send, and once more of both if the token was refused.
constexpr std::size_t first_send = 1;
constexpr std::size_t last_send = 3;

ProviderCall post(std::string url, std::string body) {
    ProviderCall out;
    out.url = std::move(url);
    out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    out.body = std::move(body);
    return out;
}

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : secrets_(config.credential("app_secret")),
          app_id_(config.setting("app_id")),
          base_(shared::base_url(config, usual_base)) {}

    const SendTraits& send_traits() const override { return wechat_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return wechat::check(content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || wechat::check(request.content)) {
            return make_error_code(Errc::unsendable);
        }
        return token_step();
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t step,
                                                 const ProviderAnswer& answer) const override {
        if (step != first_send && step < last_send) {
            const std::string token = token_of(answer);
            if (token.empty() || !shared::is_printable_ascii(token)) {
                return classify_token(answer, request.now, secrets_);
            }
            return send_step(request, token);
        }
        if (step == first_send && is_stale(answer)) return token_step();
        return classify(request, answer, secrets_);
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }

    std::optional<ProviderCall> mark_read(std::string_view, std::string_view) const override {
        return std::nullopt;
    }

  private:
    SendStep token_step() const {
        return {
            post(base_ + "/cgi-bin/stable_token", token_body(app_id_, secrets_.front().reveal())),
            false};
    }

    SendStep send_step(const SendRequest& request, std::string_view token) const {
        const bool is_template = request.content.type == ContentType::template_;
        const std::string url = base_ + (is_template ? "/cgi-bin/message/template/send"
                                                     : "/cgi-bin/message/custom/send");
        return {post(shared::with_parameter(url, "access_token", token), message_body(request)),
                true};
    }

    std::vector<Secret> secrets_;
    std::string app_id_;
    std::string base_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("app_secret");
    if (secrets.empty()) return nullptr;
    const auto empty = [](const Secret& secret) { return secret.empty(); };
    if (std::ranges::any_of(secrets, empty)) {
        problem = "credentials.app_secret is empty";
        return nullptr;
    }
    if (config.setting("app_id").empty()) {
        problem = "app_id is missing: the access token belongs to it (wx…, beside the AppSecret)";
        return nullptr;
    }
    return std::make_unique<Sending>(config);
}

}  // namespace postern::adapters::wechat
