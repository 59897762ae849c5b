// Messages that name an upload: whether it may be sent on their accounts, and what the command says
// of it (private).
#pragma once

#include "gateway/api/fields.h"
#include "gateway/api/message_ask.h"
#include "gateway/core/send_commands.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// Of content.upload: an id, and a way to each account's provider: a URL that it can fetch, or the
/// bytes. The content's url stands for the signed one while adapters check it, empty if none of
/// them needs any. False: `in` says why.
[[nodiscard]] bool give_url(Fields& in, const SendDesk& desk, MessageAsk& ask);

/// Looks the upload up: there, of the content's kind, within each channel's limit. Fills in the
/// content's type and name, and the command's upload. `problem` with status 0: it may be sent.
void use_upload(const MessageAsk& ask, runtime::Reader* reader, adapters::OutboundContent& content,
                core::SubmitMessage& command, Problem& problem);

}  // namespace postern::api
