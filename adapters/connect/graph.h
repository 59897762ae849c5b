// What the three channels of Meta share when they are looked at: the app behind the token, the
// webhooks that the app has, and whether the app secret is that app's (Graph API v25.0, «App
// subscriptions», «Webhook overrides»). Internal to connect/. Pure functions. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/connect/plan.h"

namespace postern::adapters::connect {

/// What a channel is called at Graph.
struct GraphTopic {
    std::string_view object;   // of the app's webhooks: whatsapp_business_account, page, instagram
    std::string_view fields;   // of them, with commas
    std::string_view product;  // in the app dashboard
};
[[nodiscard]] const GraphTopic& topic_of(const Inquiry& inquiry);

[[nodiscard]] std::string graph_url(const Inquiry& inquiry, std::string_view path);
/// "Bearer …" with the account's token.
[[nodiscard]] std::string graph_token(const Inquiry& inquiry);
/// Graph's words in an answer that is an error; empty if it is none.
[[nodiscard]] std::string graph_error(const ProviderAnswer& answer);
/// Reads a refusal of the account's own token or object: the inquiry ends.
void graph_refused(Inquiry& inquiry, const ProviderAnswer& answer, std::string_view object);

/// Reads the answer to a call that subscribes the app; without success it is wrong, and `cure`
/// helps.
void read_success(Inquiry& inquiry, const ProviderAnswer& answer, std::string_view cure);
/// The subscriptions that an answer lists, until the thread parses another. Nothing: it is no list,
/// which is said.
[[nodiscard]] std::optional<json::Array> subscriptions_of(Inquiry& inquiry,
                                                          const ProviderAnswer& answer);

/// Three steps: which app the token is of (note "app"); that the app secret is its own, and where
/// the app's webhooks go (note "callback"); and, connecting, an app without webhooks gets ours.
extern const Step app_step;
extern const Step secret_step;
extern const Step callback_step;

/// Without `access_token` nothing can be asked: the inquiry ends.
void look_at_meta(Inquiry& inquiry);
/// Callback URL and verify token, unless the provider has them already.
void meta_console(const Inquiry& inquiry, std::vector<ConsoleField>& out);

}  // namespace postern::adapters::connect
