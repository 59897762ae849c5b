// The pieces of Viber's way out, one .cc each; the registry knows make_sending(). Pure functions.
// Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::viber {

/// Null without a problem: no `auth_token`. The sender's name is `sender_name`, else the account's.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc: Viber's limits
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// build.cc, keyboard.cc
/// The body of POST /send_message.
[[nodiscard]] std::string message_body(const SendRequest& request, std::string_view sender_name);

// classify.cc, codes.cc
[[nodiscard]] SendOutcome classify(const ProviderAnswer& answer, Instant now,
                                   std::span<const Secret> credentials);
/// Viber's statuses, sorted.
[[nodiscard]] std::span<const shared::CodeRule> code_rules();

}  // namespace postern::adapters::viber
