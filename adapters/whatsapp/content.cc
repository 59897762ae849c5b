// One function a message type, found by the table at the end. A reader that misses what it needs
// says so with false, and the message is delivered as `unsupported`: a person wrote it, it must be
// seen.
#include <array>
#include <cmath>

#include "adapters/shared/json_write.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

/// `body` is the member that bears the name of the type.
using Read = bool (*)(Object body, std::string_view type, Said& said);

bool read_text(Object body, std::string_view, Said& said) {
    said.content.type = ContentType::text;
    said.content.text = json::text(body, "body");
    return !said.content.text.empty();
}

AttachmentKind media_kind(std::string_view type, bool voice) {
    if (voice || type == "voice") return AttachmentKind::voice;
    if (type == "image") return AttachmentKind::image;
    if (type == "audio") return AttachmentKind::audio;
    if (type == "video") return AttachmentKind::video;
    if (type == "sticker") return AttachmentKind::sticker;
    return AttachmentKind::document;
}

bool read_media(Object body, std::string_view type, Said& said) {
    Attachment file;
    file.kind = media_kind(type, json::flag(body, "voice"));
    file.voice = file.kind == AttachmentKind::voice;
    file.media_id = json::id(body, "id");
    file.url = json::text(body, "url");
    if (file.media_id.empty() && file.url.empty()) return false;
    file.mime = json::text(body, "mime_type");
    file.filename = json::text(body, "filename");
    file.caption = json::text(body, "caption");
    file.sha256 = json::text(body, "sha256");
    file.view_once = json::flag(body, "view_once");
    said.content.type = ContentType::media;
    said.content.text = file.caption;
    said.content.details_json =
        json::ObjectWriter().flag_if("animated", json::flag(body, "animated")).finish();
    said.attachments.push_back(std::move(file));
    return true;
}

bool read_location(Object body, std::string_view, Said& said) {
    const auto latitude = json::number(body, "latitude");
    const auto longitude = json::number(body, "longitude");
    if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    said.content.name = json::text(body, "name");
    said.content.address = json::text(body, "address");
    said.content.details_json =
        json::ObjectWriter().text_if("url", json::text(body, "url")).finish();
    return true;
}

bool read_reaction(Object body, std::string_view, Said& said) {
    said.content.type = ContentType::reaction;
    said.content.reaction_to = json::text(body, "message_id");
    said.content.emoji = json::text(body, "emoji");
    return !said.content.reaction_to.empty();
}

/// A choice without words is shown by its id.
bool is_told(Content& choice) {
    if (choice.text.empty()) choice.text = choice.choice_id;
    return !choice.text.empty();
}

/// The press of a template's quick-reply button.
bool read_button(Object body, std::string_view, Said& said) {
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::quick_reply;
    said.content.choice_id = json::text(body, "payload");
    said.content.text = json::text(body, "text");
    return is_told(said.content);
}

bool read_choice(Object reply, ChoiceKind kind, Said& said) {
    said.content.type = ContentType::choice;
    said.content.choice = kind;
    said.content.choice_id = json::text(reply, "id");
    said.content.text = json::text(reply, "title");
    said.content.details_json =
        json::ObjectWriter().text_if("description", json::text(reply, "description")).finish();
    return is_told(said.content);
}

/// The form that a Flow sends back: the answers are JSON in a string, which nobody promises is
/// valid.
void read_flow(Object reply, Said& said) {
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::button;
    said.content.choice_id = json::text(reply, "name");
    said.content.text = json::text(reply, "body");
    const std::string_view answers = json::text(reply, "response_json");
    auto compact = json::compact_object(answers);
    said.content.details_json =
        compact ? std::move(*compact)
                : json::ObjectWriter().text_if("response_json", answers).finish();
    (void)is_told(said.content);  // a form without either is its answers
}

