#include "gateway/media/sniff.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace postern::media {
namespace {

using namespace std::string_view_literals;

struct Signature {
    std::size_t offset;
    std::string_view bytes;
    std::string_view mime;
};

// Of the formats that channels carry, and of what must not pass for one of them. WHATWG's «MIME
// Sniffing» and the formats' own documents.
constexpr auto signatures = std::to_array<Signature>({
    {0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    {0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {8, "WEBPVP"sv, "image/webp"},
    {0, "BM"sv, "image/bmp"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "OggS\0"sv, "audio/ogg"},
    {0, "ID3"sv, "audio/mpeg"},
    {0, "#!AMR"sv, "audio/amr"},
    {0, "fLaC"sv, "audio/flac"},
    {8, "WAVE"sv, "audio/wav"},
    {4, "ftypM4A"sv, "audio/mp4"},
    {4, "ftyp3g"sv, "video/3gpp"},
    {4, "ftypqt"sv, "video/quicktime"},
    {4, "ftypheic"sv, "image/heic"},
    {4, "ftypavif"sv, "image/avif"},
    {4, "ftyp"sv, "video/mp4"},
    {0, "\x1A\x45\xDF\xA3"sv, "video/webm"},
    {0, "PK\x03\x04"sv, "application/zip"},
    {0, "\x1F\x8B\x08"sv, "application/gzip"},
    {0,
     "\x7F"
     "ELF"sv,
     "application/x-executable"},
    {0, "MZ"sv, "application/x-msdownload"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "application/x-ole-storage"},
});

constexpr auto markup = std::to_array<std::string_view>(
    {"<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<svg", "<?xml", "<!--"});

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool begins_with(std::string_view bytes, std::string_view word) {
    if (bytes.size() < word.size()) return false;
    return std::equal(word.begin(), word.end(), bytes.begin(),
                      [](char w, char b) { return w == lower(b); });
}

/// Markup is recognised behind blanks and a byte order mark, as browsers do.
std::string_view sniff_markup(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const std::size_t begin = bytes.find_first_not_of(" \t\r\n\f");
    if (begin == std::string_view::npos) return {};
    bytes.remove_prefix(begin);
    for (const std::string_view word : markup) {
        if (!begins_with(bytes, word)) continue;
        const bool svg = std::search(bytes.begin(), bytes.end(), "<svg", "<svg" + 4) != bytes.end();
        if (svg) return "image/svg+xml";
        return word == "<?xml" ? "text/xml" : "text/html";
    }
    return {};
}

std::string_view kind_of(std::string_view mime) {
    return mime.substr(0, mime.find('/'));
}

bool is_dangerous(std::string_view mime) {
    return mime == "text/html" || mime == "image/svg+xml" || mime == "text/xml" ||
           mime == "application/xhtml+xml" || mime == "application/x-executable" ||
           mime == "application/x-msdownload";
}

/// Containers that hold sound or pictures alike, and formats that are a ZIP inside.
bool may_be(std::string_view claimed, std::string_view sniffed) {
    if (claimed == sniffed || kind_of(claimed) == kind_of(sniffed)) return true;
    const bool av = kind_of(claimed) == "audio" || kind_of(claimed) == "video";
    const bool av_bytes = kind_of(sniffed) == "audio" || kind_of(sniffed) == "video";
    if (av && av_bytes) return true;
    // Documents are of many kinds, and `text` is what anybody may write.
    return kind_of(claimed) == "application" || kind_of(claimed) == "text" ||
           claimed == "image/webp";
}

bool is_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
}

/// Spellings that are in use and not registered. Providers look the registered one up in a list.
std::string registered(std::string type) {
    constexpr auto aliases = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"image/jpg", "image/jpeg"},
        {"image/pjpeg", "image/jpeg"},
        {"image/x-png", "image/png"},
        {"audio/mp3", "audio/mpeg"},
        {"audio/x-mp3", "audio/mpeg"},
        {"audio/m4a", "audio/mp4"},
        {"audio/x-m4a", "audio/mp4"},
        {"audio/x-aac", "audio/aac"},
        {"audio/x-wav", "audio/wav"},
        {"audio/wave", "audio/wav"},
        {"audio/vnd.wave", "audio/wav"},
        {"video/3gp", "video/3gpp"},
        {"video/avi", "video/x-msvideo"},
    });
    for (const auto& [used, right] : aliases) {
        if (type == used) return std::string(right);
    }
    return type;
}

}  // namespace

