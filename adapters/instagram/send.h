// The pieces of Instagram's way out, one .cc each; the registry knows make_sending(). Pure
// functions. Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::instagram {

/// Credential: access_token. Settings: instagram_id, with the token of an Instagram user; or
/// page_id, with the token of the page that the account is linked to. Null without a problem: no
/// `access_token`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc: Meta's limits
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// build.cc; through the Instagram API, or through the page that the account is linked to
/// `attachment`: Meta's name of the request's file, which was uploaded before, or empty.
[[nodiscard]] std::string message_body(const SendRequest& request, std::string_view attachment);
[[nodiscard]] std::string linked_message_body(const SendRequest& request,
                                              std::string_view attachment);

}  // namespace postern::adapters::instagram
