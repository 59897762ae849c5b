// The channel's check says how much fits, so a limit is written down once, in the unit that the
// provider counts in.
#include "adapters/long_text.h"

#include <string>
#include <utility>

#include "adapters/shared/sms_segments.h"
#include "adapters/shared/split_text.h"

namespace postern::adapters {
namespace {

bool is_too_long(const std::optional<FieldProblem>& problem) {
    return problem && problem->field == "text" && problem->code == "too_long";
}

/// What it does not change is the channel's.
class Around : public SendingAdapter {
  public:
    explicit Around(std::unique_ptr<SendingAdapter> inner) : inner_(std::move(inner)) {}

    const SendTraits& send_traits() const override { return inner_->send_traits(); }
    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return inner_->check(content);
    }
    Result<SendStep> first_step(const SendRequest& request) const override {
        return inner_->first_step(request);
    }
    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t step,
                                                 const ProviderAnswer& answer) const override {
        return inner_->answered(request, step, answer);
    }
    Result<Rendering> rendered(const SendRequest& request) const override {
        return inner_->rendered(request);
    }
    std::optional<ProviderCall> typing(std::string_view to,
                                       std::string_view last_external_id) const override {
        return inner_->typing(to, last_external_id);
    }
    std::optional<ProviderCall> mark_read(std::string_view to,
                                          const LastMessage& last) const override {
        return inner_->mark_read(to, last);
    }
    std::optional<SendOutcome> sign_refused(const ProviderAnswer& answer,
                                            Instant now) const override {
        return inner_->sign_refused(answer, now);
    }
    bool token_refused(const ProviderAnswer& answer) const override {
        return inner_->token_refused(answer);
    }
    std::optional<ProviderCall> list_templates(std::string_view page) const override {
        return inner_->list_templates(page);
    }
    std::variant<TemplatePage, SendOutcome> listed(const ProviderAnswer& answer,
                                                   Instant now) const override {
        return inner_->listed(answer, now);
    }

  protected:
    [[nodiscard]] const SendingAdapter& inner() const { return *inner_; }

  private:
    std::unique_ptr<SendingAdapter> inner_;
};

class Splitting final : public Around {
  public:
    using Around::Around;

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        auto problem = inner().check(content);
        if (content.type != ContentType::text || !is_too_long(problem)) return problem;
        const std::vector<OutboundContent> all = cut(content);
        if (!all.empty()) return inner().check(all.front());
        problem->detail.append("; long_text makes at most ")
            .append(std::to_string(long_text_parts_max))
            .append(" messages of a text");
        return problem;
    }

    std::vector<OutboundContent> parts(const OutboundContent& content) const override {
        if (content.type != ContentType::text || !is_too_long(inner().check(content))) return {};
        return cut(content);
    }

    /// The requests of all parts, since a reader of the first alone would miss the others.
    Result<Rendering> rendered(const SendRequest& request) const override {
        const std::vector<OutboundContent> all = parts(request.content);
        if (all.empty()) return inner().rendered(request);
        Rendering out;
        for (const OutboundContent& part : all) {
            SendRequest one{.to = request.to,
                            .content = part,
                            .reply_to = out.handed.empty() ? request.reply_to : std::string_view{},
                            .echo = request.echo,
                            .status_url = request.status_url,
                            .now = request.now,
                            .human_agent = request.human_agent,
                            .proactive = request.proactive,
                            .expires = request.expires,
                            .category = request.category};
            auto step = inner().first_step(one);
            if (!step) return step.error();
            out.handed.push_back(std::move(step->call));
        }
        return out;
    }

  private:
    std::vector<OutboundContent> cut(const OutboundContent& content) const {
        OutboundContent part = content;
        const auto fits = [&](std::string_view text) {
            part.text = text;
            return !is_too_long(inner().check(part));
        };
        std::vector<OutboundContent> out;
        for (const std::string_view text :
             shared::split_text(content.text, fits, long_text_parts_max)) {
            part.text = text;
            out.push_back(part);
        }
        return out;
    }
};

class OneSms final : public Around {
  public:
    using Around::Around;

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        auto problem = inner().check(content);
        if (problem || content.type != ContentType::text) return problem;
        const shared::SmsSegments segments = shared::sms_segments(content.text);
        if (segments.count < 2) return std::nullopt;
        return FieldProblem{"text", "too_long",
                            "the text needs " + std::to_string(segments.count) +
                                " SMS; this account sends one a message (long_text)"};
    }
};

}  // namespace

bool goes_as_sms(const AdapterConfig& config) {
    const std::string_view from = config.setting("from");
    if (config.channel == "smpp") return true;
    // A word before a colon names another carrier.
    const bool plain = from.find(':') == std::string_view::npos;
    if (config.channel == "twilio") return plain;
    return config.channel == "vonage" &&
           (config.setting("api") != "messages" || plain || from.starts_with("sms:"));
}

std::unique_ptr<SendingAdapter> with_long_text(std::unique_ptr<SendingAdapter> inner,
                                               const AdapterConfig& config) {
    const std::string_view wish = config.setting("long_text");
    if (inner == nullptr || wish.empty()) return inner;
    if (wish == "refuse") {
        if (!goes_as_sms(config)) return inner;
        return std::make_unique<OneSms>(std::move(inner));
    }
    // What a courier carries it takes whole.
    if (config.channel == "smpp" || config.channel == "email" || config.channel == "webchat")
        return inner;
    return std::make_unique<Splitting>(std::move(inner));
}

}  // namespace postern::adapters
