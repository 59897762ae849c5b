// The way out of an account whose provider is described by a `send` document. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/sending_adapter.h"

namespace postern::adapters::http {

/// Null without a problem: no `send`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

}  // namespace postern::adapters::http
