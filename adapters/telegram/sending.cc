// The way out as an object: one bot. Its token stands in every URL, which is why calls are never
// logged.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/telegram/send.h"
#include "adapters/telegram/updates.h"

namespace postern::adapters::telegram {
namespace {

/// Telegram tells nothing of a message after its answer, and takes the same one twice.
constexpr SendTraits telegram_send_traits{.echo = false,
                                          .idempotent = false,
                                          .receipts = false,
                                          .typing = true,
                                          .mark_read = false,
                                          .uploads = Uploads::without_url};

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : tokens_(config.credential("bot_token")), url_(methods_url(config)) {}

    const SendTraits& send_traits() const override { return telegram_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return telegram::check(content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || telegram::check(request.content)) {
            return make_error_code(Errc::unsendable);
        }
        const bool by_bytes = request.content.url.empty() && !request.content.upload.empty();
        if (by_bytes && request.file == nullptr) return make_error_code(Errc::unsendable);
        return step_to(request, request.to);
    }

    /// A group that became a supergroup has another id: the message goes there, once.
    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t step,
                                                 const ProviderAnswer& answer) const override {
        if (step == 0 && request.content.type != ContentType::reaction) {
            const std::string chat = migrated_to(answer);
            if (!chat.empty()) {
                SendStep moved = step_to(request, chat);
                moved.nothing_sent_yet = true;  // the old group took nothing
                return moved;
            }
        }
        return classify(request, answer, tokens_);
    }

    Result<Rendering> rendered(const SendRequest& request) const override {
        Rendering out;
        if (!request.content.buttons.empty() || !request.content.sections.empty())
            out.text = composed_text(request.content);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view to, std::string_view) const override {
        if (to.empty()) return std::nullopt;
        return call("sendChatAction", typing_parameters(to));
    }

    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    SendStep step_to(const SendRequest& request, std::string_view chat) const {
        if (request.file != nullptr) {
            ProviderCall out;
            out.url = url_;
            out.url.append(fill_with_file(request, chat, out));
            return {std::move(out), true};
        }
        Method method = message_method(request, chat);
        return {call(method.name, std::move(method.parameters)), true};
    }

    ProviderCall call(std::string_view method, std::string parameters) const {
        ProviderCall out;
        out.url.reserve(url_.size() + method.size());
        out.url.append(url_).append(method);
        out.headers.emplace_back("Content-Type", "application/json");
        out.body = std::move(parameters);
        return out;
    }

    std::vector<Secret> tokens_;
    std::string url_;
};

/// The token stands in the URL: only letters that keep it whole there. @BotFather writes no other.
bool possible(const Secret& secret) {
    const std::string_view token = secret.reveal();
    const auto letter = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-' || c == ':';
    };
    return !token.empty() && std::ranges::all_of(token, letter);
}

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("bot_token");
    if (tokens.empty()) return nullptr;
    if (!std::ranges::all_of(tokens, possible)) {
        problem = "credentials.bot_token: write it as @BotFather gave it, such as 123456:ABC-xyz";
        return nullptr;
    }
    return std::make_unique<Sending>(config);
}

}  // namespace postern::adapters::telegram
