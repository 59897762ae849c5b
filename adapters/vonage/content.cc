// One function a kind of message, found by the table at the end. A reader that misses what it needs
// says so with false, and the message is delivered as `unsupported`: a person wrote it, it must be
// seen.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "adapters/shared/mime.h"
#include "adapters/vonage/decode.h"

namespace postern::adapters::vonage {
namespace {

using json::Object;

/// `body` is the member that bears the name of the kind.
using Read = bool (*)(Object body, std::string_view kind, Said& said);

AttachmentKind media_kind(std::string_view kind) {
    if (kind == "file") return AttachmentKind::document;
    if (kind == "vcard") return AttachmentKind::contact;
    AttachmentKind out = AttachmentKind::document;
    (void)shared::kind_from_word(kind, out);
    return out;
}

bool read_media(Object body, std::string_view kind, Said& said) {
    Attachment file;
    file.kind = media_kind(kind);
    file.url = json::text(body, "url");
    if (file.url.empty()) return false;
    file.filename = json::text(body, "name");
    file.caption = json::text(body, "caption");
    said.content.type = ContentType::media;
    said.content.text = file.caption;
    said.attachments.push_back(std::move(file));
    return true;
}

/// An MMS of several parts: files, and words between them.
bool read_parts(json::Array parts, Said& said) {
    std::string words;
    for (const json::Value element : parts) {
        const auto part = json::as_object(element);
        if (!part) continue;
        std::string_view text = json::text(*part, "text");
        if (json::text(*part, "type") != "text") {
            if (!read_media(*part, json::text(*part, "type"), said)) continue;
            text = said.attachments.back().caption;
        }
        if (!words.empty() && !text.empty()) words += '\n';
        words += text;
    }
    said.content.type = said.attachments.empty() ? ContentType::text : ContentType::media;
    said.content.text = std::move(words);
    return !said.attachments.empty() || !said.content.text.empty();
}

/// A number, or in version 0.1 its text.
std::optional<double> degrees(Object body, std::string_view brief, std::string_view whole) {
    for (const std::string_view key : {brief, whole}) {
        if (const auto value = json::number(body, key)) return value;
        const std::string_view text = json::text(body, key);
        double value = 0;
        const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool all = !text.empty() && stop == text.data() + text.size();
        if (all && error == std::errc{} && std::isfinite(value)) return value;
    }
    return std::nullopt;
}

bool read_location(Object body, std::string_view, Said& said) {
    const auto latitude = degrees(body, "lat", "latitude");
    const auto longitude = degrees(body, "long", "longitude");
    if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    said.content.name = json::text(body, "name");
    said.content.address = json::text(body, "address");
    said.details.text_if("url", json::text(body, "url"));
    return true;
}

void add_texts(Object card, std::string_view list, std::string_view key,
               std::vector<std::string>& out) {
    const auto elements = json::array(card, list);
    if (!elements) return;
    for (const json::Value element : *elements) {
        const auto object = json::as_object(element);
        if (object && !json::text(*object, key).empty()) out.emplace_back(json::text(*object, key));
    }
}

/// The cards are WhatsApp's own.
bool read_contacts(Object body, std::string_view, Said& said) {
    const auto cards = json::array(body, "contacts");
    if (!cards) return false;
    for (const json::Value element : *cards) {
        const auto card = json::as_object(element);
        if (!card) continue;
        ContactCard out;
        if (const auto name = json::object(*card, "name")) {
            out.name = json::text(*name, "formatted_name");
        }
        add_texts(*card, "phones", "phone", out.phones);
        add_texts(*card, "emails", "email", out.emails);
        if (const auto org = json::object(*card, "org")) {
            out.organization = json::text(*org, "company");
        }
        said.content.contacts.push_back(std::move(out));
    }
    said.content.type = ContentType::contacts;
    return !said.content.contacts.empty();
}

/// The tap on a template's quick reply.
bool read_button(Object body, std::string_view, Said& said) {
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::quick_reply;
    said.content.choice_id = json::text(body, "payload");
    said.content.text = json::text(body, "text");
    if (said.content.text.empty()) said.content.text = said.content.choice_id;
    return !said.content.text.empty();
}

/// A button or a row: only a row can have a description, and nothing else tells them apart.
bool read_reply(Object body, std::string_view, Said& said) {
    const std::string_view description = json::text(body, "description");
    said.content.type = ContentType::choice;
    said.content.choice = description.empty() ? ChoiceKind::button : ChoiceKind::list;
    said.content.choice_id = json::text(body, "id");
    said.content.text = json::text(body, "title");
    if (said.content.text.empty()) said.content.text = said.content.choice_id;
    said.details.text_if("description", description);
    return !said.content.choice_id.empty();
}

/// Which message it is about stands in the event's context.
bool read_reaction(Object body, std::string_view, Said& said) {
    said.content.type = ContentType::reaction;
    if (json::text(body, "action") != "unreact") said.content.emoji = json::text(body, "emoji");
    return true;
}

struct Reader {
    std::string_view kind;
    Read read;
};

constexpr std::array readers = {
    Reader{"audio", &read_media},       Reader{"button", &read_button},
    Reader{"contact", &read_contacts},  Reader{"file", &read_media},
    Reader{"image", &read_media},       Reader{"location", &read_location},
    Reader{"reaction", &read_reaction}, Reader{"reply", &read_reply},
    Reader{"sticker", &read_media},     Reader{"vcard", &read_media},
    Reader{"video", &read_media},
};

void read_unsupported(Object holder, std::string_view kind, Said& said) {
    said = Said{};
    said.content.type = ContentType::unsupported;
    said.content.provider_type = kind.empty() ? "message" : kind;
    if (const auto body = json::object(holder, kind))
        said.details.raw("body", json::compact(*body));
}

}  // namespace

Said read_content(Object holder, std::string_view kind) {
    Said said;
    if (kind == "text") {
        said.content.text = json::text(holder, "text");
        if (said.content.text.empty()) read_unsupported(holder, "empty", said);
        return said;
    }
    if (const auto parts = json::array(holder, kind); parts && kind == "content") {
        if (!read_parts(*parts, said)) read_unsupported(holder, kind, said);
        return said;
    }
    const auto* const reader = std::ranges::find(readers, kind, &Reader::kind);
    const auto body = json::object(holder, kind);
    if (reader == readers.end() || !body || !reader->read(*body, kind, said)) {
        read_unsupported(holder, kind, said);
    }
    return said;
}

}  // namespace postern::adapters::vonage
