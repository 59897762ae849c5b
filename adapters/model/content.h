// What a message says, independent of the channel: the contract's content types and attachments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters {

/// Spelled as on the wire (CONTRACT, `content.type`). A keyword takes a trailing underscore.
enum class ContentType : unsigned char {
    text,
    media,
    template_,
    buttons,
    list,
    location,
    contacts,
    reaction,
    choice,
    unsupported,
};

enum class AttachmentKind : unsigned char {
    image,
    audio,
    voice,
    video,
    document,
    sticker,
    location,
    contact,
};

enum class ChoiceKind : unsigned char { none, button, list, postback, quick_reply };

[[nodiscard]] std::string_view to_string(ContentType type);
[[nodiscard]] std::string_view to_string(AttachmentKind kind);
[[nodiscard]] std::string_view to_string(ChoiceKind kind);

struct GeoPoint {
    double latitude = 0;
    double longitude = 0;
    bool operator==(const GeoPoint&) const = default;
};

struct Attachment {
    AttachmentKind kind = AttachmentKind::document;
    std::string url;       // the provider's, may expire and may need credentials
    std::string media_id;  // the provider's id, where media are fetched by id
    std::string mime;
    std::string filename;
    std::string caption;
    std::string sha256;  // as the provider spells it; empty if it gives none
    std::optional<GeoPoint> point;
    bool voice = false;      // a voice note
    bool view_once = false;  // the sender asked that it be seen once
    bool operator==(const Attachment&) const = default;
};

/// A shared contact card.
struct ContactCard {
    std::string name;
    std::vector<std::string> phones;
    std::vector<std::string> emails;
    std::string organization;
    bool operator==(const ContactCard&) const = default;
};

/// One struct for all types: a field that a type does not use is empty. `text` is the caption of
/// media, the title of a choice, and the body of a text.
struct Content {
    ContentType type = ContentType::text;
    std::string text;
    std::optional<GeoPoint> point;  // location
    std::string name;               // location: place name
    std::string address;            // location: postal address in words
    std::vector<ContactCard> contacts;
    std::string reaction_to;  // reaction: external id of the message reacted to
    std::string emoji;        // reaction: empty means removed
    ChoiceKind choice = ChoiceKind::none;
    std::string choice_id;      // choice: the payload that the business had put on the button
    std::string provider_type;  // unsupported: the provider's own word
    std::string details_json;   // further facts of the provider as one JSON object, or empty
    bool operator==(const Content&) const = default;
};

}  // namespace postern::adapters
