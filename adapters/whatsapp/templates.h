// Templates as Graph tells of them: in the list of a business account and in webhooks
// (Meta, "Message templates" and "message_template_status_update", v25.0, 2026). Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/model/listed_template.h"
#include "adapters/sending_adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::whatsapp {

/// A status or the event of a status webhook in the contract's words; empty for what changes
/// nothing (FLAGGED warns only).
[[nodiscard]] std::string_view template_status(std::string_view provider);

/// One page of GET /{waba_id}/message_templates; nullopt: it is none.
[[nodiscard]] std::optional<TemplatePage> read_template_page(std::string_view body);

/// What `value` of a template webhook says of one template; `status` empty for other fields.
[[nodiscard]] ListedTemplate read_template_news(std::string_view field, json::Object value);

}  // namespace postern::adapters::whatsapp
