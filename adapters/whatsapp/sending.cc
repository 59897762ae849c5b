// The way out as an object: address and token of one number; the work is in build and classify.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/meta/graph_templates.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/file_form.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

constexpr std::string_view usual_base = "https://graph.facebook.com/v25.0";

/// The opaque field comes back in every status. Meta has no key that makes a resend safe.
constexpr SendTraits whatsapp_send_traits{.echo = true,
                                          .idempotent = false,
                                          .receipts = true,
                                          .typing = true,
                                          .mark_read = true,
                                          .templates = true,
                                          .uploads = Uploads::without_url,
                                          .holds_uploads = true};

/// Meta keeps what was uploaded for 30 days.
constexpr std::chrono::hours held_for{29 * 24};

/// What a step carries: which of the two it is, and whether the medium is fresh.
constexpr std::string_view uploading = "upload";
constexpr std::string_view with_fresh = "fresh";
constexpr std::string_view with_held = "held";

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : tokens_(config.credential("access_token")),
          templates_url_(
              meta::templates_url(shared::base_url(config, usual_base), config.setting("waba_id"))),
          number_url_(shared::base_url(config, usual_base)
                          .append("/")
                          .append(config.setting("phone_number_id"))),
          url_(number_url_ + "/messages"),
          authorization_("Bearer " + std::string(tokens_.front().reveal())) {}

    const SendTraits& send_traits() const override { return whatsapp_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return whatsapp::check(content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || whatsapp::check(request.content)) {
            return make_error_code(Errc::unsendable);
        }
        const bool by_bytes = request.content.url.empty() && !request.content.upload.empty();
        if (by_bytes && request.file == nullptr) return make_error_code(Errc::unsendable);
        if (request.file == nullptr) return SendStep{call(message_body(request)), true};
        const std::string_view held = request.file->held_id;
        if (held.empty()) return upload(*request.file);
        return SendStep{call(message_body(request, held)), true, std::string(with_held)};
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        if (request.carried == uploading) return uploaded(request, answer);
        SendOutcome out = classify(answer, request, tokens_);
        if (request.carried == with_held && request.file != nullptr && may_be_media(out))
            return upload_again(*request.file);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view,
                                       std::string_view last_external_id) const override {
        if (last_external_id.empty()) return std::nullopt;  // Meta shows it as an answer only
        return call(read_body(last_external_id, true));
    }

    std::optional<ProviderCall> mark_read(std::string_view,
                                          const LastMessage& last) const override {
        if (last.external_id.empty()) return std::nullopt;
        return call(read_body(last.external_id, false));
    }

    std::optional<ProviderCall> list_templates(std::string_view page) const override {
        if (templates_url_.empty()) return std::nullopt;
        return meta::templates_call(templates_url_, page, authorization_);
    }

    std::variant<TemplatePage, SendOutcome> listed(const ProviderAnswer& answer,
                                                   Instant now) const override {
        if (auto read = meta::read_templates_answer(answer)) return std::move(*read);
        const OutboundContent none;
        return classify(answer, {.content = none, .now = now}, tokens_);
    }

  private:
    ProviderCall call(std::string body) const {
        ProviderCall out;
        out.url = url_;
        out.headers.reserve(2);
        out.headers.emplace_back("Authorization", authorization_);
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = std::move(body);
        return out;
    }

    SendStep upload(const SendFile& file) const {
        ProviderCall out;
        out.url = number_url_ + "/media";
        out.headers.emplace_back("Authorization", authorization_);
        shared::FileForm form(file);
        form.field("messaging_product", "whatsapp").field("type", file.mime).finish("file", out);
        return {std::move(out), false, std::string(uploading)};
    }

    /// Meta took no message with the id that it has forgotten.
    SendStep upload_again(const SendFile& file) const {
        SendStep step = upload(file);
        step.nothing_sent_yet = true;
        return step;
    }

    std::variant<SendStep, SendOutcome> uploaded(const SendRequest& request,
                                                 const ProviderAnswer& answer) const {
        const std::string id = media_id_of(answer);
        if (!id.empty()) {
            return SendStep{call(message_body(request, id)), true, std::string(with_fresh),
                            HeldFile{id, request.now + held_for}};
        }
        SendOutcome out = classify(answer, request, tokens_);
        // Nobody was sent anything yet.
        if (out.result == SendResult::unknown || out.result == SendResult::accepted)
            out.result = SendResult::transient;
        return out;
    }

    std::vector<Secret> tokens_;
    std::string templates_url_;
    std::string number_url_;  // before url_, which is made of it
    std::string url_;
    std::string authorization_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("access_token");
    if (tokens.empty()) return nullptr;
    const bool usable = std::ranges::all_of(tokens, [](const Secret& token) {
        return !token.empty() && shared::is_printable_ascii(token.reveal());
    });
    if (!usable) {
        problem = "credentials.access_token: write Meta's token as it is, without blanks";
        return nullptr;
    }
    if (config.setting("phone_number_id").empty()) {
        problem =
            "phone_number_id is missing: messages are sent from it (WhatsApp → API setup, Meta's "
            "id, not the number)";
        return nullptr;
    }
    return std::make_unique<Sending>(config);
}

}  // namespace postern::adapters::whatsapp
