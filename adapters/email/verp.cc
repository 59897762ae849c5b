#include "adapters/email/verp.h"

#include <algorithm>

#include "adapters/shared/hmac.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t mac_digits = 16;
constexpr std::size_t local_max = 64;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// Of the lower case: some servers change it.
Secret mac_of(std::string_view echo, const Secret& key) {
    const shared::Mac mac = shared::hmac(shared::Digest::sha256, key, "bounce|" + lower(echo));
    return Secret(mac.hex().substr(0, mac_digits));
}

}  // namespace

std::string verp_address(const MailAddress& bounces, std::string_view echo, const Secret& key) {
    if (key.empty() || echo.empty()) return bounces.text();
    const std::size_t size = bounces.local.size() + 1 + echo.size() + 1 + mac_digits;
    if (size > local_max) return bounces.text();
    std::string out = bounces.local + "+";
    out.append(echo).append(".").append(mac_of(echo, key).reveal());
    return out + "@" + bounces.domain;
}

std::optional<std::string> verp_echo(std::string_view address, std::span<const Secret> keys) {
    const std::string_view local = address.substr(0, address.rfind('@'));
    const std::size_t plus = local.find('+');
    const std::size_t dot = local.rfind('.');
    if (plus == std::string_view::npos || dot == std::string_view::npos || dot <= plus + 1) {
        return std::nullopt;
    }
    const std::string_view echo = local.substr(plus + 1, dot - plus - 1);
    const std::string mac = lower(local.substr(dot + 1));
    const bool ours = std::ranges::any_of(
        keys, [&](const Secret& key) { return !key.empty() && mac_of(echo, key).equals(mac); });
    return ours ? std::optional<std::string>(echo) : std::nullopt;
}

}  // namespace postern::adapters::email
