// Whom a message reaches: addresses of a contact on the accounts that were asked for, external ids
// of what it answers, and the command that follows from it all (private).
#pragma once

#include "gateway/api/message_ask.h"
#include "gateway/core/send_commands.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// Whether make_submit() has to read rows: a contact, a message of ours, another channel's address.
[[nodiscard]] bool needs_reading(const MessageAsk& ask);

/// What the channel says about the content. A reaction may name a message of ours: make_submit()
/// puts the provider's id in its place and judges that one.
[[nodiscard]] std::optional<adapters::FieldProblem> fault_of(
    const SendAccount& account, const adapters::OutboundContent& content);

/// The command of what was asked, without caller and idempotency. `reader` may be null if nothing
/// has to be read. `problem` with status 0: it worked.
/// Where no account was named the candidates' are in `ask` then.
[[nodiscard]] core::SubmitMessage make_submit(MessageAsk& ask, const SendDesk& desk,
                                              const templates::TemplateTable& table,
                                              runtime::Reader* reader, Problem& problem);

/// The contact's name there; empty if it has none. Numbers and mail addresses serve every channel
/// that uses them.
[[nodiscard]] std::string address_of(const model::ContactRow& contact, const SendAccount& account);

}  // namespace postern::api
