#include "adapters/email/email.h"

#include <algorithm>
#include <array>

#include "adapters/email/email_account.h"
#include "adapters/email/imap_settings.h"
#include "adapters/email/mailgun.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/postmark.h"
#include "adapters/email/raw.h"
#include "adapters/email/sendgrid.h"
#include "adapters/email/ses.h"
#include "adapters/email/smtp_address.h"
#include "adapters/email/unsubscribe.h"
#include "adapters/email/verp.h"
#include "adapters/errc.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::email {
namespace {

constexpr Traits email_traits = {
    .channel = "email",
    // All but a bare pipe try again; SendGrid for three days.
    .redelivers = true,
    .dedupe_horizon = std::chrono::hours{24 * 7},
    .reply_content_type = "text/plain",
    .reply_body = "",
    .body_bytes_max = std::size_t{50} << 20,
};

enum class Inbound : unsigned char { none, sendgrid, mailgun, postmark, ses, raw, imap };
constexpr std::array<std::string_view, 7> names = {"",    "sendgrid", "mailgun", "postmark",
                                                   "ses", "raw",      "imap"};

class Email final : public HttpAdapter {
  public:
    Email(Inbound inbound, MailAccount account, std::string name, std::vector<Secret> link_secrets)
        : inbound_(inbound),
          account_(std::move(account)),
          name_(std::move(name)),
          link_secrets_(std::move(link_secrets)) {}

    const Traits& traits() const override { return email_traits; }
    /// Only a person who unsubscribes comes with a GET.
    std::optional<HandshakeReply> handshake(const WebhookRequest& request) const override {
        if (!is_unsubscribe(request)) return std::nullopt;
        return unsubscribe_page(request, name_, link_secrets_);
    }
    Verification verify(const WebhookRequest& request, Instant now) const override;
    Verification verify_with(const WebhookRequest& request, std::string_view document,
                             Instant now) const override;
    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override;

  private:
    const Inbound inbound_;
    const MailAccount account_;
    const std::string name_;
    const std::vector<Secret> link_secrets_;  // of the links in mails of this account
};

Verification Email::verify(const WebhookRequest& request, Instant now) const {
    if (request.method != "POST") return Verification::no("mail is delivered with POST only");
    if (is_unsubscribe(request)) {
        return unsubscribe_link(request, name_, link_secrets_)
                   ? Verification::ok()
                   : Verification::no("an unsubscribe link that this account did not make");
    }
    switch (inbound_) {
        case Inbound::sendgrid:
            return verify_sendgrid(account_, request, now);
        case Inbound::mailgun:
            return verify_mailgun(account_, request, now);
        case Inbound::postmark:
            return verify_postmark(account_, request);
        case Inbound::ses:
            return verify_ses(account_, request, nullptr, now);
        case Inbound::raw:
            return verify_raw(account_, request);
        case Inbound::imap:
            return Verification::no("this account's mail is fetched by IMAP: nobody delivers it");
        case Inbound::none:
            break;
    }
    return Verification::no("this account only sends: set inbound to who delivers its mail");
}

Verification Email::verify_with(const WebhookRequest& request, std::string_view document,
                                Instant now) const {
    if (inbound_ != Inbound::ses) return HttpAdapter::verify_with(request, document, now);
    return verify_ses(account_, request, &document, now);
}

Result<InboundBatch> Email::decode(const WebhookRequest& request, Instant now) const {
    if (const auto leaving = unsubscribe_link(request, name_, link_secrets_)) {
        return unsubscribe_batch(request, *leaving, now);
    }
    switch (inbound_) {
        case Inbound::sendgrid:
            return decode_sendgrid(account_, request, now);
        case Inbound::mailgun:
            return decode_mailgun(account_, request, now);
        case Inbound::postmark:
            return decode_postmark(account_, request, now);
        case Inbound::ses:
            return decode_ses(account_, request, now);
        case Inbound::raw:
            return decode_raw(account_, request, now);
        case Inbound::imap:
            return decode_fetched(account_, request, now);
        case Inbound::none:
            break;
    }
    return make_error_code(Errc::wrong_shape);
}

/// What each value of inbound_secret is depends on who delivers. (IMAP has a login instead.)
bool read_secrets(Inbound inbound, const AdapterConfig& config, MailAccount& account,
                  std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("inbound_secret");
    if (secrets.empty() || std::ranges::any_of(secrets, &Secret::empty)) {
        problem =
            "credentials.inbound_secret: write what proves that the provider calls "
            "(adapters/email/README.md says what it is for each)";
        return false;
    }
    for (const Secret& secret : secrets) {
        if (inbound == Inbound::sendgrid) {
            if (PublicKey key = PublicKey::parse(secret.reveal())) {
                account.keys.push_back(std::move(key));
                continue;
            }
        } else if (inbound == Inbound::ses && secret.reveal().starts_with("arn:")) {
            account.topics.emplace_back(secret.reveal());
            continue;
        }
        account.secrets.push_back(secret);
    }
    return true;
}

/// None where the bounce address is too long to be signed: then no mail of ours has a signed one.
std::vector<Secret> bounce_keys(const AdapterConfig& config) {
    const auto bounces = mail_address(config.setting("bounce_address"));
    const std::vector<Secret>& keys = config.credential("link_secret");
    if (!bounces || keys.empty()) return {};
    constexpr std::string_view some_name = "msg_00000000000000000000000000.1";
    const bool signs = verp_address(*bounces, some_name, keys.front()) != bounces->text();
    return signs ? keys : std::vector<Secret>{};
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const auto* const name = std::ranges::find(names, config.setting("inbound"));
    if (name == names.end()) {
        problem = "inbound: must be sendgrid, mailgun, postmark, ses, raw or imap";
        return nullptr;
    }
    const auto inbound = static_cast<Inbound>(name - names.begin());
    if (inbound != Inbound::mailgun && !config.credential("api_key").empty()) {
        problem = "credentials.api_key: only Mailgun's is used, to fetch files that it stores";
        return nullptr;
    }
    MailAccount account;
    account.base_url = shared::base_url(config, {});
    const std::vector<Mailbox> from = mailboxes(config.setting("from"));
    if (!from.empty()) account.own_address = from.front().address;
    account.bounce_keys = bounce_keys(config);
    if (inbound == Inbound::imap) {
        if (!imap_account(config, problem)) return nullptr;
    } else if (inbound != Inbound::none && !read_secrets(inbound, config, account, problem)) {
        return nullptr;
    }
    return std::make_unique<Email>(inbound, std::move(account), config.account,
                                   config.credential("link_secret"));
}

}  // namespace postern::adapters::email
