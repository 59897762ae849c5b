// The form that creates a message at Twilio: which parameters it takes and what is wrong with them.
#pragma once

#include <string_view>

#include "gateway/sim/receiver.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {

/// One of Twilio's error codes; 0: none.
struct TwilioProblem {
    int code = 0;
    std::string_view message;
};

/// Fills to, from (the sender or the Messaging Service), text and status_url of `call`.
[[nodiscard]] TwilioProblem read_message_form(const Form& form, Call& call);

}  // namespace postern::sim
