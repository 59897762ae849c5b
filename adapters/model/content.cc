// The wire spellings of content enums: one table each.
#include "adapters/model/content.h"

#include <array>

namespace postern::adapters {

std::string_view to_string(ContentType type) {
    static constexpr std::array<std::string_view, 10> names = {
        "text",     "media",    "template", "buttons", "list",
        "location", "contacts", "reaction", "choice",  "unsupported"};
    return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(AttachmentKind kind) {
    // A voice note is `audio` on the wire with "voice": true (CONTRACT names no `voice` kind
    // inbound).
    static constexpr std::array<std::string_view, 8> names = {
        "image", "audio", "audio", "video", "document", "sticker", "location", "contact"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(ChoiceKind kind) {
    static constexpr std::array<std::string_view, 5> names = {"", "button", "list", "postback",
                                                              "quick_reply"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace postern::adapters
