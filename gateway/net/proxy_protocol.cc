#include "gateway/net/proxy_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace postern::net {
namespace {

constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::string_view v1_start = "PROXY ";
constexpr std::size_t shortest = 15;  // "PROXY UNKNOWN\r\n"
constexpr std::size_t v2_head_bytes = 16;
constexpr std::size_t v1_bytes_max = 107;  // the specification's own bound

constexpr ProxyHeader malformed{ProxyHeader::State::malformed, 0, std::nullopt};

ProxyHeader more(std::size_t bytes) {
    return {ProxyHeader::State::incomplete, bytes, std::nullopt};
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port <= 65535 &&
           text.size() <= 5;
}

/// "TCP4 192.0.2.1 198.51.100.1 56324 443" or "UNKNOWN …".
ProxyHeader parse_v1_line(std::string_view line) {
    if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) {
        return {ProxyHeader::State::complete, 0, std::nullopt};
    }
    std::array<std::string_view, 5> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto space = line.find(' ');
        if ((space == std::string_view::npos) != (i + 1 == words.size())) return malformed;
        words[i] = line.substr(0, space);
        line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
    }
    if (words[0] != "TCP4" && words[0] != "TCP6") return malformed;
    const auto source = parse_address(words[1]);
    const auto target = parse_address(words[2]);
    const bool family_fits = (words[1].find(':') == std::string_view::npos) == (words[0] == "TCP4");
    if (!source || !target || !family_fits || !is_port(words[3]) || !is_port(words[4])) {
        return malformed;
    }
    return {ProxyHeader::State::complete, 0, source};
}

ProxyHeader parse_v1(std::string_view bytes) {
    if (bytes.back() != '\n') return bytes.size() < v1_bytes_max ? more(1) : malformed;
    if (bytes[bytes.size() - 2] != '\r') return malformed;
    const auto line = bytes.substr(v1_start.size(), bytes.size() - v1_start.size() - 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return malformed;
    return parse_v1_line(line);
}

ProxyHeader parse_v2(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    if (bytes.size() < v2_head_bytes) return more(v2_head_bytes - bytes.size());
    const std::size_t length = at(14) * 256U + at(15);
    const std::size_t total = v2_head_bytes + length;
    const unsigned version = at(12) >> 4;
    const unsigned command = at(12) & 15U;
    if (version != 2 || command > 1 || total > proxy_header_bytes_max) return malformed;
    if (bytes.size() < total) return more(total - bytes.size());
    ProxyHeader header{ProxyHeader::State::complete, 0, std::nullopt};
    if (command == 0) return header;  // LOCAL: the balancer speaks for itself
    const unsigned family = at(13) >> 4;
    if (family == 1) {
        if (length < 12) return malformed;
        header.source = from_v4({at(16), at(17), at(18), at(19)});
    } else if (family == 2) {
        if (length < 36) return malformed;
        IpAddress address;
        std::copy_n(bytes.begin() + v2_head_bytes, address.bytes.size(), address.bytes.begin());
        header.source = address;
    }
    return header;
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) {
    if (bytes.size() < shortest) return more(shortest - bytes.size());
    if (bytes.starts_with(v2_signature)) return parse_v2(bytes);
    if (bytes.starts_with(v1_start)) return parse_v1(bytes);
    return malformed;
}

}  // namespace postern::net
