// One function a message type, found by the table at the end. A reader that misses what it needs
// says so with false, and the message is delivered as `unsupported`: a person wrote it, it must be
// seen.
#include <array>
#include <charconv>
#include <cmath>

#include "adapters/shared/json_write.h"
#include "adapters/viber/decode.h"
#include "adapters/viber/tracking.h"

namespace postern::adapters::viber {
namespace {

using json::Object;

using Read = bool (*)(Object message, Said& said);

/// A tap on our keyboard arrives as the words that the button stands for.
bool read_text(Object message, Said& said) {
    const std::string_view text = json::text(message, "text");
    said.content.type = ContentType::text;
    said.content.text = text;
    if (auto tap = find_tap(json::text(message, "tracking_data"), text)) {
        said.content.type = ContentType::choice;
        said.content.choice = tap->kind;
        said.content.choice_id = text;
        said.content.text = std::move(tap->title);
    }
    return !text.empty();
}

bool attach(Object message, AttachmentKind kind, Said& said) {
    Attachment file;
    file.kind = kind;
    file.url = json::text(message, "media");
    if (file.url.empty()) return false;
    file.filename = json::text(message, "file_name");
    file.caption = json::text(message, "text");
    said.content.type = ContentType::media;
    said.content.text = file.caption;
    said.attachments.push_back(std::move(file));
    return true;
}

bool read_picture(Object message, Said& said) {
    return attach(message, AttachmentKind::image, said);
}
bool read_video(Object message, Said& said) {
    return attach(message, AttachmentKind::video, said);
}
bool read_file(Object message, Said& said) {
    return attach(message, AttachmentKind::document, said);
}

/// A sticker goes by number, which the details tell; a picture of it is not always there.
bool read_sticker(Object message, Said& said) {
    Attachment sticker;
    sticker.kind = AttachmentKind::sticker;
    sticker.url = json::text(message, "media");
    if (json::id(message, "sticker_id").empty() && sticker.url.empty()) return false;
    said.content.type = ContentType::media;
    said.attachments.push_back(std::move(sticker));
    return true;
}

bool read_contact(Object message, Said& said) {
    const auto contact = json::object(message, "contact");
    if (!contact) return false;
    ContactCard card;
    card.name = json::text(*contact, "name");
    std::string phone = json::id(*contact, "phone_number");
    if (!phone.empty()) card.phones.push_back(std::move(phone));
    if (card.name.empty() && card.phones.empty()) return false;
    said.content.type = ContentType::contacts;
    said.content.contacts.push_back(std::move(card));
    return true;
}

/// A link is what a person would have typed; Viber wraps it because it shows a preview.
bool read_url(Object message, Said& said) {
    said.content.type = ContentType::text;
    said.content.text = json::text(message, "media");
    if (said.content.text.empty()) said.content.text = json::text(message, "text");
    return !said.content.text.empty();
}

/// A coordinate, spelled as a number or as text.
std::optional<double> coordinate(Object location, std::string_view name) {
    if (const auto value = json::number(location, name)) return value;
    const std::string_view text = json::text(location, name);
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

bool read_location(Object message, Said& said) {
    const auto location = json::object(message, "location");
    if (!location) return false;
    const auto latitude = coordinate(*location, "lat");
    const auto longitude = coordinate(*location, "lon");
    if (!latitude || !longitude || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180)) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    said.content.address = json::text(*location, "address");
    return true;
}

struct Type {
    std::string_view name;
    Read read;
};

/// Sorted by name (REST Bot API, "Receive message from user", 2026).
constexpr std::array types = {
    Type{"contact", &read_contact},   Type{"file", &read_file},
    Type{"location", &read_location}, Type{"picture", &read_picture},
    Type{"sticker", &read_sticker},   Type{"text", &read_text},
    Type{"url", &read_url},           Type{"video", &read_video},
};

bool read_known(Object message, std::string_view type, Said& said) {
    for (const Type& known : types) {
        if (known.name == type) return known.read(message, said);
    }
    return false;
}

}  // namespace

Said read_content(Object message) {
    Said said;
    const std::string_view type = json::text(message, "type");
    json::ObjectWriter details;
    details.text_if("tracking_data", tracked_name(json::text(message, "tracking_data")));
    if (read_known(message, type, said)) {
        if (type == "sticker") details.text_if("sticker_id", json::id(message, "sticker_id"));
        details.text_if("thumbnail", json::text(message, "thumbnail"));
        for (const std::string_view name : {"size", "duration"}) {
            if (const auto value = json::loose_integer(message, name)) {
                details.integer(name, *value);
            }
        }
        said.content.details_json = details.finish();
        return said;
    }
    said = Said{};
    said.content.type = ContentType::unsupported;
    said.content.provider_type = type.empty() ? std::string_view("none") : type;
    said.content.details_json = json::compact(message);
    return said;
}

}  // namespace postern::adapters::viber
