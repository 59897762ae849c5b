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

/// The same of one of the accounts that the message may take (`ask.accounts`), where none is asked
/// for: without a template of its own it says what the first of them that has one would say.
[[nodiscard]] bool fit_template_on(Fields& in, const templates::TemplateTable& table,
                                   const SendAccount& account, const MessageAsk& ask,
                                   std::string& words);

/// The stored template of the account that was asked for first; null: not known, or only by name.
[[nodiscard]] templates::TemplatePtr template_of(const MessageAsk& ask,
                                                 const templates::TemplateTable& table);

}  // namespace postern::api
