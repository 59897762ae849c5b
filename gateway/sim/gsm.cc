#include "gateway/sim/gsm.h"

#include <algorithm>

namespace postern::sim {
namespace {

/// The 128 characters in order; the escape is a space.
constexpr std::u32string_view characters_of_gsm =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(characters_of_gsm.size() == 128);
constexpr std::size_t escape = 0x1b;

constexpr std::string_view extension_septets = "\x0a\x14()/<=>@e";
constexpr std::u32string_view extension_characters = U"\f^{}\\[~]|€";

char32_t extension_of(unsigned char septet) {
    const std::size_t at = extension_septets.find(static_cast<char>(septet));
    return at == std::string_view::npos ? U' ' : extension_characters[at];
}

/// 0: it has none.
std::size_t septets_of(char32_t c) {
    if (extension_characters.find(c) != std::u32string_view::npos) return 2;
    const std::size_t at = characters_of_gsm.find(c);
    return at != std::u32string_view::npos && at != escape ? 1 : 0;
}

}  // namespace

void append_utf8(std::string& out, char32_t c) {
    const auto octet = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
    if (c < 0x80) return octet(c);
    if (c < 0x800) {
        octet(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            octet(0xe0 | c >> 12);
        } else {
            octet(0xf0 | c >> 18);
            octet(0x80 | (c >> 12 & 0x3f));
        }
        octet(0x80 | (c >> 6 & 0x3f));
    }
    octet(0x80 | (c & 0x3f));
}

char32_t take_utf8(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t octets = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (octets > text.size() || (lead >= 0x80 && lead < 0xc0)) {
        text.remove_prefix(1);
        return 0xfffd;
    }
    char32_t c = octets == 1 ? lead : lead & (0x7fU >> octets);
    for (std::size_t i = 1; i < octets; ++i)
        c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    text.remove_prefix(octets);
    return c;
}

std::string from_gsm(std::string_view octets) {
    std::string out;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const auto septet = static_cast<unsigned char>(octets[i]);
        if (septet == escape && i + 1 < octets.size()) {
            append_utf8(out, extension_of(static_cast<unsigned char>(octets[++i])));
        } else {
            append_utf8(out, septet < 128 ? characters_of_gsm[septet] : U'?');
        }
    }
    return out;
}

GsmText as_gsm(std::string_view utf8) {
    GsmText out;
    while (!utf8.empty()) {
        const char32_t c = take_utf8(utf8);
        const std::size_t septets = septets_of(c);
        append_utf8(out.text, septets == 0 ? U'?' : c);
        out.septets += std::max<std::size_t>(septets, 1);
    }
    return out;
}

std::size_t ucs2_units(std::string_view utf8) {
    std::size_t units = 0;
    while (!utf8.empty()) units += take_utf8(utf8) > 0xffff ? 2 : 1;
    return units;
}

}  // namespace postern::sim
