// Which accounts a message may take that names none: what the configuration prefers, what of it has
// an address of the person and can carry the content. Who of them it is, the core says (private).
#pragma once

#include "gateway/api/message_ask.h"
#include "gateway/core/send_commands.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// Puts the candidates before the fallback in `ask.accounts`, with their words in `ask.words`, and
/// their routes into the command, best first. `problem` with status 0: there is at least one; else
/// it says of every account that was considered why it is none.
void find_candidates(MessageAsk& ask, const SendDesk& desk, const templates::TemplateTable& table,
                     runtime::Reader& reader, core::SubmitMessage& command, Problem& problem);

/// Nobody can be chosen; `errors` as written, one an account.
[[nodiscard]] Problem nobody_chosen(std::vector<FieldError> errors);

}  // namespace postern::api
