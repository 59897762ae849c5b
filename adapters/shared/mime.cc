// Two small tables.
#include "adapters/shared/mime.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace postern::adapters::shared {
namespace {

constexpr std::array<std::pair<std::string_view, AttachmentKind>, 6> prefixes = {{
    {"image/", AttachmentKind::image},
    {"audio/", AttachmentKind::audio},
    {"video/", AttachmentKind::video},
    {"text/vcard", AttachmentKind::contact},
    {"text/x-vcard", AttachmentKind::contact},
    {"text/directory", AttachmentKind::contact},
}};

constexpr std::array<std::pair<std::string_view, AttachmentKind>, 9> words = {{
    {"image", AttachmentKind::image},
    {"audio", AttachmentKind::audio},
    {"voice", AttachmentKind::voice},
    {"video", AttachmentKind::video},
    {"document", AttachmentKind::document},
    {"file", AttachmentKind::document},
    {"sticker", AttachmentKind::sticker},
    {"location", AttachmentKind::location},
    {"contact", AttachmentKind::contact},
}};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return out;
}

}  // namespace

AttachmentKind kind_of_mime(std::string_view mime) {
    const std::string spelled = lower(mime);
    for (const auto& [prefix, kind] : prefixes) {
        if (spelled.starts_with(prefix)) return kind;
    }
    return AttachmentKind::document;
}

bool kind_from_word(std::string_view word, AttachmentKind& kind) {
    const std::string spelled = lower(word);
    const auto* const it = std::ranges::find(words, std::string_view(spelled),
                                             [](const auto& entry) { return entry.first; });
    if (it == words.end()) return false;
    kind = it->second;
    return true;
}

}  // namespace postern::adapters::shared
