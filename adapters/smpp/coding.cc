#include "adapters/smpp/coding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::adapters::smpp {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr char escape = 0x1b;

/// Septet to character; the escape is none by itself.
constexpr std::array<char32_t, 128> alphabet = [] {
    std::array<char32_t, 128> out{};
    constexpr std::array<char32_t, 32> controls = {
        '@',   0xa3,  '$',   0xa5,  0xe8,  0xe9,  0xf9, 0xec,  0xf2,  0xc7,  '\n',
        0xd8,  0xf8,  '\r',  0xc5,  0xe5,  0x394, '_',  0x3a6, 0x393, 0x39b, 0x3a9,
        0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0,     0xc6, 0xe6,  0xdf,  0xc9};
    for (std::size_t i = 0; i < controls.size(); ++i) out[i] = controls[i];
    for (std::size_t i = 0x20; i < 0x80; ++i) out[i] = static_cast<char32_t>(i);
    out[0x24] = 0xa4;
    out[0x40] = 0xa1;
    constexpr std::array<char32_t, 5> upper = {0xc4, 0xd6, 0xd1, 0xdc, 0xa7};
    constexpr std::array<char32_t, 5> lower = {0xe4, 0xf6, 0xf1, 0xfc, 0xe0};
    for (std::size_t i = 0; i < 5; ++i) {
        out[0x5b + i] = upper[i];
        out[0x7b + i] = lower[i];
    }
    out[0x60] = 0xbf;
    return out;
}();

struct Escaped {
    char septet;
    char32_t character;
};
constexpr std::array<Escaped, 10> extension = {{{0x0a, 0x0c},
                                                {0x14, '^'},
                                                {0x28, '{'},
                                                {0x29, '}'},
                                                {0x2f, '\\'},
                                                {0x3c, '['},
                                                {0x3d, '~'},
                                                {0x3e, ']'},
                                                {0x40, '|'},
                                                {0x65, 0x20ac}}};

std::string from_utf16(std::string_view octets) {
    std::string out;
    const auto unit = [&octets](std::size_t at) {
        return static_cast<char32_t>((static_cast<unsigned char>(octets[at]) << 8) |
                                     static_cast<unsigned char>(octets[at + 1]));
    };
    std::size_t at = 0;
    for (; at + 1 < octets.size(); at += 2) {
        char32_t character = unit(at);
        const bool high = character >= 0xd800 && character < 0xdc00;
        if (high && at + 3 < octets.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000) {
            character = 0x10000 + ((character - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
            at += 2;
        } else if (character >= 0xd800 && character < 0xe000) {
            character = replacement;
        }
        append_utf8(out, character);
    }
    if (at < octets.size()) append_utf8(out, replacement);
    return out;
}

char32_t cyrillic(unsigned char c) {  // ISO 8859-5
    if (c <= 0xa0 || c == 0xad) return c;
    if (c == 0xf0) return 0x2116;
    if (c == 0xfd) return 0xa7;
    return 0x401 + (c - 0xa1U);
}

char32_t hebrew(unsigned char c) {  // ISO 8859-8
    if (c == 0xaa) return 0xd7;
    if (c == 0xba) return 0xf7;
    if (c <= 0xbe) return c;
    if (c == 0xdf) return 0x2017;
    if (c >= 0xe0 && c <= 0xfa) return 0x5d0 + (c - 0xe0U);
    if (c == 0xfd) return 0x200e;
    if (c == 0xfe) return 0x200f;
    return replacement;
}

char32_t ascii(unsigned char c) {
    return c < 0x80 ? c : replacement;
}
char32_t latin1(unsigned char c) {
    return c;
}

std::string by_octet(std::string_view octets, char32_t (*character)(unsigned char)) {
    std::string out;
    for (const char c : octets) append_utf8(out, character(static_cast<unsigned char>(c)));
    return out;
}

std::string in_standard(std::string_view octets, Charset standard) {
    if (standard == Charset::gsm7) return from_gsm7(octets);
    if (standard == Charset::ucs2) return from_utf16(octets);
    return by_octet(octets, standard == Charset::ascii ? &ascii : &latin1);
}

enum class Kind : unsigned char { standard, gsm7, ucs2, none };

/// The groups of TS 23.038 that centres pass through as they came.
Kind kind_of_group(std::uint8_t coding) {
    if (coding >= 0xf0) return (coding & 0x04) != 0 ? Kind::none : Kind::gsm7;
    if (coding >= 0xe0) return Kind::ucs2;
    if (coding >= 0xc0) return Kind::gsm7;
    if (coding >= 0x40) return Kind::standard;
    if ((coding & 0x20) != 0) return Kind::none;  // compressed
    const std::uint8_t alphabet_bits = coding & 0x0c;
    if (alphabet_bits == 0x04) return Kind::none;
    return alphabet_bits == 0x08 ? Kind::ucs2 : Kind::gsm7;
}

}  // namespace

std::optional<Charset> parse_charset(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, Charset>, 11> names = {
        {{"gsm7", Charset::gsm7},
         {"gsm", Charset::gsm7},
         {"gsm0338", Charset::gsm7},
         {"latin1", Charset::latin1},
         {"iso88591", Charset::latin1},
         {"ascii", Charset::ascii},
         {"ia5", Charset::ascii},
         {"usascii", Charset::ascii},
         {"ucs2", Charset::ucs2},
         {"utf16", Charset::ucs2},
         {"utf16be", Charset::ucs2}}};
    std::string bare;
    for (const char c : word) {
        if (c >= 'A' && c <= 'Z') bare.push_back(static_cast<char>(c + ('a' - 'A')));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) bare.push_back(c);
    }
    for (const auto& [name, charset] : names) {
        if (name == bare) return charset;
    }
    return std::nullopt;
}

