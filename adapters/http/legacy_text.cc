// An accented letter of Windows-1252 stands beside plain ones, which no UTF-8 sequence bears.
#include "adapters/http/legacy_text.h"

#include <array>

#include "adapters/shared/code_points.h"

namespace postern::adapters::http {
namespace {

/// 0x80 to 0x9F of Windows-1252; what it leaves open is U+FFFD.
constexpr std::array<char16_t, 32> upper = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

void append(std::string& out, unsigned char byte) {
    const unsigned code = byte >= 0x80 && byte < 0xA0 ? upper[byte - 0x80U] : byte;
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        out += static_cast<char>(0xE0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

}  // namespace

std::string legacy_text(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::string_view before = bytes;
        const char32_t character = shared::take_character(bytes);
        const std::size_t taken = before.size() - bytes.size();
        if (character == 0xFFFD && taken == 1) {
            append(text, static_cast<unsigned char>(before.front()));
        } else {
            text.append(before.substr(0, taken));
        }
    }
    return text;
}

}  // namespace postern::adapters::http
