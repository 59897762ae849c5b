// What the decoders of inbound mail know of their account, read once from its configuration. Values
// only. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/email/email_verify.h"

namespace postern::adapters::email {

struct MailAccount {
    std::string own_address;      // of `from`, lower case; may be empty
    std::vector<Secret> secrets;  // passwords, signing keys; as the scheme has them
    /// Of link_secret, where the account signs its bounce addresses; empty: it does not.
    std::vector<Secret> bounce_keys;
    std::vector<PublicKey> keys;      // SendGrid
    std::vector<std::string> topics;  // SNS: ARNs that may speak to this account
    std::string base_url;             // instead of the provider's own origin; may be empty
};

}  // namespace postern::adapters::email