/// The answer to whether the business may call: the words on the button are the client's own.
bool read_call_permission(Object reply, Said& said) {
    if (json::text(reply, "response").empty()) return false;
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::button;
    said.content.choice_id = json::text(reply, "response");
    said.content.details_json =
        json::ObjectWriter().raw("call_permission_reply", json::compact(reply)).finish();
    return is_told(said.content);
}

bool read_interactive(Object body, std::string_view, Said& said) {
    if (const auto reply = json::object(body, "button_reply")) {
        return read_choice(*reply, ChoiceKind::button, said);
    }
    if (const auto reply = json::object(body, "list_reply")) {
        return read_choice(*reply, ChoiceKind::list, said);
    }
    if (const auto reply = json::object(body, "nfm_reply")) {
        read_flow(*reply, said);
        return true;
    }
    const auto permission = json::object(body, "call_permission_reply");
    if (permission && read_call_permission(*permission, said)) return true;
    const std::string_view kind = json::text(body, "type");
    if (!kind.empty()) said.content.provider_type = "interactive." + std::string(kind);
    said.content.details_json = json::compact(body);
    // What the business itself sent with buttons, in an echo, has words.
    if (const auto words = json::object(body, "body")) {
        said.content.text = json::text(*words, "text");
    }
    return false;
}

/// A note written with the order makes it a text; the goods are details either way.
bool read_order(Object body, std::string_view, Said& said) {
    said.content.provider_type = "order";
    said.content.details_json = json::compact(body);
    said.content.text = json::text(body, "text");
    said.content.type = ContentType::text;
    return !said.content.text.empty();
}

struct Type {
    std::string_view name;
    Read read;
};

/// Sorted by name. `contacts` is an array and stands apart; any other name is unsupported.
constexpr std::array types = {
    Type{"audio", &read_media},
    Type{"button", &read_button},
    Type{"document", &read_media},
    Type{"image", &read_media},
    Type{"interactive", &read_interactive},
    Type{"location", &read_location},
    Type{"order", &read_order},
    Type{"reaction", &read_reaction},
    Type{"sticker", &read_media},
    Type{"text", &read_text},
    Type{"video", &read_media},
    Type{"voice", &read_media},
};

/// The type, or of a message that names none the member that could be its content.
std::string_view type_of(Object message) {
    const std::string_view told = json::text(message, "type");
    if (!told.empty()) return told;
    for (const Type& known : types) {
        if (json::object(message, known.name)) return known.name;
    }
    return json::array(message, "contacts") ? "contacts" : told;
}

bool read_known(Object message, std::string_view type, Said& said) {
    if (type == "contacts") return read_contacts(message, said);
    for (const Type& known : types) {
        if (known.name != type) continue;
        const auto body = json::object(message, type);
        return body && known.read(*body, type, said);
    }
    return false;
}

/// What Meta could not pass on carries the reason in `errors` and, lately, the kind (`poll`).
void make_unsupported(Object message, std::string_view type, Said& said) {
    Content& content = said.content;
    content.type = ContentType::unsupported;
    content.choice = ChoiceKind::none;
    if (type == "unsupported") {
        if (const auto kind = json::object(message, "unsupported")) {
            content.provider_type = json::text(*kind, "type");
        }
    }
    if (content.provider_type.empty()) content.provider_type = type.empty() ? "none" : type;
    const auto errors = json::array(message, "errors");
    if (errors && content.details_json.empty()) {
        content.details_json = json::ObjectWriter().raw("errors", json::compact(*errors)).finish();
    }
}

}  // namespace

Said read_content(Object message) {
    Said said;
    const std::string_view type = type_of(message);
    if (!read_known(message, type, said)) {
        make_unsupported(message, type, said);
    } else if (const auto errors = json::array(message, "errors")) {
        // A file was not fetched, for one.
        add_details(said.content.details_json,
                    json::ObjectWriter().raw("errors", json::compact(*errors)).finish());
    }
    return said;
}

}  // namespace postern::adapters::whatsapp
