// Who a sender is: what a new contact starts with, and what a further message teaches. Pure.
#pragma once

#include "adapters/model/inbound.h"
#include "gateway/model/records.h"

namespace postern::contacts {

/// The account through which a person is seen.
struct Seen {
    model::AccountNumber account = 0;
    std::string_view channel;
    model::Instant at{};
};

/// A contact as its first message makes it: identities, E.164 phones and mail addresses from the
/// aliases and from what was told beside them, the provider's display name. `key` is the part's
/// fresh key.
[[nodiscard]] model::ContactRow new_contact(const adapters::Sender& sender, const Seen& seen,
                                            std::uint32_t epoch, const model::PartKey& key);

/// Adds what `sender` tells that `contact` does not know: new aliases and keys, a name where there
/// was none or the provider's name changed, username, language. False if there is nothing new.
[[nodiscard]] bool learn(model::ContactRow& contact, const adapters::Sender& sender,
                         const Seen& seen);

/// Whether learn() would find nothing new.
[[nodiscard]] bool knows(const model::ContactRow& contact, const adapters::Sender& sender,
                         const Seen& seen);

/// Whether the contact has this key already, and no less surely. One that has told_keys_max of them
/// takes no further: a form can be filled in for ever.
[[nodiscard]] bool knows_told(const model::ContactRow& contact, const adapters::ToldKey& told);
inline constexpr std::size_t told_keys_max = 32;

/// True for "+" and 7 to 15 digits.
[[nodiscard]] bool is_e164(std::string_view address);

}  // namespace postern::contacts
