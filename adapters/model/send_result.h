// How one attempt to send ended, in six words: of an answer at once, and of what a receipt tells
// later.
#pragma once

#include <string_view>

namespace postern::adapters {

enum class SendResult : unsigned char {
    accepted,      // the provider took it
    rate_limited,  // not taken: `scope` waits until `retry_at`; costs no attempt
    transient,     // not taken, may be tried again
    permanent,     // not taken, never will be
    credential,    // not taken: token or account is refused, nothing of this account will be taken
    unknown,       // nobody knows whether it was taken
};
[[nodiscard]] std::string_view to_string(SendResult result);

}  // namespace postern::adapters
