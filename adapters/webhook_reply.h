// What the 200 to one webhook says beyond its channel's constant reply (Traits::reply_body): with
// some providers an answer is also an order. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters {

/// A JSON body for the 200 to this webhook, which was verified and whose items are durable; empty:
/// the constant reply. 64 readable bytes must follow `body`.
[[nodiscard]] std::string webhook_reply(std::string_view channel, std::string_view body);

}  // namespace postern::adapters
