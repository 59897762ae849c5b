// Messages as the widget draws them: frames `msg` of either direction. Pure. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/model/inbound.h"
#include "adapters/model/outbound.h"

namespace postern::adapters::webchat {

/// A reply button with this id does not answer: it opens the form again, filled in as it was. How
/// an agent asks a visitor to correct it (AQ-08).
inline constexpr std::string_view form_button_id = "postern.form";

struct Shown {
    std::string_view id;  // of the message, "msg_…"
    Instant at{};
    bool received = false;  // of ours: the browser has said so before
    bool read = false;      // of either: the other side has seen it
};

/// `url` of media stands in the content already.
[[nodiscard]] std::string show(const OutboundContent& content, const Shown& shown);
/// `urls`: where each attachment is, or nothing.
[[nodiscard]] std::string show(const InboundMessage& message, const Shown& shown,
                               std::span<const std::string> urls);

}  // namespace postern::adapters::webchat
