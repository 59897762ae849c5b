#include "adapters/media/media_limits.h"

#include <array>

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
    {"twilio", {5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib, 5 * mib}},
});

}  // namespace

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
