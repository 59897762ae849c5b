// The verifiers that a `receive` document can name. Thread: any.
#pragma once

#include <span>

#include "adapters/adapter.h"
#include "adapters/http/receive.h"

namespace postern::adapters::http {

/// Either of the live secrets will do. Comparisons take constant time.
[[nodiscard]] Verification verify(const VerifyRule& rule, std::span<const Secret> secrets,
                                  const WebhookRequest& request, Instant now);

/// The string that `rule` says was signed. `timestamp` as received.
[[nodiscard]] std::string canonical_string(const VerifyRule& rule, const WebhookRequest& request,
                                           std::string_view timestamp);

}  // namespace postern::adapters::http
