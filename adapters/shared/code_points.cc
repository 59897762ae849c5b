#include "adapters/shared/code_points.h"

#include <cstddef>

namespace postern::adapters::shared {
namespace {

constexpr char32_t replacement = 0xfffd;

}  // namespace

char32_t take_character(std::string_view& text) {
    const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    std::size_t bytes = 1;
    char32_t character = lead;
    char32_t smallest = 0;
    if (lead >= 0xf0 && lead <= 0xf4) {
        bytes = 4, character = lead & 0x07u, smallest = 0x10000;
    } else if (lead >= 0xe0 && lead < 0xf0) {
        bytes = 3, character = lead & 0x0fu, smallest = 0x800;
    } else if (lead >= 0xc2 && lead < 0xe0) {
        bytes = 2, character = lead & 0x1fu, smallest = 0x80;
    } else if (lead >= 0x80) {
        text.remove_prefix(1);
        return replacement;
    }
    bool whole = bytes <= text.size();
    for (std::size_t i = 1; whole && i < bytes; ++i) {
        whole = (byte(i) & 0xc0) == 0x80;
        character = (character << 6) | (byte(i) & 0x3fu);
    }
    const bool surrogate = character >= 0xd800 && character <= 0xdfff;
    if (!whole || character < smallest || character > 0x10ffff || surrogate) {
        text.remove_prefix(1);
        return replacement;
    }
    text.remove_prefix(bytes);
    return character;
}

}  // namespace postern::adapters::shared
