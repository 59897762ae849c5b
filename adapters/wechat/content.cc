// One function a message type, found by the table at the end. A reader that misses what it needs
// says so with false, and the message is delivered as `unsupported`: a person wrote it, it must be
// seen.
#include <array>
#include <cmath>

#include "adapters/shared/json_write.h"
#include "adapters/wechat/decode.h"

namespace postern::adapters::wechat {
namespace {

using Node = pugi::xml_node;
using Read = bool (*)(Node message, Said& said);

/// An answer to a menu that we sent bears the id of what was chosen.
bool read_text(Node message, Said& said) {
    said.content.type = ContentType::text;
    said.content.text = text_of(message, "Content");
    const std::string chosen = word_of(message, "bizmsgmenuid");
    if (chosen.empty()) return !said.content.text.empty();
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::button;
    said.content.choice_id = chosen;
    if (said.content.text.empty()) said.content.text = chosen;
    return true;
}

bool attach(Node message, AttachmentKind kind, Said& said) {
    Attachment file;
    file.kind = kind;
    file.media_id = word_of(message, "MediaId");
    file.url = word_of(message, "PicUrl");
    if (file.media_id.empty() && file.url.empty()) return false;
    said.content.type = ContentType::media;
    said.attachments.push_back(std::move(file));
    return true;
}

bool read_image(Node message, Said& said) {
    return attach(message, AttachmentKind::image, said);
}

bool read_voice(Node message, Said& said) {
    if (!attach(message, AttachmentKind::voice, said)) return false;
    Attachment& voice = said.attachments.front();
    voice.voice = true;
    const std::string format = word_of(message, "Format");
    if (!format.empty()) voice.mime = "audio/" + format;
    said.content.details_json = json::ObjectWriter()
                                    .text_if("recognition", text_of(message, "Recognition"))
                                    .text_if("media_id_16k", word_of(message, "MediaId16K"))
                                    .finish();
    return true;
}

bool read_video(Node message, Said& said) {
    if (!attach(message, AttachmentKind::video, said)) return false;
    said.content.details_json =
        json::ObjectWriter().text_if("thumb_media_id", word_of(message, "ThumbMediaId")).finish();
    return true;
}

bool read_location(Node message, Said& said) {
    const auto latitude = number_of(message, "Location_X");
    const auto longitude = number_of(message, "Location_Y");
    if (!latitude || !longitude || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180)) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    said.content.address = text_of(message, "Label");
    return true;
}

/// Somebody shared a page: as text, which a person would have typed without the card.
bool read_link(Node message, Said& said) {
    const std::string url = word_of(message, "Url");
    const std::string title = text_of(message, "Title");
    said.content.type = ContentType::text;
    said.content.text = title.empty() || url.empty() ? title + url : title + "\n" + url;
    said.content.details_json = json::ObjectWriter()
                                    .text_if("title", title)
                                    .text_if("description", text_of(message, "Description"))
                                    .text_if("url", url)
                                    .finish();
    return !url.empty();
}

struct Type {
    std::string_view name;
    Read read;
};

/// Sorted by name (WeChat, "Receiving standard messages", 2026). `miniprogrampage` and what is yet
/// to come are unsupported.
constexpr std::array types = {
    Type{"image", &read_image},      Type{"link", &read_link}, Type{"location", &read_location},
    Type{"shortvideo", &read_video}, Type{"text", &read_text}, Type{"video", &read_video},
    Type{"voice", &read_voice},
};

}  // namespace

Said read_content(const Push& push) {
    Said said;
    for (const Type& known : types) {
        if (known.name == push.type && known.read(push.root, said)) return said;
    }
    said = Said{};
    said.content.type = ContentType::unsupported;
    said.content.provider_type = push.type;
    said.content.details_json = facts_json(push.root);
    return said;
}

}  // namespace postern::adapters::wechat
