// The pieces of WhatsApp's way out, one .cc each; the registry knows make_sending(). Pure
// functions. Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::whatsapp {

/// Null without a problem: no `access_token`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc: Meta's limits
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// build.cc, build_interactive.cc, build_template.cc
/// `media_id`: Meta's name of the request's file, which was uploaded before.
[[nodiscard]] std::string message_body(const SendRequest& request, std::string_view media_id = {});
[[nodiscard]] std::string read_body(std::string_view external_id, bool typing);

// classify.cc
[[nodiscard]] SendOutcome classify(const ProviderAnswer& answer, const SendRequest& request,
                                   std::span<const Secret> credentials);
/// The id that an upload was given, or empty.
[[nodiscard]] std::string media_id_of(const ProviderAnswer& answer);
/// Whether Meta may not know a media id (any more): it has no code for that alone.
[[nodiscard]] bool may_be_media(const SendOutcome& outcome);
/// The codes of Graph and of the Cloud API that are known, sorted.
[[nodiscard]] std::span<const shared::CodeRule> code_rules();

}  // namespace postern::adapters::whatsapp
