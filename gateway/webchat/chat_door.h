// The webhook port's third use: browsers of web chats. Everything else goes on to the next handler.
// I/O threads.
//
//   GET  /chat/{account}/widget.js   the widget; anybody
//   GET  /chat/{account}/socket      a WebSocket; allowed origins
//   POST /chat/{account}/upload      a file, `Authorization: Bearer <visitor token>`; allowed
//   origins
#pragma once

#include <string>
#include <string_view>

#include "gateway/net/http.h"
#include "gateway/webchat/ground.h"

namespace postern::webchat {

class ChatDoor final : public net::HttpHandler {
  public:
    /// Both outlive it.
    ChatDoor(Ground& ground, net::HttpHandler& next) : ground_(ground), next_(next) {}

    [[nodiscard]] net::Admission admit(const net::Request& head) override;
    void handle(const net::Request& request, net::Responder responder) override;

  private:
    struct Asked {
        std::shared_ptr<const Site> site;
        std::string_view what;
    };
    [[nodiscard]] Asked parse(std::string_view path) const;
    void open_socket(const Asked& asked, const net::Request& request, net::Responder responder);

    Ground& ground_;
    net::HttpHandler& next_;
};

}  // namespace postern::webchat
