// Whom a message reaches: addresses of a contact on the accounts that were asked for, external ids
// of what it answers, and the command that follows from it all (private).
#pragma once

#include "gateway/api/message_ask.h"
#include "gateway/core/send_commands.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// Whether make_submit() has to read rows: a contact, a message of ours, another channel's address.
[[nodiscard]] bool needs_reading(const MessageAsk& ask);

/// The command of what was asked, without caller and idempotency. `reader` may be null if nothing
/// has to be read. `problem` with status 0: it worked.
[[nodiscard]] core::SubmitMessage make_submit(const MessageAsk& ask, const SendDesk& desk,
                                              runtime::Reader* reader, Problem& problem);

}  // namespace postern::api
