// Leaving by one click (RFC 2369, RFC 8058): the link in the header of a mail, and what comes back
// when a mailbox provider or a person follows it to the account's own webhook address. The link
// carries who and what in clear, signed; nothing is stored for it. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/adapter.h"

namespace postern::adapters::email {

/// What the link says: this address wants nothing more of this category from this account.
struct Unsubscription {
    std::string account;
    std::string address;
    std::string category;  // of the contract
    bool operator==(const Unsubscription&) const = default;
};

/// `base` is where the account's webhooks arrive from outside. Empty without one or without a key.
[[nodiscard]] std::string unsubscribe_url(std::string_view base, const Unsubscription& what,
                                          const Secret& key);

/// Whether a request to the account's webhook is one of these (by its query alone, true or forged).
[[nodiscard]] bool is_unsubscribe(const WebhookRequest& request);

/// What the link of the request says, if one of `keys` signed it for `account`.
[[nodiscard]] std::optional<Unsubscription> unsubscribe_link(const WebhookRequest& request,
                                                             std::string_view account,
                                                             std::span<const Secret> keys);

/// A GET: the page whose button posts, because programs that look at links follow them too;
/// without it for a link that is not ours. Nullopt: it is no GET.
[[nodiscard]] std::optional<HandshakeReply> unsubscribe_page(const WebhookRequest& request,
                                                             std::string_view account,
                                                             std::span<const Secret> keys);

/// A POST, once verified: one signal, opted_out for the category.
[[nodiscard]] InboundBatch unsubscribe_batch(const WebhookRequest& request,
                                             const Unsubscription& what, Instant now);

}  // namespace postern::adapters::email
