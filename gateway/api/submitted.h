// From a body to a command, and from the core's reply to what the caller reads: shared by one
// message, many, and a check (private).
#pragma once

#include <optional>

#include <simdjson.h>

#include "gateway/api/call.h"
#include "gateway/api/message_ask.h"

namespace postern::api {

/// The body of the call's request; the element lives until the thread parses another. Nothing: it
/// is no JSON.
[[nodiscard]] std::optional<simdjson::dom::element> parse_json(std::string_view padded);

/// The message as it was accepted.
[[nodiscard]] std::string accepted_json(const model::Record& record, model::Sequence sequence,
                                        const events::AccountTable& accounts);

/// What a reply that is no acceptance says: a rule's refusal, a conflict, a defect.
[[nodiscard]] Problem problem_of(const core::Reply& reply);

}  // namespace postern::api
