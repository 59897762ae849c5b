#include "gateway/net/address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace postern::net {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned v4_prefix_bits = 96;

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN];
    const bool v4 = is_v4();
    const auto* from = bytes.data() + (v4 ? v4_prefix.size() : 0);
    return ::inet_ntop(v4 ? AF_INET : AF_INET6, from, text, sizeof text) ? text : "";
}

IpAddress from_v4(const std::array<std::uint8_t, 4>& bytes) {
    IpAddress address;
    std::copy(v4_prefix.begin(), v4_prefix.end(), address.bytes.begin());
    std::copy(bytes.begin(), bytes.end(), address.bytes.begin() + v4_prefix.size());
    return address;
}

std::optional<IpAddress> parse_address(std::string_view text) {
    char buffer[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    if (std::strlen(buffer) != text.size()) return std::nullopt;
    std::array<std::uint8_t, 4> v4{};
    if (::inet_pton(AF_INET, buffer, v4.data()) == 1) return from_v4(v4);
    IpAddress address;
    if (::inet_pton(AF_INET6, buffer, address.bytes.data()) == 1) return address;
    return std::nullopt;
}

bool Cidr::contains(const IpAddress& address) const {
    const unsigned whole = bits / 8;
    if (!std::equal(network.bytes.begin(), network.bytes.begin() + whole, address.bytes.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xffU << (8 - rest));
    return ((network.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Cidr{*address, 128};
    const auto digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    // Text with a dot and no colon was IPv4; "::ffff:10.0.0.0/104" counts in 128.
    const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    if (bits > (v4 ? 32U : 128U)) return std::nullopt;
    return Cidr{*address, v4 ? bits + v4_prefix_bits : bits};
}

bool CidrSet::assign(const std::vector<std::string>& texts, std::string& wrong) {
    blocks_.clear();
    for (const auto& text : texts) {
        const auto block = parse_cidr(text);
        if (!block) {
            wrong = text;
            return false;
        }
        blocks_.push_back(*block);
    }
    return true;
}

bool CidrSet::contains(const IpAddress& address) const {
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [&](const Cidr& block) { return block.contains(address); });
}

}  // namespace postern::net
