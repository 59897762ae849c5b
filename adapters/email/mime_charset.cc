#include "adapters/email/mime_charset.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <iconv.h>

#include "adapters/email/email_text.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// What is written, and what is meant by it (WHATWG's Encoding standard for most).
constexpr std::array<std::pair<std::string_view, const char*>, 22> meant = {{
    {"ansi_x3.4-1968", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"big5", "BIG5-HKSCS"},
    {"cp-850", "CP850"},
    {"cp1252", "WINDOWS-1252"},
    {"euc-kr", "CP949"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"iso-8859-1", "WINDOWS-1252"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso8859-1", "WINDOWS-1252"},
    {"iso_8859-1", "WINDOWS-1252"},
    {"ks_c_5601-1987", "CP949"},
    {"latin1", "WINDOWS-1252"},
    {"macintosh", "MACINTOSH"},
    {"shift_jis", "CP932"},
    {"sjis", "CP932"},
    {"unicode", "UTF-16"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"us-ascii", "WINDOWS-1252"},
    {"x-sjis", "CP932"},
    {"x-unknown", "WINDOWS-1252"},
}};

/// Charsets of one byte a character say nothing about bytes that are plainly UTF-8.
bool may_be_a_lie(std::string_view charset) {
    for (const std::string_view prefix : {"iso-8859-", "windows-125", "cp125"}) {
        if (charset.starts_with(prefix)) return true;
    }
    const auto* const at = std::ranges::find(meant, charset, &decltype(meant)::value_type::first);
    return charset.empty() || (at != meant.end() && std::string_view(at->second) == "WINDOWS-1252");
}

bool has_high_bytes(std::string_view bytes) {
    return std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_utf8(std::string_view bytes) {
    return shared::valid_utf8(std::string(bytes)) == bytes;
}

/// False: there is no such charset. Bytes that it does not have become U+FFFD.
bool convert(std::string_view bytes, const char* charset, std::string& out) {
    const iconv_t converter = ::iconv_open("UTF-8", charset);
    if (converter == reinterpret_cast<iconv_t>(-1)) return false;  // NOLINT: iconv's own word
    out.clear();
    out.reserve(bytes.size() + bytes.size() / 4);
    std::array<char, 4096> block{};
    char* in = const_cast<char*>(bytes.data());  // iconv's signature; it only reads
    std::size_t left = bytes.size();
    while (left > 0) {
        char* to = block.data();
        std::size_t room = block.size();
        const std::size_t done = ::iconv(converter, &in, &left, &to, &room);
        out.append(block.data(), block.size() - room);
        if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
        out.append(replacement);
        ++in;
        --left;
        (void)::iconv(converter, nullptr, nullptr, nullptr, nullptr);
    }
    ::iconv_close(converter);
    return true;
}

std::string tidy(std::string text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (text[i] == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') out += '\n';
        } else if (byte >= 0x20 ? byte != 0x7f : text[i] == '\n' || text[i] == '\t') {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

std::string text_to_utf8(std::string_view bytes, std::string_view charset) {
    if (bytes.starts_with("\xEF\xBB\xBF"))
        return tidy(shared::valid_utf8(std::string(bytes.substr(3))));
    const bool utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    std::string name = lower(trim(charset));
    std::erase_if(name, [](char c) { return c == '"' || c == '\'' || c == ' ' || c < 0x20; });
    if (utf16 && name.find("utf") == 0) name = "utf-16";
    const bool plainly_utf8 = has_high_bytes(bytes) && is_utf8(bytes);
    if (name == "utf-8" || name == "utf8" || (plainly_utf8 && may_be_a_lie(name))) {
        if (plainly_utf8 || !has_high_bytes(bytes)) return tidy(std::string(bytes));
    } else if (!name.empty()) {
        const auto* const at = std::ranges::find(meant, name, &decltype(meant)::value_type::first);
        std::string out;
        if (convert(bytes, at == meant.end() ? name.c_str() : at->second, out))
            return tidy(shared::valid_utf8(std::move(out)));
    }
    if (is_utf8(bytes)) return tidy(std::string(bytes));
    std::string out;
    const bool mostly_utf8 = std::ranges::count(name, '8') > 0 && name.starts_with("utf");
    if (mostly_utf8) {
        // One broken byte is no reason to misread all the others.
        std::string repaired = shared::valid_utf8(std::string(bytes));
        std::size_t broken = 0;
        for (std::size_t i = repaired.find(replacement); i != repaired.npos;
             i = repaired.find(replacement, i + replacement.size()))
            ++broken;
        const auto high = static_cast<std::size_t>(std::ranges::count_if(
            bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
        if (broken * 3 <= high) return tidy(std::move(repaired));
    }
    (void)convert(bytes, "WINDOWS-1252", out);
    return tidy(shared::valid_utf8(std::move(out)));
}

}  // namespace postern::adapters::email
