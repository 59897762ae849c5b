// What the business sends, independent of the channel: the contract's «out» fields of every content
// type. One struct for all: a field that a type does not use is empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/model/content.h"

namespace postern::adapters {

enum class MediaKind : unsigned char { image, audio, voice, video, document, sticker };
enum class ButtonKind : unsigned char { reply, url, phone, location };

[[nodiscard]] std::string_view to_string(MediaKind kind);
[[nodiscard]] std::string_view to_string(ButtonKind kind);

struct OutboundButton {
    ButtonKind kind = ButtonKind::reply;
    std::string id;
    std::string title;
    std::string url;
    std::string phone;
    bool operator==(const OutboundButton&) const = default;
};

struct ListRow {
    std::string id;
    std::string title;
    std::string description;
    bool operator==(const ListRow&) const = default;
};

struct ListSection {
    std::string title;
    std::vector<ListRow> rows;
    bool operator==(const ListSection&) const = default;
};

/// Stands above a template, buttons or a list: words, or one medium by URL.
struct OutboundHeader {
    std::optional<MediaKind> media;  // absent: `text`
    std::string url;
    std::string text;
    bool operator==(const OutboundHeader&) const = default;
};

/// What a template's button gives back when it is tapped (reply), or the end of its URL (url).
struct TemplateButton {
    unsigned index = 0;
    std::string payload;
    ButtonKind kind = ButtonKind::reply;  // reply or url, as the template was approved
    bool operator==(const TemplateButton&) const = default;
};

struct OutboundContent {
    ContentType type = ContentType::text;
    std::string text;  // text; caption of media; body of buttons and list
    bool preview_url = false;
    std::string subject;  // text and media, by e-mail; other channels leave both out
    std::string html;     // text by e-mail: the same again for readers that show HTML

    MediaKind media = MediaKind::document;
    std::string url;  // public; an upload has been given its signed URL before an adapter sees it
    std::string upload;  // id of an upload, instead of `url`; no adapter reads it
    std::string mime;
    std::string filename;

    std::string name;  // template; place of a location
    std::string language;
    std::vector<std::pair<std::string, std::string>> variables;  // in the order given
    std::vector<TemplateButton> template_buttons;

    std::optional<OutboundHeader> header;
    std::string footer;
    std::vector<OutboundButton> buttons;
    std::string button;  // the word that opens a list
    std::vector<ListSection> sections;

    std::optional<GeoPoint> point;
    std::string address;
    std::vector<ContactCard> contacts;

    std::string reaction_to;  // external id of the message
    std::string emoji;        // empty removes the reaction
    bool operator==(const OutboundContent&) const = default;
};

}  // namespace postern::adapters
