// The way out of a visitor's account as an object: limits, and signs for the widget.
#include "adapters/errc.h"
#include "adapters/webchat/arrival.h"
#include "adapters/webchat/send.h"
#include "adapters/webchat/shown.h"

namespace postern::adapters::webchat {
namespace {

/// The widget knows each message by its id and draws it once, however often it comes.
constexpr SendTraits webchat_send_traits{
    .echo = true, .idempotent = true, .receipts = true, .typing = true, .mark_read = true};

class Sending final : public SendingAdapter {
  public:
    explicit Sending(bool any_length) : any_length_(any_length) {}

    const SendTraits& send_traits() const override { return webchat_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return webchat::check(content, any_length_);
    }
    /// There is no request: a courier takes the message.
    Result<SendStep> first_step(const SendRequest&) const override {
        return make_error_code(Errc::unsendable);
    }
    std::variant<SendStep, SendOutcome> answered(const SendRequest&, std::size_t,
                                                 const ProviderAnswer&) const override {
        return SendOutcome{};
    }
    Result<Rendering> rendered(const SendRequest& request) const override {
        Rendering out;
        ProviderCall& call = out.handed.emplace_back();
        call.method = "frame";
        call.url = "webchat:" + std::string(request.to);
        call.body = show(request.content, {.id = request.echo, .at = request.now});
        return out;
    }
    std::optional<ProviderCall> typing(std::string_view to, std::string_view) const override {
        ProviderCall call;
        call.url = typing_call;
        call.body = to;
        return call;
    }
    /// `external_id` begins with the visitor.
    std::optional<ProviderCall> mark_read(std::string_view,
                                          const LastMessage& last) const override {
        if (client_name(last.external_id).empty()) return std::nullopt;
        ProviderCall call;
        call.url = read_call;
        call.body = last.external_id;
        return call;
    }

  private:
    const bool any_length_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string&) {
    if (config.credential("visitor_secret").empty()) return nullptr;
    return std::make_unique<Sending>(config.setting("long_text") == "split");
}

}  // namespace postern::adapters::webchat
