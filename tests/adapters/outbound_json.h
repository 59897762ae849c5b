// The contract's `content` object as the model of what goes out, for situations on disk. Tolerant:
// the gateway's own reader is strict, and tested where it stands.
#pragma once

#include "adapters/model/outbound.h"
#include "adapters/shared/json.h"

namespace postern::adapters {

[[nodiscard]] OutboundContent read_outbound(json::Object from);

}  // namespace postern::adapters
