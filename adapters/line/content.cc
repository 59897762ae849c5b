// One function a message type, found by the table at the end. A reader that misses what it needs
// says so with false, and the message is delivered as `unsupported`: a person wrote it, it must be
// seen.
#include <array>
#include <cmath>

#include "adapters/line/decode.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::line {
namespace {

using json::Object;

using Read = bool (*)(Object message, Said& said);

/// LINE's own member of that name as it came, if it is there.
void pass_on(Object message, std::string_view name, json::ObjectWriter& details) {
    if (const auto value = json::member(message, name)) details.raw(name, json::compact(*value));
}

bool read_text(Object message, Said& said) {
    said.content.type = ContentType::text;
    said.content.text = json::text(message, "text");
    return !said.content.text.empty();
}

/// The bytes are at LINE, to be fetched by the message's id, unless a URL says otherwise.
bool attach(Object message, AttachmentKind kind, Said& said) {
    Attachment file;
    file.kind = kind;
    const auto provider = json::object(message, "contentProvider");
    if (provider && json::text(*provider, "type") == "external") {
        file.url = json::text(*provider, "originalContentUrl");
    } else {
        file.media_id = json::id(message, "id");
    }
    if (file.url.empty() && file.media_id.empty()) return false;
    file.filename = json::text(message, "fileName");
    said.content.type = ContentType::media;
    said.attachments.push_back(std::move(file));
    return true;
}

bool read_image(Object message, Said& said) {
    return attach(message, AttachmentKind::image, said);
}
bool read_video(Object message, Said& said) {
    return attach(message, AttachmentKind::video, said);
}
bool read_audio(Object message, Said& said) {
    return attach(message, AttachmentKind::audio, said);
}
bool read_file(Object message, Said& said) {
    return attach(message, AttachmentKind::document, said);
}

/// A sticker has no bytes to fetch, so it has no id of media: the details name it.
bool read_sticker(Object message, Said& said) {
    if (json::id(message, "stickerId").empty()) return false;
    Attachment sticker;
    sticker.kind = AttachmentKind::sticker;
    said.content.type = ContentType::media;
    said.content.text = json::text(message, "text");
    said.attachments.push_back(std::move(sticker));
    return true;
}

bool read_location(Object message, Said& said) {
    const auto latitude = json::number(message, "latitude");
    const auto longitude = json::number(message, "longitude");
    if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    said.content.name = json::text(message, "title");
    said.content.address = json::text(message, "address");
    return true;
}

struct Type {
    std::string_view name;
    Read read;
};

/// Sorted by name (line-openapi, webhook.yml, July 2026).
constexpr std::array types = {
    Type{"audio", &read_audio},       Type{"file", &read_file},       Type{"image", &read_image},
    Type{"location", &read_location}, Type{"sticker", &read_sticker}, Type{"text", &read_text},
    Type{"video", &read_video},
};

bool read_known(Object message, std::string_view type, Said& said) {
    for (const Type& known : types) {
        if (known.name == type) return known.read(message, said);
    }
    return false;
}

/// What the model has no place for, under LINE's own names. The tokens quote the message and mark
/// it as read; they are worth nothing without the account's access token.
std::string details_of(Object message) {
    json::ObjectWriter details;
    for (const std::string_view name :
         {"emojis", "mention", "quoteToken", "markAsReadToken", "imageSet", "duration", "fileSize",
          "packageId", "stickerId", "stickerResourceType", "keywords"}) {
        pass_on(message, name, details);
    }
    if (const auto provider = json::object(message, "contentProvider")) {
        details.text_if("previewImageUrl", json::text(*provider, "previewImageUrl"));
    }
    return details.finish();
}

}  // namespace

Said read_content(Object message) {
    Said said;
    const std::string_view type = json::text(message, "type");
    if (read_known(message, type, said)) {
        said.content.details_json = details_of(message);
        return said;
    }
    said = Said{};
    said.content.type = ContentType::unsupported;
    said.content.provider_type = type.empty() ? std::string_view("none") : type;
    said.content.details_json = json::compact(message);
    return said;
}

}  // namespace postern::adapters::line
