#include "adapters/media/media_limits.h"

#include <array>
#include <string>

namespace postern::adapters {
namespace {

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

struct Limits {
    std::string_view channel;
    std::array<std::uint64_t, 6> by_kind;  // image audio voice video document sticker
};

constexpr auto limits = std::to_array<Limits>({
    {"whatsapp", {5 * mib, 16 * mib, 16 * mib, 16 * mib, 100 * mib, 500 * kib}},
    {"messenger", {8 * mib, 25 * mib, 25 * mib, 25 * mib, 25 * mib, 8 * mib}},
    {"instagram", {8 * mib, 25 * mib, 25 * mib, 25 * mib, 25 * mib, 8 * mib}},
    {"telegram", {5 * mib, 20 * mib, 20 * mib, 20 * mib, 20 * mib, 20 * mib}},
    {"line", {10 * mib, 200 * mib, 200 * mib, 200 * mib, 0, 10 * mib}},
    {"viber", {mib, 0, 0, 26 * mib, 50 * mib, 0}},
    {"wechat", {10 * mib, 2 * mib, 2 * mib, 10 * mib, 0, 0}},
    {"twilio", {5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib}},
});

/// Types as sniffers and senders spell them; in words for people.
struct Types {
    std::string_view channel;
    MediaKind kind;
    std::string_view list;  // each between blanks
    std::string_view words;
};

constexpr auto types = std::to_array<Types>({
    {"wechat", MediaKind::image, " image/jpeg image/png image/gif image/bmp ",
     "JPEG, PNG, GIF and BMP"},
    {"wechat", MediaKind::audio, " audio/amr audio/mpeg audio/mp3 ", "AMR and MP3"},
    {"wechat", MediaKind::voice, " audio/amr audio/mpeg audio/mp3 ", "AMR and MP3"},
    {"wechat", MediaKind::video, " video/mp4 ", "MP4"},
});

}  // namespace

std::string_view media_types(std::string_view channel, MediaKind kind, std::string_view mime) {
    const std::string type = " " + std::string(mime.substr(0, mime.find(';'))) + " ";
    for (const Types& entry : types) {
        if (entry.channel != channel || entry.kind != kind) continue;
        return entry.list.find(type) == std::string_view::npos ? entry.words : std::string_view{};
    }
    return {};
}

std::uint64_t media_bytes_max(std::string_view channel, MediaKind kind) {
    for (const Limits& entry : limits) {
        if (entry.channel == channel) return entry.by_kind[static_cast<std::size_t>(kind)];
    }
    return 0;
}

bool kind_takes(MediaKind kind, std::string_view mime) {
    switch (kind) {
        case MediaKind::image:
        case MediaKind::sticker:
            return mime.starts_with("image/");
        case MediaKind::audio:
        case MediaKind::voice:
            // A recording without pictures is often labelled as the container's video.
            return mime.starts_with("audio/") || mime == "video/webm" || mime == "video/mp4";
        case MediaKind::video:
            return mime.starts_with("video/") || mime == "image/gif";
        case MediaKind::document:
            return true;
    }
    return false;
}

}  // namespace postern::adapters
