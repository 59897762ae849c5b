// The way out as an object: one account. Its calls bear the account's access token, which whoever
// makes them keeps (token.cc says how it is asked for).
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/file_form.h"
#include "adapters/wechat/passage.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

/// Templates alone have receipts.
constexpr SendTraits wechat_send_traits{.echo = false,
                                        .idempotent = false,
                                        .receipts = true,
                                        .typing = true,
                                        .mark_read = false,
                                        .templates = true,
                                        .uploads = Uploads::always,
                                        .holds_uploads = true};

/// WeChat keeps what was uploaded for three days; the hour is for messages that wait on the way.
constexpr std::chrono::hours held_for{71};

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : secrets_(config.credential("app_secret")), base_(shared::base_url(config, usual_base)) {}

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
        if (request.file != nullptr && passage.media_id.empty())
            return upload_step(request, passage);
        return send_step(request, passage);
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        Passage passage = read_passage(request.carried);
        if (passage.phase == Passage::Phase::upload) {
            passage.media_id = media_id_of(answer);
            if (!passage.media_id.empty()) return uploaded(request, passage);
            return classify_before(answer, request.now, secrets_);
        }
        if (is_media_gone(answer) && request.file != nullptr && !passage.fresh) {
            // WeChat has forgotten it before its time.
            SendStep again = upload_step(request, passage);
            again.nothing_sent_yet = true;
            return again;
        }
        return classify(request, answer, secrets_);
    }

    bool token_refused(const ProviderAnswer& answer) const override { return is_stale(answer); }

    std::optional<ProviderCall> typing(std::string_view to, std::string_view) const override {
        if (to.empty()) return std::nullopt;
        return post("/cgi-bin/message/custom/typing", typing_body(to));
    }

    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

    std::optional<SendOutcome> sign_refused(const ProviderAnswer& answer,
                                            Instant now) const override {
        if (is_done(answer) || is_typing(answer)) return std::nullopt;
        return classify_before(answer, now, secrets_);
    }

  private:
    ProviderCall bearing(std::string_view path) const {
        ProviderCall out;
        out.url = base_ + std::string(path);
        out.token_in = "access_token";
        return out;
    }

    ProviderCall post(std::string_view path, std::string body) const {
        ProviderCall out = bearing(path);
        out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        out.body = std::move(body);
        return out;
    }

    SendStep upload_step(const SendRequest& request, Passage& passage) const {
        passage.phase = Passage::Phase::upload;
        passage.media_id.clear();
        ProviderCall call = bearing("/cgi-bin/media/upload");
        call.url = shared::with_parameter(call.url, "type", media_word(request.content.media));
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
        const std::string_view path =
            is_template ? "/cgi-bin/message/template/send" : "/cgi-bin/message/custom/send";
        return {post(path, message_body(request, passage.media_id)), true, write_passage(passage)};
    }

    std::vector<Secret> secrets_;
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
