// What the audit says of a thing before and after it was changed: a small JSON object a kind,
// without secrets, without what operators wrote in their own words, and without addresses. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/model/records.h"

namespace postern::core {

/// Name, scopes, end, limit, state.
[[nodiscard]] std::string facts_of(const model::ApiKeyRow& row);
/// State, types, and the URL's scheme and host alone: apps put credentials into the rest.
[[nodiscard]] std::string facts_of(const model::SubscriptionRow& row);
/// Name, language, account, category, status, version: not the words.
[[nodiscard]] std::string facts_of(const model::TemplateRow& row, std::string_view account);
[[nodiscard]] std::string facts_of(const model::AccountRow& row);
/// {"name":"value"}
[[nodiscard]] std::string fact(std::string_view name, std::string_view value);

}  // namespace postern::core
