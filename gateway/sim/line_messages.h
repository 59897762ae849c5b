// Message objects of the LINE Messaging API: what LINE refuses of them, in its own words.
#pragma once

#include <string>

#include "gateway/sim/json_read.h"

namespace postern::sim {

/// Empty `message`: nothing is wrong. Else `property` names where, as LINE does
/// ("messages[0].text").
struct LineProblem {
    std::string message;
    std::string property;
    explicit operator bool() const { return !message.empty(); }
};

/// Checks `messages` of a push; `text` becomes the words of the first that has some.
[[nodiscard]] LineProblem check_line_messages(const JsonObject& body, std::string& text);

}  // namespace postern::sim
