#include "adapters/email/mailgun.h"

#include "adapters/email/decode.h"
#include "adapters/email/email_form.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/email/mime_charset.h"
#include "adapters/email/mime_html.h"
#include "adapters/errc.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

/// What Mailgun could not deliver is tried again for eight hours.
constexpr std::chrono::minutes signature_age_max{8 * 60 + 30};
constexpr std::size_t padding = 64;

struct Signature {
    std::string timestamp;
    std::string token;
    std::string signature;
};

Signature signature_of(const WebhookRequest& request) {
    if (const auto form = read_posted_form(request)) {
        return {std::string(form->value("timestamp")), std::string(form->value("token")),
                std::string(form->value("signature"))};
    }
    const auto parsed = json::parse(request.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto object = root ? json::object(*root, "signature") : std::nullopt;
    if (!object) return {};
    return {json::id(*object, "timestamp"), std::string(json::text(*object, "token")),
            std::string(json::text(*object, "signature"))};
}

/// [["Received","…"],["From","…"], …]
std::vector<MailHeader> headers_of(std::string_view field) {
    std::vector<MailHeader> out;
    std::string text(field);
    text.reserve(text.size() + padding);
    const auto parsed = json::parse(text);
    json::Array pairs;
    if (!parsed || parsed->get(pairs) != simdjson::SUCCESS) return out;
    for (const json::Value pair : pairs) {
        json::Array two;
        std::string_view name;
        std::string_view value;
        if (pair.get(two) != simdjson::SUCCESS || two.size() != 2) continue;
        if (two.at(0).get(name) != simdjson::SUCCESS || two.at(1).get(value) != simdjson::SUCCESS)
            continue;
        out.push_back({std::string(name), std::string(value)});
    }
    return out;
}

/// Files that Mailgun keeps for three days («store») and gives to whoever has the API key.
void add_stored_files(std::string_view field, Mail& mail) {
    std::string text(field);
    text.reserve(text.size() + padding);
    const auto parsed = json::parse(text);
    json::Array files;
    if (!parsed || parsed->get(files) != simdjson::SUCCESS) return;
    for (const json::Value value : files) {
        const auto file = json::as_object(value);
        if (!file) continue;
        const std::string_view type = json::text(*file, "content-type");
        MailFile kept;
        kept.name = json::text(*file, "name");
        kept.mime = lower(trim(type.substr(0, type.find(';'))));
        if (kept.mime.empty()) kept.mime = "application/octet-stream";
        kept.url = json::text(*file, "url");
        mail.files.push_back(std::move(kept));
    }
}

Mail mail_of(const PostedForm& form) {
    Mail mail;
    if (!form.value("body-mime").empty()) {
        mail = parse_mail(form.value("body-mime"));
    } else {
        mail.headers = headers_of(form.value("message-headers"));
        for (const char* name :
             {"From", "To", "Cc", "Subject", "Message-Id", "In-Reply-To", "References", "Date"}) {
            std::string value(form.value(name));
            if (value.empty()) value = form.value(lower(name));
            if (!value.empty() && !mail.has(name)) mail.headers.push_back({name, value});
        }
        mail.text = cut(text_to_utf8(form.value("body-plain"), "utf-8"), mail_text_max);
        if (blank(mail.text))
            mail.text =
                cut(html_text(text_to_utf8(form.value("body-html"), "utf-8")), mail_text_max);
        for (const PostedField& field : form.fields) {
            if (!is_attachment(field)) continue;
            mail.files.push_back({field.filename,
                                  field.mime.empty() ? "application/octet-stream" : field.mime,
                                  {},
                                  false,
                                  field.value});
        }
        add_stored_files(form.value("attachments"), mail);
    }
    if (form.find("sender") != nullptr) mail.envelope_from = form.value("sender");
    if (!form.value("recipient").empty()) mail.envelope_to.emplace_back(form.value("recipient"));
    return mail;
}

}  // namespace

Verification verify_mailgun(const MailAccount& account, const WebhookRequest& request,
                            Instant now) {
    const Signature told = signature_of(request);
    if (told.signature.empty() || told.token.empty())
        return Verification::no("the body has no timestamp, token and signature");
    if (!is_recent(told.timestamp, now, signature_age_max))
        return Verification::no("the signature's timestamp is too old, or our clock is wrong");
    for (const Secret& secret : account.secrets) {
        const shared::Mac mac =
            shared::hmac(shared::Digest::sha256, secret, told.timestamp + told.token);
        if (!mac.equals_hex(told.signature)) continue;
        Verification valid = Verification::ok();
        valid.once = told.token;
        return valid;
    }
    return Verification::no(
        "the signature does not match: inbound_secret must be the HTTP webhook "
        "signing key of the account");
}

Result<InboundBatch> decode_mailgun(const MailAccount& account, const WebhookRequest& request,
                                    Instant now) {
    const std::string type = posted_type(request);
    if (type != "multipart/form-data" && type != "application/x-www-form-urlencoded")
        return decode_mailgun_event(request.body, now);
    const auto form = read_posted_form(request);
    if (!form) return make_error_code(Errc::not_form);
    const bool has_body = form->find("body-mime") != nullptr || form->find("body-plain") != nullptr;
    if (!has_body && !form->value("event").empty())
        return decode_mailgun_legacy(*form, request.body, now);
    const bool mail = form->find("body-mime") != nullptr || form->find("body-plain") != nullptr ||
                      form->find("body-html") != nullptr || form->find("from") != nullptr ||
                      form->find("From") != nullptr || form->find("message-headers") != nullptr;
    if (!mail) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    decode_mail(mail_of(*form), request.body, account, {}, now, batch);
    return batch;
}

}  // namespace postern::adapters::email
