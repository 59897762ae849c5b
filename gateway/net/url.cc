#include "gateway/net/url.h"

#include <charconv>

#include "gateway/net/ascii.h"

namespace postern::net {
namespace {

bool take_scheme(std::string_view& text, bool& secure) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (!ascii_iequals(text.substr(0, scheme.size()), scheme)) continue;
        secure = scheme.size() == 8;
        text.remove_prefix(scheme.size());
        return true;
    }
    return false;
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65535;
}

bool split_authority(std::string_view authority, Url& url) {
    if (authority.empty() || !all_in(authority, host_bytes)) return false;
    std::string_view port;
    auto host = authority;
    if (authority.front() == '[') {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return false;
        host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        if (!port.empty() && port.front() != ':') return false;
        if (!port.empty()) port.remove_prefix(1);
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
    }
    if (host.empty() || (!port.empty() && !is_port(port))) return false;
    const std::string_view usual = url.secure ? "443" : "80";
    url.host = host;
    url.port = port.empty() ? usual : port;
    const bool bracketed = authority.front() == '[';
    url.authority = bracketed ? "[" + url.host + "]" : url.host;
    if (url.port != usual) url.authority += ":" + url.port;
    return true;
}

}  // namespace

std::string Url::origin() const {
    return (secure ? "https://" : "http://") + host + ":" + port;
}

std::optional<Url> parse_url(std::string_view text) {
    Url url;
    if (!take_scheme(text, url.secure)) return std::nullopt;
    text = text.substr(0, text.find('#'));
    const auto path = text.find_first_of("/?");
    if (!split_authority(text.substr(0, path), url)) return std::nullopt;
    if (path == std::string_view::npos) {
        url.target = "/";
    } else {
        url.target = text[path] == '?' ? "/" : "";
        url.target += text.substr(path);
    }
    if (!all_in(url.target, target_bytes)) return std::nullopt;
    return url;
}

}  // namespace postern::net
