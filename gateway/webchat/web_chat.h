// All of the web chat as the daemon makes it: one door before the others of the webhook port. Life:
// made after the intake and the media, before the port listens; ends after it. Main thread.
#pragma once

#include "gateway/webchat/chat_door.h"
#include "gateway/webchat/ground.h"

namespace postern::webchat {

class WebChat final {
  public:
    /// `next`: of all other paths of the port.
    WebChat(Ground ground, net::HttpHandler& next)
        : ground_(std::move(ground)), door_(ground_, next) {}

    void reload(const ingress::AccountTable& accounts) { ground_.sites->reload(accounts); }
    [[nodiscard]] net::HttpHandler& door() { return door_; }

  private:
    Ground ground_;
    ChatDoor door_;
};

}  // namespace postern::webchat
