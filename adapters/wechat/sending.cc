// The way out as an object: one account. Each send first asks for the access token: the stable one
// is the same for everybody until it nears its end, and asking for it is free 10,000 times a
// minute. Nothing has to be remembered, and no second program of the account loses its token.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/file_form.h"
#include "adapters/wechat/passage.h"
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
                                        .templates = true,
                                        .uploads = Uploads::always,
                                        .holds_uploads = true};

/// WeChat keeps what was uploaded for three days; the hour is for messages that wait on the way.
constexpr std::chrono::hours held_for{71};

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
        const bool by_bytes = !request.content.upload.empty();
        if (request.to.empty() || wechat::check(request.content) ||
            (by_bytes && request.file == nullptr)) {
            return make_error_code(Errc::unsendable);
        }
        Passage passage;
        if (request.file != nullptr) passage.media_id = request.file->held_id;
        return token_step(passage);
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t step,
                                                 const ProviderAnswer& answer) const override {
        Passage passage = read_passage(request.carried, step);
        switch (passage.phase) {
            case Passage::Phase::token:
                passage.token = token_of(answer);
                if (passage.token.empty() || !shared::is_printable_ascii(passage.token))
                    return classify_before(answer, request.now, secrets_);
                return next_step(request, passage);
            case Passage::Phase::upload:
                passage.media_id = media_id_of(answer);
                if (!passage.media_id.empty()) return uploaded(request, passage);
                if (is_stale(answer) && !passage.again) break;
                return classify_before(answer, request.now, secrets_);
            case Passage::Phase::send:
                if (is_stale(answer) && !passage.again) break;
                if (is_media_gone(answer) && request.file != nullptr && !passage.fresh) {
                    passage.media_id.clear();  // WeChat has forgotten it before its time
                    return none_sent(next_step(request, passage));
                }
                return classify(request, answer, secrets_);
        }
        passage.again = true;
        return none_sent(token_step(passage));
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }

    std::optional<ProviderCall> mark_read(std::string_view, std::string_view) const override {
        return std::nullopt;
    }

  private:
    /// WeChat said no to what came before: to the token, or to the file's name.
    static SendStep none_sent(SendStep step) {
        step.nothing_sent_yet = true;
        return step;
    }

    SendStep token_step(Passage& passage) const {
        passage.phase = Passage::Phase::token;
        passage.token.clear();
        ProviderCall call =
            post(base_ + "/cgi-bin/stable_token", token_body(app_id_, secrets_.front().reveal()));
        return {std::move(call), false, write_passage(passage)};
    }

    /// With a token: the file first, if WeChat does not have it yet.
    SendStep next_step(const SendRequest& request, Passage& passage) const {
        if (request.file != nullptr && passage.media_id.empty())
            return upload_step(request, passage);
        return send_step(request, passage);
    }

    SendStep upload_step(const SendRequest& request, Passage& passage) const {
        passage.phase = Passage::Phase::upload;
        const std::string url =
            shared::with_parameter(base_ + "/cgi-bin/media/upload", "access_token", passage.token);
        ProviderCall call;
        call.url = shared::with_parameter(url, "type", media_word(request.content.media));
        shared::FileForm(*request.file).finish("media", call);
        return {std::move(call), false, write_passage(passage)};
    }

    SendStep uploaded(const SendRequest& request, Passage& passage) const {
        passage.fresh = true;
        SendStep step = send_step(request, passage);
        step.held = HeldFile{passage.media_id, request.now + held_for};
        return step;
    }

    SendStep send_step(const SendRequest& request, Passage& passage) const {
        passage.phase = Passage::Phase::send;
        const bool is_template = request.content.type == ContentType::template_;
        const std::string url = base_ + (is_template ? "/cgi-bin/message/template/send"
                                                     : "/cgi-bin/message/custom/send");
        return {post(shared::with_parameter(url, "access_token", passage.token),
                     message_body(request, passage.media_id)),
                true, write_passage(passage)};
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
