#include "gateway/webchat/chat_door.h"

#include "gateway/net/websocket.h"
#include "gateway/webchat/chat_session.h"
#include "gateway/webchat/problem.h"
#include "gateway/webchat/upload.h"
#include "gateway/webchat/widget.h"

namespace postern::webchat {
namespace {

constexpr std::string_view prefix = "/chat/";
constexpr std::string_view protocol = "gwchat.v1";

net::Response widget(const net::Request& request) {
    net::Response response;
    response.content_type = "text/javascript; charset=utf-8";
    response.headers.emplace_back("Cache-Control", "public, max-age=300");
    response.headers.emplace_back("ETag", widget_etag());
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
    if (request.header("if-none-match") == widget_etag()) {
        response.status = 304;
    } else {
        response.body = widget_script();
    }
    return response;
}

}  // namespace

ChatDoor::Asked ChatDoor::parse(std::string_view path) const {
    const std::string_view rest = path.substr(prefix.size());
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos) return {};
    return {ground_.sites->find(rest.substr(0, slash)), rest.substr(slash + 1)};
}

net::Admission ChatDoor::admit(const net::Request& head) {
    if (!head.path.starts_with(prefix)) return next_.admit(head);
    const Asked asked = parse(head.path);
    const bool reads = head.method == "GET" || head.method == "HEAD";
    if (asked.site != nullptr && asked.what == "widget.js" && reads) return {true, 0, {}};
    if (asked.site != nullptr && asked.what == "socket" && head.method == "GET")
        return {true, 0, {}};
    if (asked.site != nullptr && asked.what == "upload")
        return admit_upload(ground_, *asked.site, head);
    return {false, 0, problem(404, "not_found")};
}

void ChatDoor::handle(const net::Request& request, net::Responder responder) {
    if (!request.path.starts_with(prefix)) return next_.handle(request, std::move(responder));
    const Asked asked = parse(request.path);
    // A reload may have come between head and body.
    if (asked.site == nullptr) return responder.send(problem(404, "not_found"));
    if (asked.what == "widget.js") return responder.send(widget(request));
    if (asked.what == "socket") return open_socket(asked, request, std::move(responder));
    take_upload(ground_, asked.site, request, std::move(responder));
}

void ChatDoor::open_socket(const Asked& asked, const net::Request& request,
                           net::Responder responder) {
    if (auto refusal = net::websocket_refusal(request)) return responder.send(std::move(*refusal));
    // No cookie is used, so another site could gain nothing; it is not served all the same.
    if (!asked.site->origins.allow(request.header("origin")))
        return responder.send(problem(403, "origin_not_allowed"));
    const std::string& peer = request.peer;
    if (!ground_.limits->may(AddressLimits::Act::open, peer, ground_.clock().steady) ||
        !ground_.limits->enter(peer))
        return responder.send(problem(429, "rate_limited"));
    net::Upgrade upgrade;
    upgrade.handler = std::make_shared<ChatSession>(ground_, asked.site, peer,
                                                    std::string(request.header("user-agent")));
    if (net::lists_word(request.header("sec-websocket-protocol"), protocol))
        upgrade.protocol = protocol;
    responder.upgrade(std::move(upgrade));
}

}  // namespace postern::webchat
