// What LINE's webhooks say that its other side has to know again.
#pragma once

#include <string>

#include "gateway/sim/scenario.h"

namespace postern::sim {

/// The user, or the group that it was said in: where an answer goes.
[[nodiscard]] std::string line_chat(const Item& item);
/// Of the event, for one reply; empty: it can have none (an unfollow).
[[nodiscard]] std::string line_reply_token(const Item& item);
/// Marks the message and all before it as read; empty: it is none.
[[nodiscard]] std::string line_read_token(const Item& item);

}  // namespace postern::sim
