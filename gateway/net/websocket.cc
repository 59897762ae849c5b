// The opening handshake's rules, over a request that the gate has let through.
#include "gateway/net/websocket.h"

#include <algorithm>

#include "gateway/net/ascii.h"
#include "gateway/net/reply.h"

namespace postern::net {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Base64 of 16 bytes: 22 characters and two of padding.
bool is_key(std::string_view key) {
    if (key.size() != 24 || !key.ends_with("==")) return false;
    return std::ranges::all_of(key.substr(0, 22), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    });
}

/// Headers that must not come twice, counted: two readings would be possible.
std::size_t times(const Request& request, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(
        request.headers, [name](const Header& h) { return ascii_iequals(h.name, name); }));
}

}  // namespace

bool lists_word(std::string_view header, std::string_view word) {
    while (!header.empty()) {
        const auto end = header.find(',');
        if (ascii_iequals(trimmed(header.substr(0, end)), word)) return true;
        header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
    }
    return false;
}

std::optional<Response> websocket_refusal(const Request& request) {
    const bool asks = request.method == "GET" &&
                      lists_word(request.header("connection"), "upgrade") &&
                      lists_word(request.header("upgrade"), "websocket");
    if (!asks) {
        Response answer = refusal(426, "websocket_only", "This address speaks WebSocket only.");
        answer.headers.emplace_back("Upgrade", "websocket");
        return answer;
    }
    if (request.header("sec-websocket-version") != "13") {
        Response answer = refusal(426, "websocket_version", "WebSocket version 13 is spoken here.");
        answer.headers.emplace_back("Sec-WebSocket-Version", "13");
        return answer;
    }
    const bool well_formed =
        is_key(request.header("sec-websocket-key")) && times(request, "sec-websocket-key") == 1 &&
        times(request, "sec-websocket-version") == 1 && times(request, "origin") <= 1;
    if (!well_formed)
        return refusal(400, "malformed_handshake", "The WebSocket handshake is malformed.");
    return std::nullopt;
}

}  // namespace postern::net
