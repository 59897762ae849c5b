// Templates as Graph tells of them: in the list of a WhatsApp business account or of a page, and in
// webhooks (Meta, "Message templates" and "message_template_status_update", v25.0; "Send a utility
// message", March 2026). Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/model/listed_template.h"
#include "adapters/sending_adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::meta {

/// A status or the event of a status webhook in the contract's words; empty for what changes
/// nothing (FLAGGED warns only).
[[nodiscard]] std::string_view template_status(std::string_view provider);

/// Where the templates of `owner` (a business account or a page) are listed; empty if that is.
[[nodiscard]] std::string templates_url(std::string_view base, std::string_view owner);

/// Asks for a page of that list.
[[nodiscard]] ProviderCall templates_call(std::string_view url, std::string_view page,
                                          std::string_view authorization);

/// What came: a page, or the outcome `unreadable_list`; nullopt: a refusal, which the channel's
/// codes explain.
[[nodiscard]] std::optional<std::variant<TemplatePage, SendOutcome>> read_templates_answer(
    const ProviderAnswer& answer);

/// What `value` of a template webhook says of one template; `status` empty for other fields.
[[nodiscard]] ListedTemplate read_template_news(std::string_view field, json::Object value);

}  // namespace postern::adapters::meta
