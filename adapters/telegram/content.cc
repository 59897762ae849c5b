// One function a kind of content, found by the member that is there. Text and caption come first
// and apart, because any kind may carry a caption.
#include <array>
#include <cmath>

#include "adapters/shared/e164.h"
#include "adapters/shared/json_write.h"
#include "adapters/telegram/decode.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;

bool attach(Object file, AttachmentKind kind, Said& said) {
    Attachment out;
    out.kind = kind;
    out.media_id = json::text(file, "file_id");
    if (out.media_id.empty()) return false;
    out.mime = json::text(file, "mime_type");
    out.filename = json::text(file, "file_name");
    out.caption = said.content.text;
    out.voice = kind == AttachmentKind::voice;
    said.content.type = ContentType::media;
    said.attachments.push_back(std::move(out));
    return true;
}

/// The largest of the sizes that Telegram made; the last of equals, as the list grows.
bool read_photo(Object message, Said& said) {
    const auto sizes = json::array(message, "photo");
    if (!sizes) return false;
    std::optional<Object> largest;
    double area_max = -1;
    for (const json::Value element : *sizes) {
        const auto size = json::as_object(element);
        if (!size || json::text(*size, "file_id").empty()) continue;
        const double area =
            json::number(*size, "width").value_or(0) * json::number(*size, "height").value_or(0);
        if (area < area_max) continue;
        area_max = area;
        largest = size;
    }
    return largest && attach(*largest, AttachmentKind::image, said);
}

bool read_sticker(Object sticker, Said& said) {
    if (!attach(sticker, AttachmentKind::sticker, said)) return false;
    said.content.details_json = json::ObjectWriter()
                                    .text_if("emoji", json::text(sticker, "emoji"))
                                    .text_if("set_name", json::text(sticker, "set_name"))
                                    .flag_if("is_animated", json::flag(sticker, "is_animated"))
                                    .flag_if("is_video", json::flag(sticker, "is_video"))
                                    .finish();
    return true;
}

bool read_point(Object location, Said& said) {
    const auto latitude = json::number(location, "latitude");
    const auto longitude = json::number(location, "longitude");
    if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
        return false;
    }
    said.content.type = ContentType::location;
    said.content.point = GeoPoint{*latitude, *longitude};
    if (const auto live = json::integer(location, "live_period")) {
        said.content.details_json = json::ObjectWriter().integer("live_period", *live).finish();
    }
    return true;
}

bool read_venue(Object venue, Said& said) {
    const auto location = json::object(venue, "location");
    if (!location || !read_point(*location, said)) return false;
    said.content.name = json::text(venue, "title");
    said.content.address = json::text(venue, "address");
    return true;
}

/// The number comes with or without a plus. `own` tells a person who shared their own number, which
/// Telegram vouches for, from one who passed on somebody else's.
bool read_contact(Object message, Object contact, Said& said) {
    ContactCard card;
    card.name = json::text(contact, "first_name");
    const std::string_view last = json::text(contact, "last_name");
    if (!last.empty()) card.name.append(card.name.empty() ? "" : " ").append(last);
    const std::string_view number = json::text(contact, "phone_number");
    std::string canonical = shared::e164_from_provider(number);
    if (!number.empty()) card.phones.push_back(canonical.empty() ? std::string(number) : canonical);
    if (card.name.empty() && card.phones.empty()) return false;
    said.content.type = ContentType::contacts;
    said.content.contacts.push_back(std::move(card));
    // The whole card, which may have more numbers and addresses.
    json::ObjectWriter details;
    if (const auto user = json::integer(contact, "user_id")) {
        const auto from = json::object(message, "from");
        const bool own = from && json::integer(*from, "id") == user;
        if (own) said.own_phone = std::move(canonical);
        details.integer("user_id", *user).flag_if("own", own);
    }
    said.content.details_json = details.text_if("vcard", json::text(contact, "vcard")).finish();
    return true;
}

