// What a person wishes with a word: «stop», «start». Read on the I/O thread, acted on by the core.
#pragma once

#include "adapters/adapter.h"
#include "gateway/core/command.h"

namespace postern::ingress {

/// The wish in a message's text or tapped button. A button says stop, never start: it answers a
/// question. Groups have none: one member does not speak for all. A channel whose provider confirms
/// by itself (SMS by Twilio) gets no confirmation of ours.
[[nodiscard]] core::Wish wish_of(const adapters::InboundMessage& message, std::string_view channel);

}  // namespace postern::ingress
