// The way out of an e-mail account: what its settings say, and from a message to the letter that a
// relay takes. The courier of gateway/smtp brings it there; the registry knows make_sending(). Pure
// functions. Thread: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/email/attached_letter.h"
#include "adapters/email/dkim.h"
#include "adapters/email/smtp_client.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters::email {

/// How the token of SMTP is got where the relay wants OAuth2 (RFC 6749 section 6).
struct OauthRefresh {
    std::string token_url;  // empty: there is no OAuth
    std::string client_id;
    Secret client_secret;  // may be empty: a public client
    Secret refresh_token;
};

/// One account's way out, as configured.
struct SmtpAccount {
    std::string account;
    NamedAddress from;
    std::string reply_to;
    std::string subject;  // of mails whose content names none
    std::string host;
    std::uint16_t port = 587;
    SmtpOptions smtp;
    OauthRefresh oauth;
    std::vector<DkimSigner> signers;
    std::optional<MailAddress> bounces;        // the envelope sender; absent: `from`
    std::vector<Secret> link_secrets;          // of bounce addresses and unsubscribe links
    std::vector<Secret> credentials;           // all of them: struck out of what a server says
    bool receives = false;                     // bounces and receipts come back
    std::string inbound;                       // who tells of them: "postmark", "ses"; or empty
    std::uint32_t attach_limit = 10u << 20;    // bytes of a file within a mail, as encoded; 0: none
    std::uint16_t connections_max = 4;         // a thread
    std::uint16_t connections_domain_max = 2;  // a thread, with mail for one domain
    std::uint16_t mails_connection_max = 100;
};

/// Null without a problem: no smtp_host, so the account only receives. send_settings.cc
[[nodiscard]] std::shared_ptr<const SmtpAccount> smtp_account(const AdapterConfig& config,
                                                              std::string& problem);

/// As smtp_account().
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// send_check.cc
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// send_letter.cc
/// `<echo>@<domain of from>`, the external id of a mail of ours, without brackets. Bounces, replies
/// and receipts bring it back.
[[nodiscard]] std::string message_id(const SmtpAccount& account, std::string_view echo);
/// The echo in a Message-ID of ours, of any account with that `from`.
[[nodiscard]] std::optional<std::string> echo_of_message_id(std::string_view id,
                                                            std::string_view domain);

/// The letter, signed where the account signs; what `content.url` names stands as a link in the
/// text. Errors: unsendable (the address is none that mail can go to).
[[nodiscard]] Result<SmtpLetter> make_letter(const SmtpAccount& account, const SendRequest& request,
                                             const SmtpExtensions& server);

/// An upload that goes along within a mail.
struct LetterFile {
    std::string filename;    // any UTF-8, or empty
    std::string mime;        // what is no media type becomes application/octet-stream
    std::uint64_t size = 0;  // bytes
};
/// Whether account and server let it; else it goes as a link.
[[nodiscard]] bool takes_file(const SmtpAccount& account, const SendRequest& request,
                              const SmtpExtensions& server, std::uint64_t file_bytes);
/// The same for who looks at it before it goes, to a server of no extensions: subject, text, and
/// the letter. Around a file it bears no signature, which would be made of the file's bytes.
[[nodiscard]] Result<Rendering> render_mail(const SmtpAccount& account, const SendRequest& request);
/// As make_letter(), around a file that is read later.
[[nodiscard]] Result<std::unique_ptr<AttachedLetter>> attach_file(const SmtpAccount& account,
                                                                  const SendRequest& request,
                                                                  const SmtpExtensions& server,
                                                                  const LetterFile& file);

/// SendRequest::category of what the gateway itself tells its operators, beside the contract's.
inline constexpr std::string_view alarm_category = "alarm";

}  // namespace postern::adapters::email
