#include "adapters/email/imap_words.h"

#include "adapters/shared/code_points.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t quoted_bytes_max = 4096;
constexpr std::size_t name_bytes_max = 1000;

bool is_printable(unsigned char c) {
    return c >= 0x20 && c < 0x7f;
}

void append_utf16(char32_t c, std::string& out) {
    const auto unit = [&out](char32_t u) {
        out.push_back(static_cast<char>(u >> 8 & 0xff));
        out.push_back(static_cast<char>(u & 0xff));
    };
    if (c < 0x1'0000) return unit(c);
    unit(0xd800 + ((c - 0x1'0000) >> 10));
    unit(0xdc00 + ((c - 0x1'0000) & 0x3ff));
}

/// Base64 with a comma for the slash and without padding, between "&" and "-".
void append_shifted(std::string& utf16, std::string& out) {
    if (utf16.empty()) return;
    out += '&';
    for (const char c : shared::to_base64(utf16)) {
        if (c != '=') out += c == '/' ? ',' : c;
    }
    out += '-';
    utf16.clear();
}

}  // namespace

std::optional<std::string> imap_quoted(std::string_view text) {
    if (text.size() > quoted_bytes_max) return std::nullopt;
    std::string out = "\"";
    for (const char c : text) {
        if (!is_printable(static_cast<unsigned char>(c))) return std::nullopt;
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::optional<std::string> imap_mailbox(std::string_view name) {
    const std::string whole(name);
    if (name.empty() || name.size() > name_bytes_max || shared::valid_utf8(whole) != whole)
        return std::nullopt;
    std::string out;
    std::string utf16;
    while (!name.empty()) {
        const char32_t c = shared::take_character(name);
        if (c < 0x20 || c == 0x7f) return std::nullopt;
        if (c > 0x7f) {
            append_utf16(c, utf16);
            continue;
        }
        append_shifted(utf16, out);
        out += static_cast<char>(c);
        if (c == U'&') out += '-';
    }
    append_shifted(utf16, out);
    return imap_quoted(out);
}

}  // namespace postern::adapters::email
