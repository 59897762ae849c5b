// The pieces of Twilio's way out, one .cc each; the registry knows make_sending(). Pure functions.
// Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::twilio {

/// Null without a problem: neither `from` nor `messaging_service_sid`, so the account only
/// receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

/// The query parameter of a status callback's URL that brings our name of the attempt back. Twilio
/// signs the URL with its query as we gave it, so the signature stays valid.
constexpr std::string_view echo_parameter = "postern";

/// Who sends. `prefix` is the channel's within Twilio ("whatsapp:", "rcs:"), empty for SMS.
struct From {
    std::string from;
    std::string messaging_service_sid;
    std::string prefix;
};

// check.cc
[[nodiscard]] std::optional<FieldProblem> check(const From& from, const OutboundContent& content);

// build.cc
[[nodiscard]] std::string message_form(const From& from, const SendRequest& request);

// classify.cc, codes.cc
[[nodiscard]] SendOutcome classify(const ProviderAnswer& answer, Instant now,
                                   std::span<const Secret> credentials);
[[nodiscard]] std::span<const shared::CodeRule> code_rules();

}  // namespace postern::adapters::twilio
