// A message that names a template, on each of its accounts: what it lacks, and the words that go
// where the channel has no templates of its own (private). Pure.
#pragma once

#include "gateway/api/fields.h"
#include "gateway/api/message_ask.h"
#include "gateway/templates/template_table.h"

namespace postern::api {

/// Notes name and language, makes the words of each account that needs them and checks the
/// variables against the stored template where it is known. False: `in` says what is wrong.
[[nodiscard]] bool fit_template(Fields& in, const templates::TemplateTable& table, MessageAsk& out);

/// The stored template of the account that was asked for first; null: not known, or only by name.
[[nodiscard]] templates::TemplatePtr template_of(const MessageAsk& ask,
                                                 const templates::TemplateTable& table);

}  // namespace postern::api
