// From a mail to what it says: a message of a person or a machine, a report about mail of ours, a
// complaint, or our own mail that came back. The same for all who deliver mail. Pure. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/email/email_message.h"
#include "adapters/model/inbound.h"
#include "adapters/model/secret.h"

namespace postern::adapters::email {

struct MailAccount;

/// What holds of one mail or one event of a provider.
struct MailContext {
    std::string_view raw;  // the request's body: what quarantine and `raw` point into
    Instant now;
    Instant time;  // of the mail or the event
    /// Of the mail or the event: its Message-ID, or what stands for it. Never empty.
    std::string id;
    std::string_view own_address = {};  // the account's sender, lower case; may be empty
    /// What signed bounce addresses are signed with; empty: the account signs none.
    std::span<const Secret> bounce_keys = {};
};

/// Files of a message that are kept; more are named only (core::ReceiveMessage::files_max).
inline constexpr std::size_t files_max = 32;

/// `fallback_id`: of a mail without a Message-ID; empty: made of the mail's bytes.
void decode_mail(Mail mail, std::string_view raw, const MailAccount& account,
                 std::string_view fallback_id, Instant now, InboundBatch& batch);

}  // namespace postern::adapters::email
