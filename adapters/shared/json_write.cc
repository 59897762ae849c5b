// Escaping after RFC 8259, and replacement of malformed UTF-8 after Unicode's table 3-7.
#include "adapters/shared/json_write.h"

#include <cstddef>
#include <utility>

namespace postern::adapters::json {
namespace {

bool continuation(std::string_view text, std::size_t at, unsigned low = 0x80,
                  unsigned high = 0xbf) {
    if (at >= text.size()) return false;
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte >= low && byte <= high;
}

/// The length of the well-formed sequence at `at`, or 0. The second byte is where overlong forms,
/// surrogates and what lies beyond U+10FFFF show.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return continuation(text, at + 1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = lead == 0xed ? 0x9f : 0xbf;
        return continuation(text, at + 1, low, high) && continuation(text, at + 2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
        const bool whole = continuation(text, at + 1, low, high) && continuation(text, at + 2) &&
                           continuation(text, at + 3);
        return whole ? 4 : 0;
    }
    return 0;
}

void append_control(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    out += "\\u00";
    out += digits[(static_cast<unsigned char>(c) >> 4) & 0xf];
    out += digits[static_cast<unsigned char>(c) & 0xf];
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            ++at;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            append_control(out, c);
            ++at;
        } else if (const std::size_t length = sequence_length(text, at); length > 0) {
            out.append(text, at, length);
            at += length;
        } else {
            out += "\xef\xbf\xbd";
            ++at;
        }
    }
    out += '"';
}

void ObjectWriter::name(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
}

ObjectWriter& ObjectWriter::text(std::string_view member, std::string_view value) {
    name(member);
    append_quoted(out_, value);
    return *this;
}

ObjectWriter& ObjectWriter::text_if(std::string_view member, std::string_view value) {
    return value.empty() ? *this : text(member, value);
}

ObjectWriter& ObjectWriter::integer(std::string_view member, std::int64_t value) {
    name(member);
    out_ += std::to_string(value);
    return *this;
}

ObjectWriter& ObjectWriter::flag_if(std::string_view member, bool value) {
    return value ? raw(member, "true") : *this;
}

ObjectWriter& ObjectWriter::raw(std::string_view member, std::string_view json) {
    name(member);
    out_ += json;
    return *this;
}

std::string ObjectWriter::finish() {
    if (!out_.empty()) out_ += '}';
    return std::move(out_);
}

}  // namespace postern::adapters::json