void append_utf8(std::string& out, char32_t character) {
    const auto put = [&out](char32_t octet) { out.push_back(static_cast<char>(octet)); };
    if (character < 0x80) return put(character);
    if (character < 0x800) {
        put(0xc0 | (character >> 6));
    } else if (character < 0x10000) {
        put(0xe0 | (character >> 12));
        put(0x80 | ((character >> 6) & 0x3f));
    } else {
        put(0xf0 | (character >> 18));
        put(0x80 | ((character >> 12) & 0x3f));
        put(0x80 | ((character >> 6) & 0x3f));
    }
    put(0x80 | (character & 0x3f));
}

void append_utf16(std::string& out, char32_t character) {
    const auto unit = [&out](char32_t value) {
        out.push_back(static_cast<char>(value >> 8));
        out.push_back(static_cast<char>(value & 0xff));
    };
    if (character < 0x10000) return unit(character);
    unit(0xd800 + ((character - 0x10000) >> 10));
    unit(0xdc00 + ((character - 0x10000) & 0x3ff));
}

std::string gsm7_octets(char32_t character) {
    for (const Escaped& row : extension) {
        if (row.character == character) return {escape, row.septet};
    }
    const auto found = std::ranges::find(alphabet, character);
    if (character == 0 || found == alphabet.end()) return {};
    return std::string(1, static_cast<char>(found - alphabet.begin()));
}

std::string from_gsm7(std::string_view octets) {
    std::string out;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const auto septet = static_cast<unsigned char>(octets[i]);
        const auto row = i + 1 < octets.size()
                             ? std::ranges::find(extension, octets[i + 1], &Escaped::septet)
                             : extension.end();
        if (septet == static_cast<unsigned char>(escape) && row != extension.end()) {
            append_utf8(out, row->character);
            ++i;
        } else if (septet == static_cast<unsigned char>(escape)) {
            out.push_back(' ');  // as phones show an extension that they do not know
        } else {
            append_utf8(out, septet < 0x80 ? alphabet[septet] : replacement);
        }
    }
    return out;
}

std::optional<std::string> decode_text(std::string_view octets, std::uint8_t coding,
                                       Charset standard) {
    switch (coding) {
        case 0x00:
            return in_standard(octets, standard);
        case 0x01:
            return by_octet(octets, &ascii);
        case 0x03:
            return by_octet(octets, &latin1);
        case 0x06:
            return by_octet(octets, &cyrillic);
        case 0x07:
            return by_octet(octets, &hebrew);
        case dcs::ucs2:
            return from_utf16(octets);
        case 0x02:  // octets
        case 0x04:
        case 0x05:  // JIS, pictograms, music, Korean: read by nobody here
        case 0x09:
        case 0x0a:
        case 0x0d:
        case 0x0e:
            return std::nullopt;
        default:
            break;
    }
    if (coding < 0x10) return in_standard(octets, standard);
    switch (kind_of_group(coding)) {
        case Kind::gsm7:
            return from_gsm7(octets);
        case Kind::ucs2:
            return from_utf16(octets);
        case Kind::standard:
            return in_standard(octets, standard);
        case Kind::none:
            break;
    }
    return std::nullopt;
}

}  // namespace postern::adapters::smpp
