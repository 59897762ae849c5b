// The way out to a visitor: what the widget can draw. A courier carries it (gateway/webchat), so
// there is no request to make. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/sending_adapter.h"

namespace postern::adapters::webchat {

/// «URLs» of typing signs and read marks: they go to the widget, not to a provider. The body is the
/// visitor, and for a read mark the external id of the last message that was read.
inline constexpr std::string_view typing_call = "webchat:typing";
inline constexpr std::string_view read_call = "webchat:read";

/// Null without a problem: no `visitor_secret`.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

/// `any_length`: of a text; the account's long_text is "split", and a window scrolls.
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content,
                                                bool any_length = false);

}  // namespace postern::adapters::webchat
