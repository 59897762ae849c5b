// `attachments[]` (Meta, "messages Webhook Event Reference", March 2026; "Instagram Platform
// Webhook Notification Examples", November 2025). What a shared post or story is, image or video,
// Meta does not tell: only fetching it does.
#include <algorithm>
#include <array>
#include <cmath>

#include "adapters/meta/messaging.h"

namespace postern::adapters::meta {
namespace {

using json::Object;

struct FileType {
    std::string_view name;
    AttachmentKind kind;
    bool plain = false;
};

/// Sorted by Meta's word, in lower case.
constexpr std::array file_types = {
    FileType{"audio", AttachmentKind::audio, true},
    FileType{"file", AttachmentKind::document, true},
    FileType{"ig_post", AttachmentKind::image},
    FileType{"ig_reel", AttachmentKind::video},
    FileType{"ig_story", AttachmentKind::image},
    FileType{"image", AttachmentKind::image, true},
    FileType{"media", AttachmentKind::image},
    FileType{"post", AttachmentKind::image},
    FileType{"reel", AttachmentKind::video},
    FileType{"share", AttachmentKind::image},
    FileType{"sticker", AttachmentKind::sticker},
    FileType{"story", AttachmentKind::image},
    FileType{"story_mention", AttachmentKind::image},
    FileType{"video", AttachmentKind::video, true},
};

const FileType* find_type(std::string_view word) {
    for (const FileType& known : file_types) {
        if (known.name == word) return &known;
    }
    return nullptr;
}

std::string lower(std::string_view word) {
    std::string out(word);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

/// One attachment: newer versions put everything into `payload`, older ones some beside it.
struct Source {
    Object outer;
    std::optional<Object> payload;

    [[nodiscard]] std::string_view text(std::string_view key) const {
        const std::string_view inner = payload ? json::text(*payload, key) : std::string_view{};
        return inner.empty() ? json::text(outer, key) : inner;
    }
    [[nodiscard]] std::string_view url() const {
        const std::string_view found = text("url");
        return found.empty() ? json::text(outer, "URL") : found;
    }
};

bool read_file(const Source& source, const FileType& type, Pieces& out) {
    Attachment file;
    file.url = source.url();
    file.kind = type.kind;
    if (source.payload) file.media_id = json::id(*source.payload, "sticker_id");
    if (!file.media_id.empty()) file.kind = AttachmentKind::sticker;
    if (file.url.empty() && file.media_id.empty()) return false;
    const std::string_view title = source.text("title");
    if (type.kind == AttachmentKind::document) {
        file.filename = title;
    } else {
        file.caption = title;
    }
    out.plain = out.plain && type.plain && file.kind == type.kind;
    out.files.push_back(std::move(file));
    return true;
}

/// Until August 2026 a sticker came twice, as `image` and as `sticker`, with the same id.
void drop_repeated_stickers(std::vector<Attachment>& files) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].kind != AttachmentKind::sticker || files[i].media_id.empty()) continue;
        for (std::size_t k = files.size() - 1; k > i; --k) {
            if (files[k].media_id == files[i].media_id) {
                files.erase(files.begin() + static_cast<std::ptrdiff_t>(k));
            }
        }
    }
}

/// Until April 2026 a shared post came twice, as `share` and as `ig_post`, with the same id.
bool is_repeated_post(const Source& source, std::vector<std::string>& posts) {
    std::string id = source.payload ? json::id(*source.payload, "ig_post_media_id") : std::string{};
    if (id.empty() || source.url().empty()) return false;
    if (std::ranges::find(posts, id) != posts.end()) return true;
    posts.push_back(std::move(id));
    return false;
}

bool read_point(const Source& source, Pieces& out) {
    const auto at = source.payload ? json::object(*source.payload, "coordinates") : std::nullopt;
    if (!at || out.point) return false;
    const auto latitude = json::number(*at, "lat");
    const auto longitude = json::number(*at, "long");
    if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
        return false;
    }
    out.point = GeoPoint{*latitude, *longitude};
    out.place = source.text("title");
    return true;
}

std::optional<json::Array> elements_of(Object payload) {
    if (const auto own = json::array(payload, "elements")) return own;
    for (const char* nested : {"generic", "product"}) {
        const auto inner = json::object(payload, nested);
        if (const auto own = inner ? json::array(*inner, "elements") : std::nullopt) return own;
    }
    return std::nullopt;
}

/// The words of a template (a shared product, a card): its text, else the titles of its elements.
std::string template_words(const Source& source) {
    std::string words(source.text("text"));
    if (words.empty()) words = source.text("title");
    const auto elements = source.payload ? elements_of(*source.payload) : std::nullopt;
    if (!words.empty() || !elements) return words;
    for (const json::Value element : *elements) {
        const auto card = json::as_object(element);
        const std::string_view title = card ? json::text(*card, "title") : std::string_view{};
        if (!title.empty()) words.append(words.empty() ? "" : "\n").append(title);
    }
    return words;
}

/// A shared link, a heart, a template: words, if the person wrote none.
bool read_words(const Source& source, std::string_view type, Pieces& out) {
    std::string words;
    if (type == "fallback") words = source.url().empty() ? source.text("title") : source.url();
    if (type == "template") words = template_words(source);
    if (type == "like_heart") words = "\xe2\x9d\xa4\xef\xb8\x8f";
    if (words.empty()) return false;
    if (out.words.empty()) out.words = std::move(words);
    return true;
}

}  // namespace

Pieces read_attachments(json::Array attachments) {
    Pieces out;
    std::vector<std::string> posts;
    for (const json::Value element : attachments) {
        const auto object = json::as_object(element);
        if (!object) continue;
        const std::string type = lower(json::text(*object, "type"));
        const Source source{*object, json::object(*object, "payload")};
        if (is_repeated_post(source, posts)) continue;
        const FileType* const file = find_type(type);
        if (file != nullptr && read_file(source, *file, out)) continue;
        out.plain = false;
        if (type == "location" && read_point(source, out)) continue;
        if (read_words(source, type, out)) continue;
        if (out.unknown.empty()) out.unknown = type.empty() ? "none" : type;
    }
    drop_repeated_stickers(out.files);
    return out;
}

}  // namespace postern::adapters::meta
