#include "adapters/email/postmark.h"

#include "adapters/email/decode.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/email/mime_charset.h"
#include "adapters/email/mime_html.h"
#include "adapters/errc.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

/// Base64 with line ends or without; nothing if it is none.
std::string bytes_of(std::string_view base64) {
    std::string compact(base64);
    std::erase_if(compact, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    return shared::from_base64(compact).value_or("");
}

void add_files(json::Object from, Mail& mail) {
    const auto list = json::array(from, "Attachments");
    if (!list) return;
    for (const json::Value value : *list) {
        const auto one = json::as_object(value);
        if (!one) continue;
        const std::string_view type = json::text(*one, "ContentType");
        mail.files.push_back({std::string(json::text(*one, "Name")),
                              lower(trim(type.substr(0, type.find(';')))),
                              std::string(json::text(*one, "ContentID")), false,
                              bytes_of(json::text(*one, "Content"))});
    }
}

/// As a header has it, the name in quotes.
std::string mailbox(std::string_view name, std::string_view address) {
    std::string out;
    for (const char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    if (!out.empty()) out = '"' + out + "\" ";
    return out.append("<").append(address).append(">");
}

/// «From» is the address alone; who that is stands beside it. Empty if only «From» tells.
std::string sender_of(json::Object from) {
    const auto full = json::object(from, "FromFull");
    const std::string_view address = full ? json::text(*full, "Email") : std::string_view{};
    const std::string_view plain = json::text(from, "From");
    if (address.empty() || (!plain.empty() && !contains(plain, lower(address)))) return {};
    const std::string_view name = json::text(*full, "Name");
    return mailbox(name.empty() ? json::text(from, "FromName") : name, address);
}

/// Of «ToFull» or «CcFull», as a header has them; empty if there is no such list.
std::string people_of(json::Object from, std::string_view name) {
    std::string out;
    const auto list = json::array(from, name);
    if (!list) return out;
    for (const json::Value value : *list) {
        const auto one = json::as_object(value);
        const std::string_view address = one ? json::text(*one, "Email") : std::string_view{};
        if (address.empty()) continue;
        if (!out.empty()) out += ", ";
        out += mailbox(json::text(*one, "Name"), address);
    }
    return out;
}

void add_headers(json::Object from, Mail& mail) {
    if (const auto list = json::array(from, "Headers")) {
        for (const json::Value value : *list) {
            const auto one = json::as_object(value);
            if (!one) continue;
            mail.headers.push_back(
                {std::string(json::text(*one, "Name")), std::string(json::text(*one, "Value"))});
        }
    }
    std::string sender = sender_of(from);
    if (!sender.empty() && !mail.has("From")) mail.headers.push_back({"From", std::move(sender)});
    for (const char* name : {"To", "Cc"}) {
        std::string people = people_of(from, std::string(name) + "Full");
        if (!people.empty() && !mail.has(name)) mail.headers.push_back({name, std::move(people)});
    }
    for (const char* name : {"From", "To", "Cc", "Subject", "Date"}) {
        const std::string_view value = json::text(from, name);
        if (!value.empty() && !mail.has(name)) mail.headers.push_back({name, std::string(value)});
    }
    const std::string_view reply_to = json::text(from, "ReplyTo");
    if (!reply_to.empty() && !mail.has("Reply-To"))
        mail.headers.push_back({"Reply-To", std::string(reply_to)});
}

Mail mail_of(json::Object from) {
    Mail mail;
    const std::string_view raw = json::text(from, "RawEmail");
    if (!raw.empty()) mail = parse_mail(raw);
    if (!mail.has("From")) {
        mail = {};
        add_headers(from, mail);
        mail.text = cut(text_to_utf8(json::text(from, "TextBody"), "utf-8"), mail_text_max);
        if (blank(mail.text))
            mail.text =
                cut(html_text(text_to_utf8(json::text(from, "HtmlBody"), "utf-8")), mail_text_max);
        add_files(from, mail);
    }
    mail.reply = cut(text_to_utf8(json::text(from, "StrippedTextReply"), "utf-8"), mail_text_max);
    const std::string_view recipient = json::text(from, "OriginalRecipient");
    if (!recipient.empty()) mail.envelope_to.emplace_back(recipient);
    return mail;
}

}  // namespace

Verification verify_postmark(const MailAccount& account, const WebhookRequest& request) {
    if (carries_secret(request, account.secrets)) return Verification::ok();
    return Verification::no(
        "the password is another: write https://user:password@ in front of the "
        "host of the webhook URL, with inbound_secret as the password");
}

Result<InboundBatch> decode_postmark(const MailAccount& account, const WebhookRequest& request,
                                     Instant now) {
    const auto parsed = json::parse(request.body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    if (!root) return make_error_code(Errc::wrong_shape);
    const std::string_view kind = json::text(*root, "RecordType");
    // Hooks of old name no record; a bounce has From, too, which is ours.
    const bool old_bounce = kind.empty() && json::member(*root, "Type") &&
                            (json::member(*root, "TypeCode") || json::member(*root, "BouncedAt"));
    if (old_bounce || (!kind.empty() && kind != "Inbound"))
        return decode_postmark_event(request.body, now);
    if (!json::member(*root, "From") && !json::member(*root, "FromFull") &&
        !json::member(*root, "RawEmail"))
        return make_error_code(Errc::wrong_shape);
    const std::string fallback(json::text(*root, "MessageID"));
    InboundBatch batch;
    decode_mail(mail_of(*root), request.body, account, fallback, now, batch);
    return batch;
}

}  // namespace postern::adapters::email
