// A request to a provider beside the queue: typing signs, read marks, lists of templates. Through
// the same connections and breakers as messages, so a provider that is down is left alone here,
// too; nothing of it is counted as a message. What bears the account's access token gets it here,
// and is asked once more if that is refused; the request for the token itself is its owner's. On
// one I/O thread from begin to end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/egress/attempt.h"
#include "gateway/net/io_thread.h"

namespace postern::egress {

struct CallAnswer {
    int status = 0;  // 0: none came, `problem` says why
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  // 64 readable bytes follow
    std::string problem;
};

/// What a call stands on; each holds a share until it ends.
struct SideCallGround {
    std::shared_ptr<Surroundings> around;
    std::shared_ptr<Clients> clients;
    std::shared_ptr<const AccountTable> accounts;
    model::AccountNumber account = 0;
    bool anyway = false;  // somebody asks by hand: also of a provider that is left alone
};

/// On `thread`; `done` comes there once, never before this returns, unless the clients end first.
void begin_side_call(SideCallGround ground, adapters::ProviderCall call, net::IoThread& thread,
                     std::function<void(CallAnswer)> done);

}  // namespace postern::egress
