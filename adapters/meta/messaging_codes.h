// The error codes of the Messenger Platform as data. Thread: any.
#pragma once

#include <optional>

#include "adapters/meta/graph_answer.h"

namespace postern::adapters::meta {

/// What a code and its subcode mean for a send on Messenger or Instagram; nullopt for a code that
/// is not known.
[[nodiscard]] std::optional<SendOutcome> judge_messaging(const GraphError& error, Instant now);

}  // namespace postern::adapters::meta
