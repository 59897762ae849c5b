#include "adapters/webchat/arrival.h"

#include <algorithm>
#include <array>

#include "adapters/errc.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_build.h"
#include "adapters/shared/json_write.h"
#include "adapters/webchat/token.h"

namespace postern::adapters::webchat {
namespace {

using Kind = Arrived::Kind;
constexpr std::array<std::string_view, 6> kind_words = {"message", "form",   "choice",
                                                        "receipt", "typing", "ended"};

void write_pairs(json::Builder& out, std::string_view name,
                 const std::vector<std::pair<std::string, std::string>>& pairs) {
    if (pairs.empty()) return;
    out.open_list(name);
    for (const auto& [key, value] : pairs)
        out.open_list().text({}, key).text({}, value).close_list();
    out.close_list();
}

std::vector<std::pair<std::string, std::string>> read_pairs(json::Object object,
                                                            std::string_view name) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const auto list = json::array(object, name);
    if (!list) return pairs;
    for (const json::Value value : *list) {
        json::Array pair;
        std::string_view key, text;
        if (value.get(pair) != simdjson::SUCCESS || pair.size() != 2) continue;
        if (pair.at(0).get(key) != simdjson::SUCCESS) continue;
        if (pair.at(1).get(text) != simdjson::SUCCESS) continue;
        pairs.emplace_back(key, text);
    }
    return pairs;
}

/// The form's answers, and who agreed to what from where: for those who read the event.
std::string details_of(json::Object object) {
    json::ObjectWriter details;
    const auto values = read_pairs(object, "values");
    if (!values.empty()) {
        json::ObjectWriter form;
        std::string out = "{";
        for (const auto& [name, value] : values) {
            if (out.size() > 1) out += ',';
            json::append_quoted(out, name);
            out += ':';
            json::append_quoted(out, value);
        }
        details.raw("form", out + "}");
    }
    const auto consents = read_pairs(object, "consents");
    if (!consents.empty()) {
        json::Builder list;
        list.open_list();
        for (const auto& [field, wording] : consents) {
            list.open().text("field", field).text_if("text_id", wording);
            list.text_if("ip", json::text(object, "peer"));
            list.text_if("user_agent", json::text(object, "agent")).close();
        }
        list.close_list();
        details.raw("consents", list.finish());
    }
    return details.finish();
}

std::string referral_of(json::Object object) {
    json::ObjectWriter referral;
    referral.text_if("url", json::text(object, "page_url"));
    referral.text_if("referrer", json::text(object, "page_referrer"));
    return referral.finish();
}

AttachmentKind kind_of(std::string_view mime) {
    if (mime.starts_with("image/")) return AttachmentKind::image;
    if (mime.starts_with("audio/")) return AttachmentKind::audio;
    if (mime.starts_with("video/")) return AttachmentKind::video;
    return AttachmentKind::document;
}

/// Nobody vouches for what a visitor fills in. A mail address is spelled as mail names people.
std::vector<ToldKey> told_of(json::Object object) {
    std::vector<ToldKey> told;
    for (auto& [name, value] : read_pairs(object, "keys")) {
        const PersonKey kind = name == "phone" ? PersonKey::phone : PersonKey::email;
        if (kind == PersonKey::email) {
            std::ranges::transform(value, value.begin(), [](char c) {
                return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
            });
        }
        told.push_back({kind, std::move(value), false});
    }
    return told;
}

Sender sender_of(json::Object object) {
    Sender sender;
    sender.aliases.push_back({std::string(json::text(object, "visitor")), IdentityScope::account});
    sender.name = json::text(object, "name");
    sender.language = json::text(object, "locale");
    sender.told = told_of(object);
    return sender;
}

InboundMessage message_of(json::Object object, Kind kind, Instant now) {
    InboundMessage message;
    message.external_id = external_id(json::text(object, "visitor"), json::text(object, "c"));
    message.sender = sender_of(object);
    message.content.text = json::text(object, "text");
    message.content.details_json = details_of(object);
    message.referral_json = referral_of(object);
    message.provider_time = now;
    if (kind == Kind::choice) {
        message.content.type = ContentType::choice;
        message.content.choice = ChoiceKind::button;
        message.content.choice_id = json::text(object, "choice");
        message.reply_to = json::text(object, "in");
    }
    if (const auto file = json::object(object, "file")) {
        message.content.type = ContentType::media;
        Attachment attachment;
        attachment.media_id = json::text(*file, "upload");
        attachment.mime = json::text(*file, "mime");
        attachment.filename = json::text(*file, "filename");
        attachment.kind = kind_of(attachment.mime);
        attachment.caption = message.content.text;
        message.attachments.push_back(std::move(attachment));
    }
    return message;
}

/// Never a message: an event of its own, for whoever shows it.
InboundSignal sign_of(json::Object object, std::string_view word, Instant now) {
    InboundSignal signal;
    signal.kind = SignalKind::other;
    signal.provider_type = word;
    signal.sender = sender_of(object);
    const std::string name = external_id(json::text(object, "visitor"), json::text(object, "c"));
    signal.dedupe_id = std::string(word).append(":").append(name);
    signal.provider_time = now;
    return signal;
}

void add_receipts(json::Object object, std::string_view raw, Instant now, InboundBatch& batch) {
    const auto ids = json::array(object, "ids");
    if (!ids) return;
    for (const json::Value value : *ids) {
        std::string_view id;
        if (value.get(id) != simdjson::SUCCESS) continue;
        InboundStatus status;
        status.external_id = id;
        // A browser may be quicker than the answer that the message is sent.
        status.echo = id;
        status.state = json::flag(object, "read") ? ReceiptState::read : ReceiptState::delivered;
        status.recipient = json::text(object, "visitor");
        status.provider_time = now;
        batch.items.push_back({std::move(status), {}, raw});
    }
}

}  // namespace

