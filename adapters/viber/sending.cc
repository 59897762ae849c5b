// The way out as an object: one bot and the name that it speaks under.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/content_check.h"
#include "adapters/shared/endpoint.h"
#include "adapters/viber/build.h"
#include "adapters/viber/send.h"

namespace postern::adapters::viber {
namespace {

constexpr std::string_view usual_base = "https://chatapi.viber.com/pa";
constexpr std::size_t sender_name_max = 28;

/// Receipts name Viber's token alone; what we send along comes back with the person's next message,
/// too late to prove anything. The same message is taken twice.
constexpr SendTraits viber_send_traits{
    .echo = false,
    .idempotent = false,
    .receipts = true,
    .typing = false,
    .mark_read = false,
    .reply_ends_limit = true,
};

/// A message without a sender's name is refused (status 4), so the account's own stands in.
std::string sender_name_of(const AdapterConfig& config) {
    const std::string_view name = config.setting("sender_name");
    return name.empty() ? config.account.substr(0, sender_name_max) : std::string(name);
}

class Sending final : public SendingAdapter {
  public:
    explicit Sending(const AdapterConfig& config)
        : tokens_(config.credential("auth_token")),
          url_(shared::base_url(config, usual_base).append("/send_message")),
          sender_name_(sender_name_of(config)) {}

    const SendTraits& send_traits() const override { return viber_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return viber::check(content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || viber::check(request.content)) {
            return make_error_code(Errc::unsendable);
        }
        ProviderCall call;
        call.url = url_;
        call.headers.reserve(2);
        call.headers.emplace_back("X-Viber-Auth-Token", tokens_.front().reveal());
        call.headers.emplace_back("Content-Type", "application/json");
        call.body = message_body(request, sender_name_);
        return SendStep{std::move(call), true};
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        return classify(answer, request.now, tokens_);
    }

    Result<Rendering> rendered(const SendRequest& request) const override {
        Rendering out;
        if (!request.content.buttons.empty() || !request.content.sections.empty())
            out.text = composed_text(request.content);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }

    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    std::vector<Secret> tokens_;
    std::string url_;
    std::string sender_name_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("auth_token");
    if (tokens.empty()) return nullptr;
    const bool usable = std::ranges::all_of(tokens, [](const Secret& token) {
        return !token.empty() && shared::is_printable_ascii(token.reveal());
    });
    if (!usable) {
        problem = "credentials.auth_token: write the bot's token as it is, without blanks";
        return nullptr;
    }
    if (shared::characters(config.setting("sender_name")) > sender_name_max) {
        problem = "sender_name: Viber takes at most 28 characters";
        return nullptr;
    }
    return std::make_unique<Sending>(config);
}

}  // namespace postern::adapters::viber
