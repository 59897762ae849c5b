// The body of a send (Viber, "Message Data Model" and REST Bot API, 2026).
#include "adapters/viber/build.h"

#include <algorithm>

#include "adapters/shared/form.h"
#include "adapters/viber/send.h"
#include "adapters/viber/tracking.h"

namespace postern::adapters::viber {
namespace {

using json::Builder;

/// Viber demands how many bytes a video or a file has, shows it before the download, and does not
/// count them. We are given an address and no size.
constexpr std::int64_t unknown_size = 1;

void add_picture(Builder& out, std::string_view url, std::string_view caption) {
    // The text is required, and may be empty.
    out.text("type", "picture").text("text", caption).text("media", url);
}

void add_media(Builder& out, const OutboundContent& content) {
    switch (content.media) {
        case MediaKind::image:
            return add_picture(out, content.url, content.text);
        case MediaKind::video:
            out.text("type", "video").text_if("text", content.text).text("media", content.url);
            out.integer("size", unknown_size);
            return;
        case MediaKind::sticker:
            out.text("type", "sticker").raw("sticker_id", sticker_of(content.url));
            return;
        case MediaKind::audio:
        case MediaKind::voice:
        case MediaKind::document:
            out.text("type", "file").text("media", content.url).integer("size", unknown_size);
            out.text("file_name", file_name_of(content));
            return;
    }
}

void add_choices(Builder& out, const OutboundContent& content) {
    if (content.header && content.header->media) {
        add_picture(out, content.header->url, composed_text(content));
    } else {
        out.text("type", "text").text("text", composed_text(content));
    }
    add_keyboard(out, content);
}

void add_content(Builder& out, const OutboundContent& content) {
    switch (content.type) {
        case ContentType::text:
            out.text("type", "text").text("text", content.text);
            return;
        case ContentType::media:
            return add_media(out, content);
        case ContentType::buttons:
        case ContentType::list:
            return add_choices(out, content);
        case ContentType::location:
            out.text("type", "location").open("location");
            out.number("lat", content.point->latitude).number("lon", content.point->longitude);
            out.close();
            return;
        case ContentType::contacts:
            out.text("type", "contact").open("contact");
            out.text("name", content.contacts.front().name);
            out.text("phone_number", content.contacts.front().phones.front()).close();
            return;
        default:
            return;
    }
}

/// Without query and fragment.
std::string_view path_of(std::string_view url) {
    return url.substr(0, url.find_first_of("?#"));
}

}  // namespace

std::string composed_text(const OutboundContent& content) {
    std::string out;
    if (content.header) out = content.header->text;
    for (const std::string* part : {&content.text, &content.footer}) {
        if (part->empty()) continue;
        if (!out.empty()) out += "\n\n";
        out += *part;
    }
    return out;
}

bool has_ending(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < name.size();
}

std::string file_name_of(const OutboundContent& content) {
    if (!content.filename.empty()) return content.filename;
    const std::string_view path = path_of(content.url);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || slash < std::string_view("https://").size()) return {};
    auto name = shared::decode_form_component(path.substr(slash + 1));
    return name ? std::move(*name) : std::string(path.substr(slash + 1));
}

std::string sticker_of(std::string_view url) {
    const std::size_t mark = url.find('?');
    if (mark == std::string_view::npos) return {};
    const std::string_view query = url.substr(mark + 1);
    const auto form = shared::parse_form(query.substr(0, query.find('#')));
    const std::string_view id = form ? form->value("stickerId") : std::string_view{};
    const bool number = std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    // It is written as a JSON number, which has no leading zero.
    return number && !id.starts_with('0') && id.size() <= 18 ? std::string(id) : std::string{};
}

std::string message_body(const SendRequest& request, std::string_view sender_name) {
    Builder out;
    out.open().text("receiver", request.to);
    out.integer("min_api_version", api_version_of(request.content));
    out.open("sender").text("name", sender_name).close();
    out.text_if("tracking_data", tracking_of(request.echo, request.content));
    add_content(out, request.content);
    return out.close().finish();
}

}  // namespace postern::adapters::viber