std::string external_id(std::string_view visitor, std::string_view c) {
    return std::string(visitor).append(".").append(c);
}

std::string_view client_name(std::string_view external_id) {
    const auto dot = external_id.find('.');
    if (!is_visitor_id(external_id.substr(0, dot))) return {};
    return dot == std::string_view::npos ? std::string_view{} : external_id.substr(dot + 1);
}

std::string write_arrival(const Arrived& arrived) {
    json::Builder out;
    out.open().text("kind", kind_words[static_cast<std::size_t>(arrived.kind)]);
    out.text("visitor", arrived.visitor).text_if("c", arrived.c).text_if("text", arrived.text);
    if (!arrived.file.upload.empty()) {
        out.open("file").text("upload", arrived.file.upload).text("mime", arrived.file.mime);
        out.text_if("filename", arrived.file.filename).close();
    }
    out.text_if("choice", arrived.choice).text_if("in", arrived.in);
    out.text_if("name", arrived.name).text_if("locale", arrived.locale);
    out.text_if("page_url", arrived.page_url).text_if("page_referrer", arrived.page_referrer);
    write_pairs(out, "values", arrived.values);
    write_pairs(out, "keys", arrived.keys);
    write_pairs(out, "consents", arrived.consents);
    if (!arrived.consents.empty()) {
        out.text_if("peer", arrived.peer).text_if("agent", arrived.agent);
    }
    if (!arrived.ids.empty()) {
        out.open_list("ids");
        for (const std::string& id : arrived.ids) out.text({}, id);
        out.close_list().flag("read", arrived.read);
    }
    out.close();
    return out.finish();
}

Result<InboundBatch> read_arrival(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto object = json::as_object(*parsed);
    if (!object || !is_visitor_id(json::text(*object, "visitor")))
        return make_error_code(Errc::wrong_shape);
    const std::string_view word = json::text(*object, "kind");
    const auto found = std::ranges::find(kind_words, word);
    if (found == kind_words.end()) return make_error_code(Errc::wrong_shape);
    const auto kind = static_cast<Kind>(found - kind_words.begin());
    InboundBatch batch;
    if (kind == Kind::receipt) {
        add_receipts(*object, body, now, batch);
        if (batch.items.empty()) return make_error_code(Errc::wrong_shape);
        return batch;
    }
    if (json::text(*object, "c").empty()) return make_error_code(Errc::wrong_shape);
    if (kind == Kind::typing || kind == Kind::ended) {
        batch.items.push_back({sign_of(*object, word, now), {}, body});
    } else {
        batch.items.push_back({message_of(*object, kind, now), {}, body});
    }
    return batch;
}

}  // namespace postern::adapters::webchat
