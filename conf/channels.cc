// The channels' own credentials and keys.
#include "conf/channels.h"

namespace postern::conf {
namespace {

using Words = std::string_view;
using Kind = SettingKind;

constexpr Words meta_credentials[] = {"app_secret", "access_token", "verify_token"};
constexpr Words telegram_credentials[] = {"bot_token", "secret_token"};
constexpr Words line_credentials[] = {"channel_secret", "access_token"};
constexpr Words viber_credentials[] = {"auth_token"};
constexpr Words wechat_credentials[] = {"token", "app_secret", "encoding_aes_key"};
constexpr Words twilio_credentials[] = {"auth_token"};
constexpr Words vonage_credentials[] = {"api_secret", "signature_secret", "private_key"};
constexpr Words smpp_credentials[] = {"password"};
constexpr Words email_credentials[] = {
    "smtp_password",       "inbound_secret",      "link_secret",   "dkim_key", "dkim_ed25519_key",
    "oauth_client_secret", "oauth_refresh_token", "imap_password", "api_key"};
constexpr Words webchat_credentials[] = {"visitor_secret"};
constexpr Words http_credentials[] = {"secret"};

constexpr Words telegram_inbound[] = {"webhook", "poll"};
constexpr Words vonage_apis[] = {"sms", "messages"};
constexpr Words vonage_signatures[] = {"md5hash", "md5", "sha1", "sha256", "sha512"};
constexpr Words smtp_mechanisms[] = {"plain", "login", "xoauth2", "oauthbearer"};
constexpr Words inbound_schemes[] = {"sendgrid", "mailgun", "postmark", "ses", "raw", "imap"};

constexpr Words smpp_long[] = {"udh", "udh16", "sar", "payload"};
constexpr Words smpp_receipt_ids[] = {"auto", "exact", "hex_to_dec", "dec_to_hex", "ci_trim_zero"};

constexpr SettingSpec whatsapp_settings[] = {
    {"phone_number_id", Kind::text, {}, "The number's id at Meta; webhooks name it."},
    {"waba_id", Kind::text, {}, "The WhatsApp Business Account."},
};
constexpr SettingSpec messenger_settings[] = {
    {"page_id", Kind::text, {}, "The page; webhooks name it."},
};
constexpr SettingSpec instagram_settings[] = {
    {"instagram_id", Kind::text, {}, "The professional account; webhooks name it."},
    {"page_id", Kind::text, {}, "The linked page, where its token sends."},
};
constexpr SettingSpec telegram_settings[] = {
    {"inbound", Kind::text, telegram_inbound,
     "How updates come: by webhook (default), or asked for with bot_token, without a public "
     "address."},
};
constexpr SettingSpec viber_settings[] = {
    {"sender_name", Kind::text, {}, "Shown to the person, up to 28 characters."},
};
constexpr SettingSpec wechat_settings[] = {
    {"app_id", Kind::text, {}, "The official account's AppID."},
};
constexpr SettingSpec twilio_settings[] = {
    {"account_sid", Kind::text, {}, "AC…"},
    {"from", Kind::text, {}, "\"+1…\" or \"whatsapp:+1…\"."},
    {"messaging_service_sid", Kind::text, {}, "MG…, instead of from."},
    {"public_url", Kind::text, {}, "The URL that Twilio signs, where a proxy changes it."},
};
constexpr SettingSpec vonage_settings[] = {
    {"api_key", Kind::text, {}, "Of the Vonage account."},
    {"application_id", Kind::text, {}, "For the messages API."},
    {"from",
     Kind::text,
     {},
     "Number or name; messages: mms:, whatsapp:, messenger:, viber: or rcs: before it."},
    {"api", Kind::text, vonage_apis, "Which of Vonage's APIs."},
    {"signature_method", Kind::text, vonage_signatures, "As set in Vonage's dashboard."},
};
constexpr SettingSpec smpp_settings[] = {
    {"host", Kind::text, {}, "The message centre; several with commas, or host:port."},
    {"port", Kind::port, {}, "Its port. Default: 2775."},
    {"tls", Kind::scalar, {}, "true: TLS to the message centre, from the first byte on."},
    {"system_id", Kind::text, {}, "The login."},
    {"system_type", Kind::text, {}, "Where the centre wants one."},
    {"bind", Kind::text, {}, "transceiver (default), transmitter, receiver, transmitter+receiver."},
    {"binds", Kind::number, {}, "How many connections of each kind, 1 to 16. Default: 1."},
    {"source_addr", Kind::text, {}, "The sender: +573001234567, a short code, or a name."},
    {"source_ton", Kind::text, {}, "Its type of number, where the centre wants another."},
    {"source_npi", Kind::text, {}, "Its numbering plan, likewise."},
    {"window", Kind::number, {}, "Submissions in flight. (A table here is the 24-hour window.)"},
    {"default_charset", Kind::text, {}, "What data_coding 0 means: gsm7 (default), latin1, ascii."},
    {"long_messages", Kind::text, smpp_long, "How parts of a long text are joined. Default: udh."},
    {"parts_max", Kind::number, {}, "Texts of more parts are refused. Default: 10."},
    {"receipt_id", Kind::text, smpp_receipt_ids,
     "How a receipt spells the id that the submission was answered with. Default: auto."},
    {"enquire_link_s", Kind::number, {}, "Silence after which the centre is asked. Default: 30."},
};
constexpr SettingSpec email_settings[] = {
    {"smtp_host", Kind::text, {}, "The relay."},
    {"smtp_port", Kind::port, {}, "Its port. Default: 587, with smtp_tls = \"implicit\" 465."},
    {"smtp_tls",
     Kind::scalar,
     {},
     "starttls (default), implicit (default on port 465), or none: "
     "with a login only to this machine."},
    {"smtp_username", Kind::text, {}, "The login; absent: the relay wants none."},
    {"smtp_auth", Kind::text, smtp_mechanisms, "Absent: the best that the relay offers."},
    {"smtp_hello",
     Kind::text,
     {},
     "This machine's name to the relay. Default: the domain of from."},
    {"smtp_connections", Kind::number, {}, "At once, an I/O thread. Default: 4."},
    {"smtp_domain_connections", Kind::number, {}, "Of them for one recipient domain. Default: 2."},
    {"smtp_connection_mails", Kind::number, {}, "Over one connection. Default: 100."},
    {"attach_limit",
     Kind::number,
     {},
     "Bytes of an upload within a mail, a third more than the file has; larger ones go as a link. "
     "0: all do. Default: 10485760."},
    {"oauth_token_url",
     Kind::text,
     {},
     "Where an access token for SMTP and IMAP is got with "
     "credentials.oauth_refresh_token."},
    {"oauth_client_id", Kind::text, {}, "The application that it was given to."},
    {"from", Kind::text, {}, "The sender: \"Acme <notices@example.com>\"."},
    {"reply_to", Kind::text, {}, "Where answers go, if not to from."},
    {"subject", Kind::text, {}, "Of mails whose content has none. Absent: the text's first line."},
    {"bounce_address",
     Kind::text,
     {},
     "Envelope sender; +<message> is added, signed with "
     "credentials.link_secret."},
    {"public_url",
     Kind::text,
     {},
     "https://…/webhooks/<id> as mailbox providers reach it: for "
     "one-click unsubscription, signed with credentials.link_secret."},
    {"dkim",
     Kind::table,
     {},
     "{ domain, selector, ed25519_selector }; keys: credentials.dkim_key, "
     "credentials.dkim_ed25519_key (PEM)."},
    {"inbound", Kind::text, inbound_schemes,
     "Who delivers inbound mail, and how it signs; imap: it is fetched, without a public address."},
    {"imap_host", Kind::text, {}, "The server whose mailbox is emptied."},
    {"imap_port", Kind::port, {}, "Its port. Default: 993, without implicit TLS 143."},
    {"imap_tls", Kind::scalar, {}, "implicit (default), starttls, or none: only to this machine."},
    {"imap_username", Kind::text, {}, "The login. Default: smtp_username."},
    {"imap_mailbox", Kind::text, {}, "Default: INBOX. Nobody else should read it."},
    {"imap_after",
     Kind::text,
     {},
     "What becomes of a mail that is safe here: \"seen\" (default), \"delete\", or "
     "\"move:Folder\"."},
    {"imap_idle_s",
     Kind::number,
     {},
     "An IDLE is begun anew after so long: 10 to 1740. Default: 1500; less where a NAT forgets "
     "sooner."},
};
constexpr SettingSpec webchat_settings[] = {
    {"origins", Kind::list, {}, "Web origins that may open a chat."},
    {"form", Kind::list, {}, "Fields asked first: [{ name, type, required }]."},
};
constexpr SettingSpec http_settings[] = {
    {"send", Kind::table, {}, "Template of a request that sends."},
    {"receive", Kind::table, {}, "How a webhook is read."},
};

constexpr ChannelSpec all[] = {
    {"whatsapp", meta_credentials, whatsapp_settings},
    {"messenger", meta_credentials, messenger_settings},
    {"instagram", meta_credentials, instagram_settings},
    {"telegram", telegram_credentials, telegram_settings},
    {"line", line_credentials, {}},
    {"viber", viber_credentials, viber_settings},
    {"wechat", wechat_credentials, wechat_settings},
    {"twilio", twilio_credentials, twilio_settings},
    {"vonage", vonage_credentials, vonage_settings},
    {"smpp", smpp_credentials, smpp_settings},
    {"email", email_credentials, email_settings},
    {"webchat", webchat_credentials, webchat_settings},
    {"http", http_credentials, http_settings},
};

}  // namespace

std::span<const ChannelSpec> channel_specs() {
    return all;
}

const ChannelSpec* find_channel(std::string_view name) {
    for (const ChannelSpec& spec : all) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

std::vector<std::string_view> channel_names() {
    std::vector<std::string_view> out;
    for (const ChannelSpec& spec : all) out.push_back(spec.name);
    return out;
}

std::string_view kind_name(SettingKind kind) {
    switch (kind) {
        case Kind::text:
            return "text";
        case Kind::number:
            return "integer";
        case Kind::scalar:
            return "text or flag";
        case Kind::list:
            return "list";
        case Kind::table:
            return "table";
        case Kind::port:
            return "port";
    }
    return "";
}

}  // namespace postern::conf
