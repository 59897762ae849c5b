// Text to octets and back: the alphabets that a data_coding can name (3GPP TS 23.038; SMPP 3.4,
// 5.2.19). Septets travel unpacked, one an octet. Pure. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::adapters::smpp {

/// What a data_coding of 0 means at a centre.
enum class Charset : unsigned char { gsm7, latin1, ascii, ucs2 };
/// "gsm7", "latin1", "ascii", "ucs2", and other names that centres' handbooks use, in any case.
[[nodiscard]] std::optional<Charset> parse_charset(std::string_view word);

namespace dcs {
constexpr std::uint8_t standard = 0x00;
constexpr std::uint8_t ucs2 = 0x08;
}  // namespace dcs

/// The character's septets (two where it is escaped), or nothing.
[[nodiscard]] std::string gsm7_octets(char32_t character);
/// UTF-8 of septets, one an octet. Octets above 127 and lone escapes become U+FFFD and a space.
[[nodiscard]] std::string from_gsm7(std::string_view octets);

void append_utf8(std::string& out, char32_t character);
void append_utf16(std::string& out, char32_t character);  // big-endian, a pair beyond the BMP

/// UTF-8 of a message's octets; nothing where the coding says that they are no text.
[[nodiscard]] std::optional<std::string> decode_text(std::string_view octets, std::uint8_t coding,
                                                     Charset standard);

}  // namespace postern::adapters::smpp