std::string_view sniff(std::string_view first_bytes) {
    for (const Signature& signature : signatures) {
        if (first_bytes.size() < signature.offset + signature.bytes.size()) continue;
        if (first_bytes.substr(signature.offset, signature.bytes.size()) == signature.bytes)
            return signature.mime;
    }
    // MPEG audio without tags: eleven set bits, a layer and a bit rate.
    if (first_bytes.size() > 2) {
        const auto a = static_cast<unsigned char>(first_bytes[0]);
        const auto b = static_cast<unsigned char>(first_bytes[1]);
        if (a == 0xFF && (b & 0xF6U) == 0xF0U) return "audio/aac";
        if (a == 0xFF && (b & 0xE0U) == 0xE0U && (b & 0x06U) != 0) return "audio/mpeg";
    }
    return sniff_markup(first_bytes.substr(0, sniffed_bytes));
}

std::string plain_type(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
    while (type.starts_with(' ') || type.starts_with('\t')) type.remove_prefix(1);
    std::string out;
    for (const char c : type) out += lower(c);
    const std::size_t slash = out.find('/');
    const bool shaped =
        slash != std::string::npos && slash > 0 && slash + 1 < out.size() && out.size() <= 127;
    if (!shaped) return {};
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i != slash && !is_token(out[i])) return {};
    }
    return out;
}

Judged judge_type(std::string_view claimed, std::string_view first_bytes) {
    const std::string_view sniffed = sniff(first_bytes);
    std::string claim = registered(plain_type(claimed));
    const bool nothing = claim.empty() || claim == "application/octet-stream" ||
                         claim == "application/x-www-form-urlencoded" ||
                         claim == "binary/octet-stream";
    if (nothing) return {sniffed.empty() ? "application/octet-stream" : std::string(sniffed), {}};
    if (sniffed.empty() || sniffed == claim) return {std::move(claim), {}};
    const bool media = kind_of(claim) == "image" || kind_of(claim) == "audio" ||
                       kind_of(claim) == "video" || claim == "application/pdf";
    const bool contradicts = media && (is_dangerous(sniffed) || !may_be(claim, sniffed));
    if (!contradicts) return {std::move(claim), {}};
    return {{}, fmt::format("the type says {}, the content is {}", claim, sniffed)};
}

bool is_shown_inline(std::string_view mime) {
    constexpr auto shown = std::to_array<std::string_view>(
        {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "audio/mpeg",
         "audio/mp4", "audio/ogg", "audio/aac", "audio/amr", "audio/wav", "audio/webm", "video/mp4",
         "video/3gpp", "video/webm", "video/quicktime", "application/pdf"});
    return std::ranges::find(shown, mime) != shown.end();
}

std::string safe_filename(std::string_view name) {
    const std::size_t slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::string out;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) continue;
        out += c;
    }
    if (out.size() > 255) {
        std::size_t end = 255;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
        out.resize(end);
    }
    return out == "." || out == ".." ? std::string{} : out;
}

std::string disposition(std::string_view mime, std::string_view filename) {
    std::string out = is_shown_inline(mime) ? "inline" : "attachment";
    if (filename.empty()) return out;
    std::string plain;
    std::string encoded;
    bool ascii = true;
    for (const char c : filename) {
        const auto byte = static_cast<unsigned char>(c);
        const bool bare = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                          c == '.' || c == '-' || c == '_';
        ascii = ascii && byte < 0x80;
        plain += bare || c == ' ' ? c : '_';
        encoded += bare ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    out += fmt::format("; filename=\"{}\"", plain);
    if (!ascii || plain != filename) out += "; filename*=UTF-8''" + encoded;
    return out;
}

}  // namespace postern::media
