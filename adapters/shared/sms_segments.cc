// One pass decides the alphabet and counts, a second one fills the parts greedily: packing by
// division would be one part short where a pair straddles a boundary.
#include "adapters/shared/sms_segments.h"

#include <algorithm>
#include <array>

#include "adapters/shared/code_points.h"

namespace postern::adapters::shared {
namespace {

constexpr std::size_t gsm7_single = 160;
constexpr std::size_t gsm7_part = 153;
constexpr std::size_t ucs2_single = 70;
constexpr std::size_t ucs2_part = 67;

/// The default alphabet beyond ASCII, sorted. Of ASCII it lacks what `basic_ascii` says.
constexpr std::array<char32_t, 39> beyond_ascii = {
    0xa1, 0xa3, 0xa4, 0xa5,  0xa7,  0xbf,  0xc4,  0xc5,  0xc6,  0xc7,  0xc9,  0xd1,  0xd6,
    0xd8, 0xdc, 0xdf, 0xe0,  0xe4,  0xe5,  0xe6,  0xe8,  0xe9,  0xec,  0xf1,  0xf2,  0xf6,
    0xf8, 0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9,
};
bool basic_ascii(char32_t c) {
    if (c == '\n' || c == '\r') return true;
    if (c < 0x20 || c > 0x7a) return false;
    return c != '[' && c != '\\' && c != ']' && c != '^' && c != '`';
}

bool extended(char32_t c) {
    switch (c) {
        case 0x0c:
        case '[':
        case '\\':
        case ']':
        case '^':
        case '{':
        case '|':
        case '}':
        case '~':
        case 0x20ac:
            return true;
        default:
            return false;
    }
}

std::size_t units_of(char32_t character, SmsEncoding encoding) {
    if (encoding == SmsEncoding::gsm7) return gsm7_septets(character);
    return character > 0xffff ? 2 : 1;
}

/// How long each part is, in bytes.
template <class Take>
void cut_parts(std::string_view text, SmsEncoding encoding, Take take) {
    const std::size_t room = encoding == SmsEncoding::gsm7 ? gsm7_part : ucs2_part;
    std::size_t used = 0;
    std::size_t begin = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t at = text.size() - rest.size();
        const std::size_t units = units_of(take_character(rest), encoding);
        if (used + units > room) {
            take(text.substr(begin, at - begin));
            begin = at;
            used = 0;
        }
        used += units;
    }
    take(text.substr(begin));
}

std::size_t parts_of(std::string_view text, SmsEncoding encoding) {
    std::size_t parts = 0;
    cut_parts(text, encoding, [&parts](std::string_view) { ++parts; });
    return parts;
}

}  // namespace

std::string_view to_string(SmsEncoding encoding) {
    return encoding == SmsEncoding::gsm7 ? "gsm7" : "ucs2";
}

unsigned gsm7_septets(char32_t character) {
    if (extended(character)) return 2;
    if (character < 0x80) return basic_ascii(character) ? 1 : 0;
    return std::ranges::binary_search(beyond_ascii, character) ? 1 : 0;
}

SmsSegments sms_segments(std::string_view text) {
    std::size_t septets = 0;
    std::size_t code_units = 0;
    bool fits_gsm7 = true;
    for (std::string_view rest = text; !rest.empty();) {
        const char32_t character = take_character(rest);
        const unsigned cost = gsm7_septets(character);
        fits_gsm7 = fits_gsm7 && cost > 0;
        septets += cost;
        code_units += character > 0xffff ? 2 : 1;
    }
    SmsSegments out;
    out.encoding = fits_gsm7 ? SmsEncoding::gsm7 : SmsEncoding::ucs2;
    out.units = fits_gsm7 ? septets : code_units;
    const std::size_t single = fits_gsm7 ? gsm7_single : ucs2_single;
    out.count = out.units <= single ? 1 : parts_of(text, out.encoding);
    return out;
}

std::vector<std::string_view> sms_parts(std::string_view text) {
    const SmsSegments segments = sms_segments(text);
    if (segments.count == 1) return {text};
    std::vector<std::string_view> out;
    out.reserve(segments.count);
    cut_parts(text, segments.encoding, [&out](std::string_view part) { out.push_back(part); });
    return out;
}

}  // namespace postern::adapters::shared
