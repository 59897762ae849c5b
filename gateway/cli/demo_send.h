// The demo's chapter of messages out: one that goes, with its verdict and receipts, and one that a
// rule refuses, with what would help.
#pragma once

#include <string>

#include "gateway/cli/demo_report.h"
#include "gateway/cli/demo_stage.h"

namespace postern::cli {

/// Sends to `contact`, who wrote on WhatsApp just before. False where a fact was false; `message`
/// becomes the id of what was sent.
[[nodiscard]] bool play_sending(DemoStage& stage, DemoReport& report, const std::string& contact,
                                std::string& message);

}  // namespace postern::cli
