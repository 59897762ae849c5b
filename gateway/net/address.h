// IP addresses and CIDR blocks as plain bytes, for trusted proxies and per-address caps. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::net {

/// IPv4 is held as ::ffff:a.b.c.d, so that one comparison serves both families and an IPv4 peer on
/// a dual-stack socket is the IPv4 address that it is.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] bool is_v4() const;
    [[nodiscard]] std::string to_string() const;
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

[[nodiscard]] IpAddress from_v4(const std::array<std::uint8_t, 4>& bytes);

/// "192.0.2.1", "2001:db8::1". No port, no brackets, no zone.
[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);

struct Cidr {
    IpAddress network;
    unsigned bits = 128;  // of the 128; an IPv4 /8 is 104

    [[nodiscard]] bool contains(const IpAddress& address) const;
};

/// "10.0.0.0/8", "2001:db8::/32"; a bare address is itself alone. Host bits may be set.
[[nodiscard]] std::optional<Cidr> parse_cidr(std::string_view text);

class CidrSet final {
  public:
    /// False, and `wrong` is the first that does not parse.
    [[nodiscard]] bool assign(const std::vector<std::string>& texts, std::string& wrong);
    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] bool empty() const { return blocks_.empty(); }

  private:
    std::vector<Cidr> blocks_;
};

}  // namespace postern::net
