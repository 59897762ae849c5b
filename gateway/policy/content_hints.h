// What a careful colleague would say about a message's words before it goes: advice beside the
// verdict of a check. No rule reads it and nothing is refused for it. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

/// The words as the person will read them, and what else of the message advice depends on.
struct Wording {
    std::string_view text;
    bool sms = false;          // charged by part
    std::size_t parts = 1;     // of an SMS
    bool marketing = false;    // of that category
    bool collections = false;  // of that category
    bool can_answer = false;   // buttons, a list, a template's buttons
    bool has_way_out = false;  // the channel itself offers to stop it: an e-mail's header
};

struct Hint {
    std::string_view code;  // stable, snake_case
    std::string detail;     // what was seen, and what would be better
};

/// In a fixed order; empty where nobody would say anything.
[[nodiscard]] std::vector<Hint> content_hints(const Wording& wording);

}  // namespace postern::policy
