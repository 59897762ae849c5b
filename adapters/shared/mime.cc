// Three small tables.
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

/// Endings of names, each between dots.
constexpr std::array<std::pair<std::string_view, AttachmentKind>, 4> endings = {{
    {".bmp.gif.heic.jpeg.jpg.png.webp.", AttachmentKind::image},
    {".aac.amr.m4a.mp3.oga.ogg.opus.wav.", AttachmentKind::audio},
    {".3gp.avi.m4v.mkv.mov.mp4.webm.", AttachmentKind::video},
    {".vcard.vcf.", AttachmentKind::contact},
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

AttachmentKind kind_of_name(std::string_view name) {
    name = name.substr(0, name.find_first_of("?#"));
    const std::size_t dot = name.find_last_of("./");
    if (dot == name.npos || name[dot] != '.') return AttachmentKind::document;
    const std::string ending = lower(name.substr(dot)) + ".";
    for (const auto& [all, kind] : endings) {
        if (ending.size() > 2 && all.find(ending) != all.npos) return kind;
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
