// What stands at the end of a medium's public URL: some providers and phones tell a file's kind by
// its extension alone. Pure. Thread: any.
#pragma once

#include <string>

#include "adapters/model/outbound.h"

namespace postern::model {

/// The content's filename in letters that need no escaping, with an extension in any case: of the
/// name, else of the type, else of the kind.
[[nodiscard]] std::string url_name(const adapters::OutboundContent& content);

}  // namespace postern::model
