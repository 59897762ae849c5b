// GSM 03.38, the alphabet of plain SMS: what it has, what counts twice, what a network puts instead
// of the rest. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::sim {

/// The characters of unpacked septets, one an octet; the escape takes the next one with it.
[[nodiscard]] std::string from_gsm(std::string_view octets);

struct GsmText {
    std::string text;  // as it arrives: what GSM 03.38 does not have is '?'
    std::size_t septets = 0;
};
[[nodiscard]] GsmText as_gsm(std::string_view utf8);

/// Units of UCS-2: what is beyond the basic plane counts two.
[[nodiscard]] std::size_t ucs2_units(std::string_view utf8);

/// Appends one character as UTF-8.
void append_utf8(std::string& out, char32_t c);
/// Takes the first character off text that is whole UTF-8; U+FFFD where it is not.
[[nodiscard]] char32_t take_utf8(std::string_view& text);

}  // namespace postern::sim
