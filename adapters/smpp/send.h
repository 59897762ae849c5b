// What the registry knows of the way out: what can be said over SMPP. How it leaves is outbox.h and
// session.h. Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/sending_adapter.h"
#include "adapters/smpp/options.h"

namespace postern::adapters::smpp {

/// Null without a problem: no centre is named, or it is only bound to receive.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

/// Text alone, in at most `parts_max` parts.
[[nodiscard]] std::optional<FieldProblem> check(const Options& options,
                                                const OutboundContent& content);

}  // namespace postern::adapters::smpp
