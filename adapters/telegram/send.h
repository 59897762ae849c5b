// The pieces of Telegram's way out, one .cc each; the registry knows make_sending(). Pure
// functions. Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::telegram {

/// Null without a problem: no `bot_token`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// build.cc, keyboard.cc
/// A method of the Bot API with its JSON parameters.
struct Method {
    std::string_view name;
    std::string parameters;
};
/// `chat` is where it goes, which after a group's upgrade is no longer `request.to`.
[[nodiscard]] Method message_method(const SendRequest& request, std::string_view chat);
/// The same of a medium whose bytes are sent: writes body and headers, answers the method's name.
[[nodiscard]] std::string_view fill_with_file(const SendRequest& request, std::string_view chat,
                                              ProviderCall& call);
[[nodiscard]] std::string typing_parameters(std::string_view chat);

/// An external id of ours taken apart: "chat:message" or "connection:chat:message".
struct MessageRef {
    std::string_view connection;
    std::string_view chat;
    std::string_view message;    // empty: not an id of a message
    std::string_view ephemeral;  // instead of `message`: of one that a single person sees
};
[[nodiscard]] MessageRef message_ref(std::string_view external_id);
/// Header, text and footer of buttons and lists as one text: Telegram has only that.
[[nodiscard]] std::string composed_text(const OutboundContent& content);
/// A card with all that sendContact itself has no parameter for; empty if there is no more.
[[nodiscard]] std::string vcard(const ContactCard& card);

// classify.cc
/// The chat that a group has become, or empty.
[[nodiscard]] std::string migrated_to(const ProviderAnswer& answer);
[[nodiscard]] SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                                   std::span<const Secret> credentials);

}  // namespace postern::adapters::telegram
