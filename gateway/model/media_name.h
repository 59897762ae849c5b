// How files are named to others. Pure. Thread: any.
#pragma once

#include <string>

#include "adapters/model/outbound.h"
#include "gateway/model/media.h"

namespace postern::model {

/// The end of a medium's public URL: the content's filename in letters that need no escaping, with
/// an extension in any case (of the name, else of the type, else of the kind), because some
/// providers and phones tell a file's kind by that alone.
[[nodiscard]] std::string url_name(const adapters::OutboundContent& content);

/// The bytes' own name, in lower case.
[[nodiscard]] std::string hex_of(const Sha256& sha256);

}  // namespace postern::model
