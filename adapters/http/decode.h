// An item of a webhook -> the model, by the rules of the `receive` document. Thread: any.
#pragma once

#include "adapters/adapter.h"
#include "adapters/http/receive.h"

namespace postern::adapters::http {

[[nodiscard]] Result<InboundBatch> decode(const Receive& receive, const WebhookRequest& request,
                                          Instant now);

}  // namespace postern::adapters::http
