// What Messenger and Instagram take as the content of a message.
#pragma once

#include <string>

#include "gateway/sim/json_read.h"
#include "gateway/sim/meta_send.h"

namespace postern::sim {

/// What is wrong with "message"; empty: nothing, and `call` has its words and echo.
[[nodiscard]] std::string check_meta_message(const JsonObject& message, const MetaSendRules& rules,
                                             Call& call);

}  // namespace postern::sim