/// What a web app sends back through its keyboard button.
bool read_web_app(Object data, Said& said) {
    said.content.type = ContentType::choice;
    said.content.choice = ChoiceKind::button;
    said.content.choice_id = json::text(data, "data");
    said.content.text = json::text(data, "button_text");
    if (said.content.text.empty()) said.content.text = said.content.choice_id;
    return !said.content.choice_id.empty();
}

/// Text with headings, tables and pictures; the whole stays in the details.
bool read_rich(Object rich, Said& said) {
    said.content.type = ContentType::text;
    said.content.text = rich_text(rich);
    said.content.details_json =
        json::ObjectWriter().raw("rich_message", json::compact(rich)).finish();
    return !said.content.text.empty();
}

struct File {
    std::string_view member;
    AttachmentKind kind;
};

/// `animation` stands before `document`, which repeats it for old clients.
constexpr std::array files = {
    File{"animation", AttachmentKind::video},  File{"audio", AttachmentKind::audio},
    File{"voice", AttachmentKind::voice},      File{"video", AttachmentKind::video},
    File{"video_note", AttachmentKind::video}, File{"document", AttachmentKind::document},
    File{"live_photo", AttachmentKind::video},
};

/// What is not paid for yet is a preview without a file.
bool read_paid(Object paid, Said& said) {
    const auto media = json::array(paid, "paid_media");
    if (!media) return false;
    for (const json::Value element : *media) {
        const auto one = json::as_object(element);
        if (!one || read_photo(*one, said)) continue;
        for (const char* const film : {"video", "live_photo"}) {
            const auto file = json::object(*one, film);
            if (file) (void)attach(*file, AttachmentKind::video, said);
        }
    }
    return !said.attachments.empty();
}

bool read_media(Object message, Said& said) {
    if (read_photo(message, said)) return true;
    for (const File& file : files) {
        const auto object = json::object(message, file.member);
        if (object && attach(*object, file.kind, said)) return true;
    }
    const auto paid = json::object(message, "paid_media");
    if (paid && read_paid(*paid, said)) return true;
    const auto sticker = json::object(message, "sticker");
    return sticker && read_sticker(*sticker, said);
}

bool read_rest(Object message, Said& said) {
    if (const auto venue = json::object(message, "venue")) return read_venue(*venue, said);
    if (const auto point = json::object(message, "location")) return read_point(*point, said);
    if (const auto contact = json::object(message, "contact")) {
        return read_contact(message, *contact, said);
    }
    if (const auto data = json::object(message, "web_app_data")) return read_web_app(*data, said);
    if (const auto rich = json::object(message, "rich_message")) return read_rich(*rich, said);
    return false;
}

/// The members tell: a notice of the chat, else the first that is none of the envelope, so that
/// kinds yet to come name themselves. Of notices the last counts: older names come before newer.
void make_unsupported(Object message, Said& said) {
    said.content.type = ContentType::unsupported;
    said.content.provider_type = "none";
    std::optional<json::Value> told;
    for (const auto [key, value] : message) {
        const bool notice = is_notice(key);
        if (surrounds(key) || value.is_null() || (told && !notice)) continue;
        told = value;
        said.content.provider_type = key;
        said.service = notice;
    }
    if (!told) {
        // A caption of nothing is words.
        if (!said.content.text.empty()) {
            said.content.type = ContentType::text;
            said.content.provider_type.clear();
        }
        return;
    }
    said.content.details_json = json::ObjectWriter().raw("value", json::compact(*told)).finish();
}

}  // namespace

Said read_content(Object message) {
    Said said;
    said.content.text = json::text(message, "text");
    if (!said.content.text.empty()) return said;
    said.content.text = json::text(message, "caption");
    if (!read_media(message, said) && !read_rest(message, said)) make_unsupported(message, said);
    return said;
}

}  // namespace postern::adapters::telegram
