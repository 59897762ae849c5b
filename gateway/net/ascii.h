// Byte tables and case folding for HTTP: RFC 9110 grammar as data, independent of the locale. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace postern::net {

[[nodiscard]] constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr bool ascii_iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return ascii_lower(x) == ascii_lower(y);
           });
}

/// Optional white space (space, tab) cut from both ends.
[[nodiscard]] constexpr std::string_view trim_ows(std::string_view text) {
    const auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_ows(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_ows(text.back())) text.remove_suffix(1);
    return text;
}

using ByteTable = std::array<bool, 256>;

[[nodiscard]] constexpr ByteTable bytes_of(std::string_view extra) {
    ByteTable table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (char c : extra) table[static_cast<unsigned char>(c)] = true;
    return table;
}

[[nodiscard]] constexpr ByteTable bytes_between(int first, int last, std::string_view extra = {}) {
    ByteTable table{};
    for (int c = first; c <= last; ++c) table[static_cast<std::size_t>(c)] = true;
    for (char c : extra) table[static_cast<unsigned char>(c)] = true;
    return table;
}

[[nodiscard]] constexpr ByteTable with_obs_text(ByteTable table) {
    for (std::size_t c = 0x80; c <= 0xff; ++c) table[c] = true;
    return table;
}

/// tchar of RFC 9110: header names, methods.
inline constexpr ByteTable token_bytes = bytes_of("!#$%&'*+-.^_`|~");
/// A field value: visible characters, space, tab, obs-text. No other control character.
inline constexpr ByteTable value_bytes = with_obs_text(bytes_between(0x20, 0x7e, "\t"));
/// A request target: visible ASCII without '#', which never belongs on the wire.
inline constexpr ByteTable target_bytes = [] {
    ByteTable table = bytes_between(0x21, 0x7e);
    table['#'] = false;
    return table;
}();
/// A Host: registered names, IPv4, bracketed IPv6, port.
inline constexpr ByteTable host_bytes = bytes_of("-._~!$&'()*+;=:[]%");

[[nodiscard]] constexpr bool all_in(std::string_view text, const ByteTable& table) {
    for (char c : text) {
        if (!table[static_cast<unsigned char>(c)]) return false;
    }
    return true;
}

}  // namespace postern::net
