#include "gateway/net/forwarded.h"

#include <ranges>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

/// Entries may carry a port ("192.0.2.1:443", "[2001:db8::1]:443"): some proxies add it.
std::optional<IpAddress> parse_entry(std::string_view entry) {
    if (entry.starts_with('[')) {
        const auto close = entry.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        return parse_address(entry.substr(1, close - 1));
    }
    const auto colon = entry.find(':');
    if (colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos) {
        entry = entry.substr(0, colon);
    }
    return parse_address(entry);
}

/// Walks one header value from the right. True: the walk is over.
bool walk(std::string_view value, const CidrSet& trusted, IpAddress& client) {
    while (true) {
        const auto comma = value.rfind(',');
        const auto entry =
            trim_ows(comma == std::string_view::npos ? value : value.substr(comma + 1));
        const auto address = parse_entry(entry);
        if (!address) return true;  // nonsense: the last address that a trusted proxy vouched for
        client = *address;
        if (!trusted.contains(*address)) return true;
        if (comma == std::string_view::npos) return false;
        value = value.substr(0, comma);
    }
}

}  // namespace

ClientView client_behind(const CidrSet& trusted, const IpAddress& peer, bool secure,
                         std::span<const Header> headers) {
    ClientView view{peer, secure};
    if (trusted.empty() || !trusted.contains(peer)) return view;
    bool address_known = false;
    bool proto_known = false;
    for (const auto& header : std::views::reverse(headers)) {
        if (!address_known && ascii_iequals(header.name, "x-forwarded-for")) {
            address_known = walk(header.value, trusted, view.address);
        } else if (!proto_known && ascii_iequals(header.name, "x-forwarded-proto")) {
            const auto comma = header.value.rfind(',');
            const auto last =
                comma == std::string_view::npos ? header.value : header.value.substr(comma + 1);
            view.secure = ascii_iequals(trim_ows(last), "https");
            proto_known = true;
        }
    }
    return view;
}

}  // namespace postern::net
