// The pieces of LINE's way out, one .cc each; the registry knows make_sending(). Pure functions.
// Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::line {

/// Null without a problem: no `access_token`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc: LINE's limits
/// `split`: a text may be as long as the messages of one push hold together.
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content, bool split);

// build.cc, build_choices.cc, build_flex.cc
/// The body of POST /v2/bot/message/push.
[[nodiscard]] std::string push_body(const SendRequest& request);
[[nodiscard]] std::string loading_body(std::string_view user);
/// `token`: of a message, which its webhook brought; read_token() finds it in our details of it.
[[nodiscard]] std::string read_body(std::string_view token);
[[nodiscard]] std::string read_token(std::string_view details_json);

// retry_key.cc
/// A UUID (version 5, RFC 9562) that the same name always gives: LINE takes a push with the same
/// key once.
[[nodiscard]] std::string retry_key(std::string_view name);

// classify.cc
[[nodiscard]] SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                                   std::span<const Secret> credentials);

}  // namespace postern::adapters::line
