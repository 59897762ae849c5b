// What a line tells the workspace of itself: an `account.health` event that came in by no webhook.
#pragma once

#include <string>
#include <string_view>

#include "gateway/lines/line.h"

namespace postern::lines {

/// By what way things come in: "imap", and how quarantine would name it.
struct Way {
    std::string_view type;    // the event's type as a provider's word
    std::string_view method;  // "IMAP"
    std::string_view target;  // a mailbox, a method of an API
};

/// That the account's way in is in `state` ("ok", "refused") because of `problem`. Health and the
/// log are the caller's to tell: an event that finds no room is not brought again. On `thread`.
void tell_account_news(const Ground& ground, net::IoThread& thread, const std::string& account,
                       const Way& way, std::string_view state, std::string_view problem);

}  // namespace postern::lines
