#include "adapters/media/media_limits.h"

#include <algorithm>
#include <array>
#include <string>

namespace postern::adapters {
namespace {

using enum MediaKind;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

struct Limits {
    std::string_view rules;
    bool by_bytes;
    std::array<std::uint64_t, 6> by_kind;  // image audio voice video document sticker
};

/// Without a line for bytes, that of URLs holds.
constexpr auto limits = std::to_array<Limits>({
    {"whatsapp", false, {5 * mib, 16 * mib, 16 * mib, 16 * mib, 100 * mib, 500 * kib}},
    {"messenger", false, {8 * mib, 25 * mib, 25 * mib, 25 * mib, 25 * mib, 0}},
    {"messenger", true, {25 * mib, 25 * mib, 25 * mib, 25 * mib, 25 * mib, 0}},
    {"instagram", false, {8 * mib, 25 * mib, 25 * mib, 25 * mib, 25 * mib, 0}},
    {"telegram", false, {5 * mib, 20 * mib, 20 * mib, 20 * mib, 20 * mib, 20 * mib}},
    {"telegram", true, {10 * mib, 50 * mib, 50 * mib, 50 * mib, 50 * mib, 50 * mib}},
    {"line", false, {10 * mib, 200 * mib, 200 * mib, 200 * mib, 0, 0}},
    {"viber", false, {mib, 50 * mib, 50 * mib, 26 * mib, 50 * mib, 0}},
    {"wechat", false, {10 * mib, 2 * mib, 2 * mib, 10 * mib, 0, 0}},
    {"twilio", false, {5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib}},
    {"twilio/rcs", false, {16 * mib, 16 * mib, 16 * mib, 16 * mib, 16 * mib, 16 * mib}},
    {"twilio/whatsapp", false, {5 * mib, 16 * mib, 16 * mib, 16 * mib, 16 * mib, 500 * kib}},
});

/// Types as they are registered, each between blanks; in words for people.
struct Types {
    std::string_view rules;
    MediaKind kind;
    std::string_view list;
    std::string_view words;
    bool of_bytes_too = true;
};

constexpr std::string_view whatsapp_sounds =
    " audio/aac audio/amr audio/mpeg audio/mp4 audio/ogg audio/opus ";
constexpr std::string_view whatsapp_sound_words = "AAC, AMR, MP3, M4A and OGG";
constexpr std::string_view instagram_sounds = " audio/aac audio/mp4 audio/wav ";
constexpr std::string_view wechat_sounds = " audio/amr audio/mpeg audio/mp3 ";

constexpr auto types = std::to_array<Types>({
    {"whatsapp", image, " image/jpeg image/png ", "JPEG and PNG"},
    {"whatsapp", audio, whatsapp_sounds, whatsapp_sound_words},
    {"whatsapp", voice, whatsapp_sounds, whatsapp_sound_words},
    {"whatsapp", video, " video/mp4 video/3gpp ", "MP4 and 3GP"},
    {"whatsapp", sticker, " image/webp ", "WebP"},
    {"instagram", image, " image/jpeg image/png ", "JPEG and PNG", false},
    {"instagram", image, " image/jpeg image/png image/gif ", "JPEG, PNG and GIF"},
    {"instagram", audio, instagram_sounds, "AAC, M4A and WAV"},
    {"instagram", voice, instagram_sounds, "AAC, M4A and WAV"},
    {"instagram", video, " video/mp4 video/ogg video/x-msvideo video/quicktime video/webm ",
     "MP4, OGG, AVI, MOV and WebM"},
    {"instagram", document, " application/pdf ", "PDF"},
    {"line", image, " image/jpeg image/png ", "JPEG and PNG"},
    {"line", audio, " audio/mp4 audio/mpeg ", "M4A and MP3"},
    {"line", voice, " audio/mp4 audio/mpeg ", "M4A and MP3"},
    {"line", video, " video/mp4 ", "MP4"},
    {"viber", image, " image/jpeg image/png image/gif ", "JPEG, PNG and GIF"},
    {"viber", video, " video/mp4 ", "MP4"},
    {"wechat", image, " image/jpeg image/png image/gif image/bmp ", "JPEG, PNG, GIF and BMP"},
    {"wechat", audio, wechat_sounds, "AMR and MP3"},
    {"wechat", voice, wechat_sounds, "AMR and MP3"},
    {"wechat", video, " video/mp4 ", "MP4"},
    {"vonage/mms", image, " image/jpeg image/png image/gif ", "JPEG, PNG and GIF"},
    {"vonage/mms", audio, " audio/mpeg audio/mp3 ", "MP3"},
    {"vonage/mms", voice, " audio/mpeg audio/mp3 ", "MP3"},
    {"vonage/mms", video, " video/mp4 ", "MP4"},
    {"twilio/whatsapp", image, " image/jpeg image/png ", "JPEG and PNG"},
    {"twilio/whatsapp", audio, whatsapp_sounds, whatsapp_sound_words},
    {"twilio/whatsapp", voice, whatsapp_sounds, whatsapp_sound_words},
    {"twilio/whatsapp", video, " video/mp4 video/3gpp ", "MP4 and 3GP"},
    {"twilio/whatsapp", sticker, " image/webp ", "WebP"},
});

/// A document that WhatsApp is given by its bytes; one that it fetches may be of any type.
constexpr Types whatsapp_files{
    "whatsapp", document,
    " text/plain application/pdf application/msword application/vnd.ms-excel"
    " application/vnd.ms-powerpoint"
    " application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    " application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    " application/vnd.openxmlformats-officedocument.presentationml.presentation"
    " image/jpeg image/png image/webp video/mp4 video/3gpp"
    " audio/aac audio/amr audio/mpeg audio/mp4 audio/ogg audio/opus ",
    "text, PDF, Word, Excel and PowerPoint by its bytes (any type, where media.public_url is set)"};

bool uploads_document(const MediaCase& medium) {
    return medium.by_bytes && medium.rules == "whatsapp" && medium.kind == document;
}

/// Meta holds an upload to the limit of its type, whatever it is sent as.
MediaKind limited_as(const MediaCase& medium) {
    if (!uploads_document(medium)) return medium.kind;
    if (medium.mime.starts_with("image/")) return image;
    if (medium.mime.starts_with("audio/")) return audio;
    return medium.mime.starts_with("video/") ? video : document;
}

bool lists(const Types& entry, std::string_view mime) {
    const std::string type = " " + std::string(mime.substr(0, mime.find(';'))) + " ";
    return entry.list.find(type) != std::string_view::npos;
}

}  // namespace

std::string_view media_types(const MediaCase& medium) {
    if (uploads_document(medium))
        return lists(whatsapp_files, medium.mime) ? std::string_view{} : whatsapp_files.words;
    for (const Types& entry : types) {
        if (entry.rules != medium.rules || entry.kind != medium.kind) continue;
        if (medium.by_bytes && !entry.of_bytes_too) continue;
        return lists(entry, medium.mime) ? std::string_view{} : entry.words;
    }
    return {};
}

std::uint64_t media_bytes_max(const MediaCase& medium) {
    const auto line = [&](bool by_bytes) {
        return std::ranges::find_if(limits, [&](const Limits& entry) {
            return entry.rules == medium.rules && entry.by_bytes == by_bytes;
        });
    };
    auto found = line(medium.by_bytes);
    if (found == limits.end()) found = line(false);
    if (found == limits.end()) return 0;
    return found->by_kind[static_cast<std::size_t>(limited_as(medium))];
}

bool kind_takes(MediaKind kind, std::string_view mime) {
    switch (kind) {
        case image:
        case sticker:
            return mime.starts_with("image/");
        case audio:
        case voice:
            // A recording without pictures is often labelled as the container's video.
            return mime.starts_with("audio/") || mime == "video/webm" || mime == "video/mp4";
        case video:
            return mime.starts_with("video/") || mime == "image/gif";
        case document:
            return true;
    }
    return false;
}

}  // namespace postern::adapters
