// Messages as the contract writes them, for events and for GET /v1/messages. Pure.
#pragma once

#include <string>

#include "gateway/events/account_table.h"
#include "gateway/model/json.h"
#include "gateway/model/records.h"

namespace postern::events {

// Ids of what a row is about; empty string if there is none.
[[nodiscard]] std::string message_id(const model::SeqHead& head, model::Sequence sequence);
[[nodiscard]] std::string contact_id(model::Instant created, std::uint32_t epoch, model::Part part);
[[nodiscard]] std::string conversation_id(const model::MessageRow& row);

/// `"account":…,"channel":…`, null where the row is about no account.
void write_account(model::JsonWriter& json, model::AccountNumber number,
                   const AccountTable& accounts);

/// The whole message, as one object.
void write_message(model::JsonWriter& json, const model::MessageRow& row, model::Sequence sequence,
                   const AccountTable& accounts);

void write_sender(model::JsonWriter& json, const adapters::Sender& sender);
void write_content(model::JsonWriter& json, const adapters::Content& content);
void write_attachments(model::JsonWriter& json,
                       const std::vector<adapters::Attachment>& attachments,
                       const model::SeqHead& head, model::Sequence sequence);

}  // namespace postern::events
