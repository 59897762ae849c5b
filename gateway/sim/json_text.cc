// JSON text in two spellings; see the header for why there are two.
#include "gateway/sim/json_text.h"

#include <fmt/format.h>

namespace postern::sim {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// One code point from the front of `text`; malformed, overlong and surrogate forms give U+FFFD and
/// consume one byte.
char32_t take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 1) {
        text.remove_prefix(1);
        return lead;
    }
    char32_t point = length == 2 ? lead & 0x1Fu : length == 3 ? lead & 0x0Fu : lead & 0x07u;
    bool good = length != 0 && length <= text.size();
    for (std::size_t i = 1; good && i < length; ++i) {
        good = (byte(i) & 0xC0u) == 0x80u;
        point = (point << 6) | (byte(i) & 0x3Fu);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (!good || overlong || (point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) {
        text.remove_prefix(1);
        return replacement;
    }
    text.remove_prefix(length);
    return point;
}

void append_utf8(std::string& out, char32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (point >> 18));
        out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    }
}

void append_escaped(std::string& out, char32_t point) {
    if (point >= 0x10000) {
        const char32_t rest = point - 0x10000;
        fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}",
                       static_cast<unsigned>(0xD800 + (rest >> 10)),
                       static_cast<unsigned>(0xDC00 + (rest & 0x3FF)));
    } else {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(point));
    }
}

}  // namespace

std::string quoted(std::string_view text, JsonSpelling spelling) {
    std::string out = "\"";
    while (!text.empty()) {
        const char32_t point = take_code_point(text);
        if (point == '"' || point == '\\') {
            out += '\\';
            out += static_cast<char>(point);
        } else if (point == '\n') {
            out += "\\n";
        } else if (point < 0x20) {
            append_escaped(out, point);
        } else if (spelling == JsonSpelling::ascii && point == '/') {
            out += "\\/";
        } else if (spelling == JsonSpelling::ascii && point >= 0x7F) {
            append_escaped(out, point);
        } else {
            append_utf8(out, point);
        }
    }
    out += '"';
    return out;
}

void JsonText::separate() {
    if (comma_) text_ += ',';
    comma_ = true;
}

JsonText& JsonText::begin_object() {
    separate();
    text_ += '{';
    comma_ = false;
    return *this;
}

JsonText& JsonText::end_object() {
    text_ += '}';
    comma_ = true;
    return *this;
}

JsonText& JsonText::begin_array() {
    separate();
    text_ += '[';
    comma_ = false;
    return *this;
}

JsonText& JsonText::end_array() {
    text_ += ']';
    comma_ = true;
    return *this;
}

JsonText& JsonText::key(std::string_view name) {
    separate();
    text_ += quoted(name, spelling_);
    text_ += ':';
    comma_ = false;
    return *this;
}

JsonText& JsonText::value(std::string_view text) {
    separate();
    text_ += quoted(text, spelling_);
    return *this;
}

JsonText& JsonText::value(double number) {
    return raw(fmt::format("{:.6f}", number));
}

JsonText& JsonText::raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
}

}  // namespace postern::sim
