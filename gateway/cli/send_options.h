// The options of `postern send`.
#pragma once

#include <CLI/CLI.hpp>

#include "gateway/cli/send_body.h"

namespace postern::cli {

/// Adds them; the parser fills `ask`, which outlives it.
void add_send_options(CLI::App& command, SendAsk& ask);

}  // namespace postern::cli
