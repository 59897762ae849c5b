// `postern accounts connect`: a walk from credentials to a message that arrived, a tick a step.
#pragma once

#include <CLI/CLI.hpp>

#include "gateway/cli/context.h"

namespace postern::cli {

/// `context` outlives the parser.
void add_connect(CLI::App& accounts, Context& context);

}  // namespace postern::cli
