// What the core asks of the way out beside sending itself, which is the courier's.
#include "adapters/email/send.h"
#include "adapters/errc.h"

namespace postern::adapters::email {
namespace {

class Sending final : public SendingAdapter {
  public:
    explicit Sending(std::shared_ptr<const SmtpAccount> of) : account_(std::move(of)) {
        const SmtpAccount& account = *account_;
        // The Message-ID comes back in bounces and receipts, where the account receives them.
        traits_.echo = account.receives;
        traits_.receipts = account.receives;
        traits_.carried_bytes_max = base64_lines_fit(account.attach_limit);
        if (traits_.carried_bytes_max > 0) traits_.uploads = Uploads::without_url;
    }

    const SendTraits& send_traits() const override { return traits_; }
    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return email::check(content);
    }
    /// SMTP has no requests: gateway/smtp brings the letter.
    Result<SendStep> first_step(const SendRequest&) const override {
        return make_error_code(Errc::unsendable);
    }
    std::variant<SendStep, SendOutcome> answered(const SendRequest&, std::size_t,
                                                 const ProviderAnswer&) const override {
        return SendOutcome{};
    }
    Result<Rendering> rendered(const SendRequest& request) const override {
        return render_mail(*account_, request);
    }
    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    std::shared_ptr<const SmtpAccount> account_;
    SendTraits traits_;
};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const auto account = smtp_account(config, problem);
    return account ? std::make_unique<Sending>(account) : nullptr;
}

}  // namespace postern::adapters::email
