#include "adapters/email/sendgrid.h"

#include "adapters/email/decode.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/email/mime_charset.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/mime_html.h"
#include "adapters/errc.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

/// A refused webhook is tried again for a day, with the signature of the first time.
constexpr std::chrono::hours signature_age_max{25};
constexpr std::size_t padding = 64;  // what the JSON parser may read behind its text

/// JSON within a form field: (key, text) of its members.
std::vector<std::pair<std::string, std::string>> members(std::string_view field) {
    std::vector<std::pair<std::string, std::string>> out;
    std::string text(field);
    text.reserve(text.size() + padding);
    const auto parsed = json::parse(text);
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!object) return out;
    for (const auto [key, value] : *object) {
        std::string_view words;
        json::Array list;
        if (value.get(words) == simdjson::SUCCESS) {
            out.emplace_back(key, words);
        } else if (value.get(list) == simdjson::SUCCESS) {
            for (const json::Value one : list) {
                if (one.get(words) == simdjson::SUCCESS) out.emplace_back(key, words);
            }
        }
    }
    return out;
}

class Fields final {
  public:
    explicit Fields(const PostedForm& form)
        : form_(form), charsets_(members(form.value("charsets"))) {}

    /// In UTF-8, by the charset that was told for this field.
    [[nodiscard]] std::string text(std::string_view name) const {
        for (const auto& [field, charset] : charsets_) {
            if (field == name) return text_to_utf8(form_.value(name), charset);
        }
        return text_to_utf8(form_.value(name), {});
    }

  private:
    const PostedForm& form_;
    std::vector<std::pair<std::string, std::string>> charsets_;
};

/// What «attachment-info» says of a file whose own part does not say it.
void describe_file(json::Object info, std::string_view field, MailFile& file) {
    const auto told = json::object(info, field);
    if (!told) return;
    if (file.name.empty()) file.name = json::text(*told, "filename");
    if (file.name.empty()) file.name = json::text(*told, "name");
    const std::string_view type = json::text(*told, "type");
    if (file.mime.empty()) file.mime = lower(trim(type.substr(0, type.find(';'))));
}

void add_files(const PostedForm& form, Mail& mail) {
    std::string text(form.value("attachment-info"));
    text.reserve(text.size() + padding);
    const auto parsed = json::parse(text);
    const auto info = parsed ? json::as_object(*parsed) : std::nullopt;
    for (const PostedField& field : form.fields) {
        if (!is_attachment(field)) continue;
        MailFile file{field.filename, field.mime, {}, false, field.value};
        if (info) describe_file(*info, field.name, file);
        if (file.mime.empty()) file.mime = "application/octet-stream";
        mail.files.push_back(std::move(file));
    }
}

Mail mail_of(const PostedForm& form) {
    Mail mail;
    if (!form.value("email").empty()) {
        mail = parse_mail(form.value("email"));
    } else {
        const Fields fields(form);
        mail.headers = header_lines(form.value("headers"));
        for (const char* name : {"From", "To", "Cc", "Subject"}) {
            const std::string value = fields.text(lower(name));
            if (!value.empty() && !mail.has(name)) mail.headers.push_back({name, value});
        }
        mail.text = cut(fields.text("text"), mail_text_max);
        if (blank(mail.text)) mail.text = cut(html_text(fields.text("html")), mail_text_max);
        add_files(form, mail);
    }
    for (auto& [key, value] : members(form.value("envelope"))) {
        if (key == "from") mail.envelope_from = value;
        if (key == "to") mail.envelope_to.push_back(value);
    }
    return mail;
}

}  // namespace

Verification verify_sendgrid(const MailAccount& account, const WebhookRequest& request,
                             Instant now) {
    const std::string_view signature = request.header("X-Twilio-Email-Event-Webhook-Signature");
    if (signature.empty() || account.keys.empty()) {
        if (carries_secret(request, account.secrets)) return Verification::ok();
        return Verification::no(
            signature.empty()
                ? "neither a signature nor a password: switch the signed webhook and the Parse "
                  "security policy on, or write https://user:password@ in front of the host"
                : "signed, but inbound_secret holds no public key");
    }
    const std::string_view time = request.header("X-Twilio-Email-Event-Webhook-Timestamp");
    if (!is_recent(time, now, signature_age_max))
        return Verification::no("the signature's timestamp is older than a day");
    for (const PublicKey& key : account.keys) {
        if (key.signed_by(time, request.body, signature)) return Verification::ok();
    }
    return Verification::no(
        "the signature does not match: inbound_secret must be the public key "
        "shown beside the webhook");
}

Result<InboundBatch> decode_sendgrid(const MailAccount& account, const WebhookRequest& request,
                                     Instant now) {
    const std::string type = posted_type(request);
    if (type != "multipart/form-data" && type != "application/x-www-form-urlencoded")
        return decode_sendgrid_events(request.body, now);
    const auto form = read_posted_form(request);
    if (!form) return make_error_code(Errc::not_form);
    const bool parse = form->find("email") != nullptr || form->find("headers") != nullptr ||
                       form->find("from") != nullptr;
    if (!parse) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    decode_mail(mail_of(*form), request.body, account, {}, now, batch);
    return batch;
}

}  // namespace postern::adapters::email
