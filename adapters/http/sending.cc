// The way out as an object: what a document can say follows from the placeholders that it has.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/http/send.h"
#include "adapters/http/send_document.h"
#include "adapters/shared/content_check.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::http {
namespace {

/// What must stand in the document for a content of that type to arrive whole; of each row one.
std::vector<std::vector<Slot>> needed(ContentType type) {
    switch (type) {
        case ContentType::text:
            return {{Slot::text, Slot::text_and_url, Slot::text_hex}};
        case ContentType::media:
            return {{Slot::url, Slot::text_and_url}};
        case ContentType::template_:
            return {{Slot::name}};
        case ContentType::location:
            return {{Slot::latitude}, {Slot::longitude}};
        case ContentType::reaction:
            return {{Slot::message}, {Slot::emoji}};
        default:
            return {{Slot::content}};
    }
}

class Sending final : public SendingAdapter {
  public:
    Sending(SendDocument document, Sender sender, std::vector<Secret> secrets, bool receives)
        : document_(std::move(document)), sender_(std::move(sender)), secrets_(std::move(secrets)) {
        traits_.echo = receives && document_.uses(Slot::echo);
        traits_.idempotent = document_.idempotent;
        traits_.receipts = receives;
        for (const auto& [name, pieces] : document_.headers) strike_out(pieces);
        strike_out(document_.url);
        strike_out(document_.body);
    }

    const SendTraits& send_traits() const override { return traits_; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        shared::ContentCheck check("this account's provider");
        if (content.type == ContentType::choice || content.type == ContentType::unsupported) {
            check.no_messages(content.type);
        }
        if (!document_.uses(Slot::content)) {
            for (const auto& slots : needed(content.type)) {
                if (std::ranges::any_of(slots, [&](Slot one) { return document_.uses(one); }))
                    continue;
                check.not_supported("type", "place for such a message in its `send` document");
            }
        }
        if (content.type == ContentType::text) check.required("text", content.text);
        if (content.type == ContentType::media) check.url("url", content.url);
        if (content.type == ContentType::template_) check.required("name", content.name);
        if (content.type == ContentType::location) check.coordinates(content.point);
        if (content.type == ContentType::reaction) check.required("message", content.reaction_to);
        return check.take();
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || check(request.content)) return make_error_code(Errc::unsendable);
        SendStep step;
        step.call.method = document_.method;
        fill(document_.url, request, sender_, step.call.url);
        step.call.headers.reserve(document_.headers.size());
        for (const auto& [name, pieces] : document_.headers) {
            std::string value;
            fill(pieces, request, sender_, value);
            step.call.headers.emplace_back(name, std::move(value));
        }
        fill(document_.body, request, sender_, step.call.body);
        return step;
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        return classify(document_, request, answer, secrets_);
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    /// A complaint may repeat a header, where the secret stands encoded.
    void strike_out(const Template& pieces) {
        for (const SlotPiece& piece : pieces) {
            if (piece.slot == Slot::basic) secrets_.emplace_back(piece.text);
        }
    }

    SendDocument document_;
    Sender sender_;
    std::vector<Secret> secrets_;
    SendTraits traits_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::string_view text = config.setting("send");
    if (text.empty()) return nullptr;
    Sender sender{config.account, std::string(shared::newest(config, "secret").reveal())};
    SendDocument document = parse_send(text, shared::base_url(config, {}), sender, problem);
    if (!problem.empty()) return nullptr;
    const bool receives = !config.setting("receive").empty();
    return std::make_unique<Sending>(std::move(document), std::move(sender),
                                     config.credential("secret"), receives);
}

}  // namespace postern::adapters::http
