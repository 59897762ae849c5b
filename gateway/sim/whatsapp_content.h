// What WhatsApp's Cloud API takes as a message, and what it says of everything else (Graph v25.0,
// "Messages" reference and "Error codes"). Pure.
#pragma once

#include <string>

#include "gateway/sim/json_read.h"

namespace postern::sim {

/// A Graph error; code 0: none.
struct GraphProblem {
    int code = 0;
    std::string details;

    explicit operator bool() const { return code != 0; }
};

struct GraphMessage {
    std::string text;           // for the ledger
    std::string template_name;  // of a template
    std::string media_id;       // of a medium that is named by one
    std::string type;           // as the message says
};

/// Judges the type and its object. Common fields (to, context, …) are not looked at.
[[nodiscard]] GraphProblem read_content(const JsonObject& message, GraphMessage& out);

}  // namespace postern::sim
