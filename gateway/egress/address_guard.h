// Where the gateway itself may go on behalf of others: media that an app names by URL, addresses of
// subscriptions. Refuses by the URL's text first, then by each address that its name leads to; the
// second is what counts, since a name may lead anywhere. Providers' base_urls are the operator's
// own and are not asked about. Pure. Thread: any (const).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/net/address.h"

namespace postern::egress {

struct GuardSettings {
    bool plain_http = false;  // http beside https
    std::vector<std::uint16_t> ports = {443};
    bool literals = false;  // hosts that are addresses
    net::CidrSet own;       // our own addresses and networks: never
    net::CidrSet allowed;   // the operator's exceptions (a laboratory, tests)
};

enum class GuardProblem : unsigned char {
    none,
    malformed,  // not an absolute http(s) URL, or with bytes that two parsers read differently
    user_info,  // user@host
    scheme,     // http, where only https may be
    port,
    address_literal,  // an address instead of a name, in any spelling
    local_name,       // a name that means this machine or this network
    bad_name,         // not a host name of DNS: two dots, a dot at the end, not ASCII
    address,          // a special-purpose address, or one of ours
};
[[nodiscard]] std::string_view to_string(GuardProblem problem);

class AddressGuard final {
  public:
    explicit AddressGuard(GuardSettings settings = {}) : settings_(std::move(settings)) {}

    /// Before a URL is stored, and before each request and each redirect.
    [[nodiscard]] GuardProblem check(std::string_view url) const;

    /// For net::ClientOptions::allow_address. Globally reachable unicast only: all of IANA's
    /// special-purpose ranges are refused, and what wraps an IPv4 address in an IPv6 one.
    [[nodiscard]] bool allows(const net::IpAddress& address) const;

  private:
    [[nodiscard]] GuardProblem check_literal(std::string_view host) const;

    GuardSettings settings_;
};

/// Whether every resolver and URL parser takes `host` for a name: its last label is no number, not
/// even as 0x7f or 0177 (the rule of WHATWG's URL standard, «ends in a number»).
[[nodiscard]] bool is_numeric_host(std::string_view host);

}  // namespace postern::egress
