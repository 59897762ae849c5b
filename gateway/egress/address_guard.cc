// Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries, read 2026. Of IPv6 only 2000::/3
// is global unicast at all; of it, the special blocks are named.
#include "gateway/egress/address_guard.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/net/url.h"

namespace postern::egress {
namespace {

constexpr std::size_t url_bytes_max = 2048;
constexpr std::size_t name_bytes_max = 253;
constexpr std::size_t label_bytes_max = 63;

constexpr std::array<const char*, 19> special_v4 = {
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",   "127.0.0.0/8",       "169.254.0.0/16",
    "172.16.0.0/12",  "192.0.0.0/24",   "192.0.2.0/24",    "192.31.196.0/24",   "192.52.193.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",     "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",     "255.255.255.255/32"};

constexpr const char* global_v6 = "2000::/3";
/// Protocol assignments with Teredo and ORCHID, documentation twice, 6to4, AS112.
constexpr std::array<const char*, 5> special_v6 = {"2001::/23", "2001:db8::/32", "2002::/16",
                                                   "3fff::/20", "2620:4f:8000::/48"};

/// Names of RFC 6761, 6762, 8375, 9476 and what routers and clouds use.
constexpr std::array<std::string_view, 15> local_suffixes = {
    "localhost", "localdomain", "local", "internal", "intranet", "lan",     "home", "corp",
    "private",   "arpa",        "onion", "test",     "invalid",  "example", "alt"};

template <std::size_t Size>
net::CidrSet set_of(const std::array<const char*, Size>& blocks) {
    net::CidrSet set;
    std::string wrong;
    (void)set.assign(std::vector<std::string>(blocks.begin(), blocks.end()), wrong);
    return set;
}

struct Ranges {
    net::CidrSet v4 = set_of(special_v4);
    net::CidrSet v6 = set_of(special_v6);
    net::CidrSet global = set_of(std::array{global_v6});
};

const Ranges& ranges() {
    static const Ranges made;  // constant tables, parsed once
    return made;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_byte(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool is_name(std::string_view host) {
    if (host.empty() || host.size() > name_bytes_max) return false;
    while (true) {
        const auto dot = host.find('.');
        const auto label = host.substr(0, dot);
        if (label.empty() || label.size() > label_bytes_max) return false;
        if (!std::ranges::all_of(label, is_name_byte)) return false;
        if (label.front() == '-' || label.back() == '-') return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

std::string_view last_label(std::string_view host) {
    const auto dot = host.rfind('.');
    return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

}  // namespace

bool is_numeric_host(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    auto label = last_label(host);
    if (label.empty()) return false;
    if (std::ranges::all_of(label, is_digit)) return true;
    if (!label.starts_with("0x") && !label.starts_with("0X")) return false;
    label.remove_prefix(2);
    return std::ranges::all_of(label, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

std::string_view to_string(GuardProblem problem) {
    static constexpr std::array<std::string_view, 9> names = {
        "none",       "malformed", "user_info", "scheme", "port", "address_literal",
        "local_name", "bad_name",  "address"};
    return names[static_cast<std::size_t>(problem)];
}

GuardProblem AddressGuard::check_literal(std::string_view host) const {
    if (!settings_.literals) return GuardProblem::address_literal;
    // Only the one spelling that everybody reads alike; a wrapped IPv4 address is not it.
    const auto address = net::parse_address(host);
    const bool wrapped = address && address->is_v4() && host.find(':') != std::string_view::npos;
    if (!address || wrapped) return GuardProblem::address_literal;
    return allows(*address) ? GuardProblem::none : GuardProblem::address;
}

GuardProblem AddressGuard::check(std::string_view text) const {
    if (text.size() > url_bytes_max) return GuardProblem::malformed;
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return GuardProblem::malformed;
    const auto authority =
        text.substr(scheme + 3, text.find_first_of("/?#\\", scheme + 3) - scheme - 3);
    if (authority.find('@') != std::string_view::npos) return GuardProblem::user_info;
    const auto url = net::parse_url(text);
    if (!url || text.find('\\') != std::string_view::npos) return GuardProblem::malformed;
    if (!url->secure && !settings_.plain_http) return GuardProblem::scheme;
    unsigned port = 0;
    std::from_chars(url->port.data(), url->port.data() + url->port.size(), port);
    const bool usual = settings_.plain_http && !url->secure && port == 80;
    if (!usual && std::ranges::find(settings_.ports, port) == settings_.ports.end()) {
        return GuardProblem::port;
    }
    const bool bracketed = authority.starts_with('[');
    if (bracketed || is_numeric_host(url->host)) return check_literal(url->host);
    if (!is_name(url->host)) return GuardProblem::bad_name;
    const std::string host = lower(url->host);
    const bool local = std::ranges::find(local_suffixes, last_label(host)) != local_suffixes.end();
    if (local || host.find('.') == std::string::npos) return GuardProblem::local_name;
    return GuardProblem::none;
}

bool AddressGuard::allows(const net::IpAddress& address) const {
    if (settings_.allowed.contains(address)) return true;
    if (settings_.own.contains(address)) return false;
    const Ranges& known = ranges();
    if (address.is_v4()) return !known.v4.contains(address);
    return known.global.contains(address) && !known.v6.contains(address);
}

}  // namespace postern::egress
