// One address and one token; what is said comes from the channel.
#include "adapters/meta/send_api.h"

#include <algorithm>

#include "adapters/errc.h"
#include "adapters/meta/graph_answer.h"
#include "adapters/meta/graph_templates.h"
#include "adapters/meta/messaging_codes.h"
#include "adapters/meta/send_upload.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::meta {
namespace {

/// A reaction is no message: the answer names the person alone, and the name of our attempt is its
/// id.
std::string accepted_id(json::Object root, const SendRequest& request) {
    std::string id(json::text(root, "message_id"));
    const bool reaction = request.content.type == ContentType::reaction;
    if (id.empty() && reaction && !json::id(root, "recipient_id").empty()) {
        id = "reaction:" + std::string(request.echo);
    }
    return id;
}

constexpr GraphRules graph_rules{&accepted_id, &judge_messaging};

/// What a step carries: which of the two it is, and whether the file is fresh.
constexpr std::string_view uploading = "upload";
constexpr std::string_view with_fresh = "fresh";
constexpr std::string_view with_held = "held";

class SendApi final : public SendingAdapter {
  public:
    SendApi(const std::vector<Secret>& tokens, const SendChannel& channel, SendAddresses addresses)
        : channel_(channel),
          tokens_(tokens),
          addresses_(std::move(addresses)),
          authorization_("Bearer " + std::string(tokens_.front().reveal())) {}

    const SendTraits& send_traits() const override { return channel_.traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return channel_.check(content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || channel_.check(request.content)) {
            return make_error_code(Errc::unsendable);
        }
        const bool by_bytes = request.content.url.empty() && !request.content.upload.empty();
        if (!by_bytes) return SendStep{call(channel_.body(request, {})), true};
        if (request.file == nullptr || addresses_.attachments.empty()) {
            return make_error_code(Errc::unsendable);
        }
        const std::string_view held = held_attachment(request);
        if (held.empty()) return upload(request);
        return SendStep{call(channel_.body(request, held)), true, std::string(with_held)};
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        if (request.carried == uploading) return uploaded(request, answer);
        SendOutcome out = classify_graph(answer, request, graph_rules, tokens_);
        if (request.carried != with_held || request.file == nullptr || !may_be_forgotten(out))
            return out;
        // Meta took no message with the attachment that it has forgotten.
        SendStep again = upload(request);
        again.nothing_sent_yet = true;
        return again;
    }

    Result<Rendering> rendered(const SendRequest& request) const override {
        const OutboundContent& content = request.content;
        const bool choices = !content.buttons.empty() || !content.sections.empty();
        Rendering out;
        // Below a picture text and footer have places of their own.
        if (choices && (as_quick_replies(content) || !has_picture(content)))
            out.text = composed_text(content);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view to, std::string_view) const override {
        if (to.empty()) return std::nullopt;
        return call(action_body(to, "typing_on"));
    }

    /// All that the person wrote so far: the action names no message.
    std::optional<ProviderCall> mark_read(std::string_view to, const LastMessage&) const override {
        if (to.empty()) return std::nullopt;
        return call(action_body(to, "mark_seen"));
    }

    std::optional<ProviderCall> list_templates(std::string_view page) const override {
        if (addresses_.templates.empty()) return std::nullopt;
        return templates_call(addresses_.templates, page, authorization_);
    }

    std::variant<TemplatePage, SendOutcome> listed(const ProviderAnswer& answer,
                                                   Instant now) const override {
        if (auto read = read_templates_answer(answer)) return std::move(*read);
        const OutboundContent none;
        return classify_graph(answer, {.content = none, .now = now}, graph_rules, tokens_);
    }

  private:
    ProviderCall call(std::string body) const {
        ProviderCall out;
        out.url = addresses_.messages;
        out.headers.reserve(2);
        out.headers.emplace_back("Authorization", authorization_);
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = std::move(body);
        return out;
    }

    SendStep upload(const SendRequest& request) const {
        ProviderCall out;
        out.url = addresses_.attachments;
        out.headers.emplace_back("Authorization", authorization_);
        fill_upload(request, channel_.platform, out);
        return {std::move(out), false, std::string(uploading)};
    }

    std::variant<SendStep, SendOutcome> uploaded(const SendRequest& request,
                                                 const ProviderAnswer& answer) const {
        if (auto held = taken_attachment(request, answer)) {
            const std::string_view id = attachment_of(held->id);
            SendStep step{call(channel_.body(request, id)), true, std::string(with_fresh)};
            step.held = std::move(held);
            return step;
        }
        SendOutcome out = classify_graph(answer, request, graph_rules, tokens_);
        // Nobody was sent anything yet.
        if (out.result == SendResult::unknown || out.result == SendResult::accepted)
            out.result = SendResult::transient;
        return out;
    }

    SendChannel channel_;
    std::vector<Secret> tokens_;
    SendAddresses addresses_;
    std::string authorization_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_send_api(const AdapterConfig& config,
                                              const SendChannel& channel, SendAddresses addresses,
                                              std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("access_token");
    if (tokens.empty()) return nullptr;
    const bool usable = std::ranges::all_of(tokens, [](const Secret& token) {
        return !token.empty() && shared::is_printable_ascii(token.reveal());
    });
    if (!usable) {
        problem = "credentials.access_token: write the " + std::string(channel.token_from) +
                  " as it is, without blanks";
        return nullptr;
    }
    return std::make_unique<SendApi>(tokens, channel, std::move(addresses));
}

}  // namespace postern::adapters::meta
