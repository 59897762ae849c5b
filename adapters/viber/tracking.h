// What we let Viber keep for us: `tracking_data` goes out with a message and comes back with the
// person's next one. It is how the tap of a button, which arrives as plain text, is told from
// words that were typed. Pure functions. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/model/outbound.h"

namespace postern::adapters::viber {

/// The name of the attempt and, of buttons and lists, what stands on them: a form of at most 4,000
/// characters. Choices that do not fit are left out, and their taps stay plain text.
[[nodiscard]] std::string tracking_of(std::string_view echo, const OutboundContent& content);

struct Tap {
    ChoiceKind kind = ChoiceKind::none;
    std::string title;
};
/// What `text` taps on the message that bore this tracking; nothing: it was typed, or the tracking
/// is not ours.
[[nodiscard]] std::optional<Tap> find_tap(std::string_view tracking, std::string_view text);

/// The name of the attempt if the tracking is ours, else all of it.
[[nodiscard]] std::string tracked_name(std::string_view tracking);

}  // namespace postern::adapters::viber
