#include "gateway/model/media_name.h"

#include <array>
#include <string_view>
#include <utility>

namespace postern::model {
namespace {

constexpr std::size_t name_bytes_max = 80;
constexpr std::size_t extension_bytes_max = 5;

constexpr auto extensions = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"image/jpeg", ".jpg"},
    {"image/png", ".png"},
    {"image/gif", ".gif"},
    {"image/webp", ".webp"},
    {"audio/mpeg", ".mp3"},
    {"audio/ogg", ".ogg"},
    {"audio/mp4", ".m4a"},
    {"audio/aac", ".aac"},
    {"audio/amr", ".amr"},
    {"audio/wav", ".wav"},
    {"video/mp4", ".mp4"},
    {"video/3gpp", ".3gp"},
    {"video/webm", ".webm"},
    {"video/quicktime", ".mov"},
    {"application/pdf", ".pdf"},
    {"application/zip", ".zip"},
    {"text/plain", ".txt"},
    {"text/csv", ".csv"},
});

/// Of MediaKind, where neither name nor type says more.
constexpr std::array<std::string_view, 6> by_kind = {".jpg", ".mp3", ".ogg",
                                                     ".mp4", ".bin", ".webp"};

std::string_view extension_of(const adapters::OutboundContent& content) {
    const std::string_view type = std::string_view(content.mime).substr(0, content.mime.find(';'));
    for (const auto& [mime, extension] : extensions) {
        if (mime == type) return extension;
    }
    return by_kind[static_cast<std::size_t>(content.media)];
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

}  // namespace

std::string url_name(const adapters::OutboundContent& content) {
    std::string name;
    for (const char c : content.filename) name += is_plain(c) ? c : '_';
    const std::size_t dot = name.rfind('.');
    const bool has_extension = dot != std::string::npos && dot > 0 &&
                               name.size() - dot - 1 <= extension_bytes_max &&
                               name.size() - dot > 1;
    std::string extension(has_extension ? name.substr(dot) : std::string(extension_of(content)));
    if (has_extension) name.resize(dot);
    if (name.find_first_not_of("._") == std::string::npos) name = "file";
    if (name.size() > name_bytes_max) name.resize(name_bytes_max);
    return name + extension;
}

std::string hex_of(const Sha256& sha256) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * sha256.size());
    for (const std::uint8_t byte : sha256) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

}  // namespace postern::model
