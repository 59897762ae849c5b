// The sending half of `postern status`, as text. Tested without a daemon.
#pragma once

#include <string>

#include "gateway/cli/document.h"

namespace postern::cli {

/// A table of the accounts that can send, and one line for all messages; nothing where there are
/// none. `root`: the answer of GET /v1/status.
[[nodiscard]] std::string sending_text(Element root);

}  // namespace postern::cli
