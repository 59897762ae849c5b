// The way out as an object: one channel's access token. Every push bears a retry key from the first
// attempt on, so that an answer that never came can be asked for again.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/line/build.h"
#include "adapters/line/send.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::line {
namespace {

constexpr std::string_view usual_base = "https://api.line.me";

/// LINE tells nothing of a message after its answer.
constexpr SendTraits line_send_traits{
    .echo = false, .idempotent = true, .receipts = false, .typing = true, .mark_read = true};

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : split_(config.setting("long_text") == "split"),
          tokens_(config.credential("access_token")),
          base_(shared::base_url(config, usual_base)),
          authorization_("Bearer " + std::string(tokens_.front().reveal())) {}

    const SendTraits& send_traits() const override { return line_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return line::check(content, split_);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || line::check(request.content, split_)) {
            return make_error_code(Errc::unsendable);
        }
        SendStep step{call("/v2/bot/message/push", push_body(request)), true};
        if (!request.echo.empty()) {
            step.call.headers.emplace_back("X-Line-Retry-Key", retry_key(request.echo));
        }
        return step;
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        return classify(request, answer, tokens_);
    }

    /// Only a person's own chat shows it; groups (C…) and rooms (R…) do not.
    Result<Rendering> rendered(const SendRequest& request) const override {
        const OutboundContent& content = request.content;
        const bool choices = !content.buttons.empty() || !content.sections.empty();
        Rendering out;
        if (choices && form_of(content) == Form::quick_replies) out.text = composed_text(content);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view to, std::string_view) const override {
        if (!to.starts_with('U')) return std::nullopt;
        return call("/v2/bot/chat/loading/start", loading_body(to));
    }

    /// Marks that message and all before it; taps of buttons have no token.
    std::optional<ProviderCall> mark_read(std::string_view,
                                          const LastMessage& last) const override {
        const std::string token = read_token(last.details_json);
        if (token.empty()) return std::nullopt;
        return call("/v2/bot/chat/markAsRead", read_body(token));
    }

  private:
    ProviderCall call(std::string_view path, std::string body) const {
        ProviderCall out;
        out.url.reserve(base_.size() + path.size());
        out.url.append(base_).append(path);
        out.headers.reserve(3);
        out.headers.emplace_back("Authorization", authorization_);
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = std::move(body);
        return out;
    }

    bool split_;  // the account's long_text
    std::vector<Secret> tokens_;
    std::string base_;
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
        problem =
            "credentials.access_token: write the channel access token as it is, without "
            "blanks";
        return nullptr;
    }
    return std::make_unique<Sending>(config);
}

}  // namespace postern::adapters::line
