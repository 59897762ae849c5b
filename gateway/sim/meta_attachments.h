// What was uploaded to a page for its messages, on Messenger or Instagram: attachments by their
// ids, for 90 days.
#pragma once

#include <string>
#include <string_view>

#include "gateway/sim/json_read.h"
#include "gateway/sim/meta_send.h"

namespace postern::sim {

/// POST /{page}/message_attachments with a form. `call` has its account; answered with the id, or
/// with what is wrong.
[[nodiscard]] Call take_meta_attachment(const net::Request& request, const MetaSendRules& rules,
                                        Call call);

/// What is wrong with an attachment of `type` that names an upload; empty: nothing.
[[nodiscard]] std::string check_meta_attachment(const JsonObject& payload, std::string_view type,
                                                const MetaSendRules& rules,
                                                const SimAccount& account);

}  // namespace postern::sim
