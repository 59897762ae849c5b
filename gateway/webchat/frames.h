// What the gateway says to a browser beside messages (adapters/webchat/shown.h). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/webchat/form.h"
#include "gateway/model/time.h"
#include "gateway/webchat/history.h"

namespace postern::webchat::frames {

struct Welcome {
    std::string_view resume;  // the visitor's token from now on
    bool fresh = false;       // a new visitor: what the browser knew is another's, or nobody's
    bool prechat = false;     // the form comes first
    const adapters::webchat::Form* form = nullptr;
    model::Instant now{};
};
[[nodiscard]] std::string welcome(const Welcome& what);

/// In pieces of some 32 KiB; the last one says `done`. Never empty.
[[nodiscard]] std::vector<std::string> history(std::span<const Past> messages);

[[nodiscard]] std::string ack(std::string_view c, std::string_view id, model::Instant at);
/// `c` may be empty; `retry_after` zero: do not try again.
[[nodiscard]] std::string error(std::string_view code, std::string_view c,
                                std::chrono::milliseconds retry_after);
[[nodiscard]] std::string prechat_errors(
    std::string_view c, const std::vector<std::pair<std::string, std::string>>& errors);
[[nodiscard]] std::string opened(std::string_view c, std::string_view resume);
/// Of a window that stays open: the visitor's token from now on.
[[nodiscard]] std::string renewed(std::string_view resume);
[[nodiscard]] std::string typing();
/// The agent has read the visitor's messages up to this one.
[[nodiscard]] std::string read(std::string_view c);
[[nodiscard]] std::string reconnect(std::chrono::milliseconds after);

}  // namespace postern::webchat::frames
