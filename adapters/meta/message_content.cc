// What a message says, from its text, its quick reply and its attachments together. Facts that the
// model has no place for stay in the details as Meta spelled them.
#include "adapters/meta/messaging.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::meta {
namespace {

using json::Object;

bool read_quick_reply(Object message, std::string_view text, Content& content) {
    const auto reply = json::object(message, "quick_reply");
    const std::string_view payload = reply ? json::text(*reply, "payload") : std::string_view{};
    if (payload.empty()) return false;
    content.type = ContentType::choice;
    content.choice = ChoiceKind::quick_reply;
    content.choice_id = payload;
    content.text = text;
    return true;
}

/// A person wrote it, so it is seen, under the word that Meta has for it.
void make_unsupported(const Pieces& pieces, bool flagged, Content& content) {
    content.type = ContentType::unsupported;
    content.provider_type = !pieces.unknown.empty() ? pieces.unknown
                            : flagged               ? "unsupported"
                                                    : "none";
}

void read_type(Object message, std::string_view text, Pieces& pieces, Said& said) {
    Content& content = said.content;
    const bool flagged = json::flag(message, "is_unsupported");
    if (read_quick_reply(message, text, content)) return;
    if (!pieces.files.empty()) {
        content.type = ContentType::media;
        content.text = text;
    } else if (pieces.point && text.empty()) {
        content.type = ContentType::location;
        content.point = pieces.point;
        content.name = std::move(pieces.place);
    } else if (!text.empty()) {
        content.type = ContentType::text;
        content.text = text;
    } else if (!pieces.words.empty() && !flagged) {
        content.type = ContentType::text;
        content.text = std::move(pieces.words);
    } else {
        make_unsupported(pieces, flagged, content);
    }
}

/// A point beside words or files has no content of its own.
void keep_point(Pieces& pieces, const Said& said) {
    if (!pieces.point || said.content.type == ContentType::location) return;
    Attachment place;
    place.kind = AttachmentKind::location;
    place.point = pieces.point;
    place.caption = std::move(pieces.place);
    pieces.files.push_back(std::move(place));
}

}  // namespace

Said read_said(Object message) {
    Said said;
    Pieces pieces;
    const auto attachments = json::array(message, "attachments");
    if (attachments) pieces = read_attachments(*attachments);
    read_type(message, json::text(message, "text"), pieces, said);
    keep_point(pieces, said);
    json::ObjectWriter details;
    if (!pieces.plain) details.raw("attachments", json::compact(*attachments));
    if (const auto commands = json::array(message, "commands")) {
        details.raw("commands", json::compact(*commands));
    }
    details.flag_if("is_unsupported", json::flag(message, "is_unsupported"));
    details.flag_if("is_self", json::flag(message, "is_self"));
    said.content.details_json = details.finish();
    said.attachments = std::move(pieces.files);
    return said;
}

}  // namespace postern::adapters::meta
