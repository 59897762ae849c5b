// Address syntax by inet_pton; URL syntax only as far as a base needs it.
#include "conf/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

namespace postern::conf {
namespace {

using Bytes = std::array<unsigned char, 16>;

// The family that the text is a numeric address of, or 0.
int numeric(const std::string& text, Bytes& out) {
    if (::inet_pton(AF_INET, text.c_str(), out.data()) == 1) return AF_INET;
    if (::inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return AF_INET6;
    return 0;
}

template <class Number>
bool parse_whole(std::string_view text, Number max, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && out <= max;
}

bool host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool is_authority(std::string_view text) {
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return false;
        host = text.substr(1, close - 1);
        port = text.substr(close + 1);
        Bytes bytes{};
        if (numeric(std::string(host), bytes) != AF_INET6) return false;
    } else {
        const auto colon = text.find(':');
        host = text.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
        for (const char c : host) {
            if (!host_char(c)) return false;
        }
    }
    std::uint32_t number = 0;
    if (port.empty()) return !host.empty();
    return !host.empty() && port[0] == ':' &&
           parse_whole<std::uint32_t>(port.substr(1), 65535, number);
}

}  // namespace

bool parse_listen(std::string_view text, std::string& host, std::uint16_t& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view name = text.substr(0, colon);
    const bool bracketed = name.size() > 2 && name.front() == '[' && name.back() == ']';
    if (bracketed) name = name.substr(1, name.size() - 2);
    Bytes bytes{};
    host = std::string(name);
    if (host.find('\0') != std::string::npos) return false;
    if (numeric(host, bytes) != (bracketed ? AF_INET6 : AF_INET)) return false;
    std::uint32_t number = 0;
    if (!parse_whole<std::uint32_t>(text.substr(colon + 1), 65535, number)) return false;
    port = static_cast<std::uint16_t>(number);
    return true;
}

bool is_loopback(std::string_view host) {
    static constexpr Bytes one{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static constexpr std::array<unsigned char, 13> mapped{0, 0, 0, 0,    0,    0,  0,
                                                          0, 0, 0, 0xff, 0xff, 127};
    Bytes bytes{};
    const int family = numeric(std::string(host), bytes);
    if (family == AF_INET) return bytes[0] == 127;
    if (family != AF_INET6) return false;
    return bytes == one || std::memcmp(bytes.data(), mapped.data(), mapped.size()) == 0;
}

bool is_network(std::string_view text) {
    const auto slash = text.find('/');
    const std::string host(text.substr(0, slash));
    Bytes bytes{};
    const int family = host.find('\0') == std::string::npos ? numeric(host, bytes) : 0;
    if (family == 0) return false;
    if (slash == std::string_view::npos) return true;
    std::uint32_t bits = 0;
    return parse_whole<std::uint32_t>(text.substr(slash + 1), family == AF_INET ? 32 : 128, bits);
}

bool is_base_url(std::string_view text) {
    if (text.find_first_of("?#@ \t\r\n\\") != std::string_view::npos) return false;
    for (const std::string_view scheme :
         {std::string_view("https://"), std::string_view("http://")}) {
        if (!text.starts_with(scheme)) continue;
        const std::string_view rest = text.substr(scheme.size());
        return is_authority(rest.substr(0, rest.find('/')));
    }
    return false;
}

bool is_hook_url(std::string_view text) {
    const std::size_t query = text.find('?');
    if (query == std::string_view::npos) return is_base_url(text);
    const std::string_view rest = text.substr(query + 1);
    return rest.find_first_of("# \t\r\n\\") == std::string_view::npos &&
           is_base_url(text.substr(0, query));
}

bool is_proxy_url(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme) || !is_base_url(text)) return false;
    std::string_view rest = text.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    return rest.find('/') == std::string_view::npos;
}

}  // namespace postern::conf
