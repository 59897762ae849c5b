// The mailbox of an account whose mail is fetched by IMAP (`inbound = "imap"`), as its settings
// say. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/email/imap_client.h"
#include "adapters/email/send.h"

namespace postern::adapters::email {

struct ImapAccount {
    std::string account;
    std::string host;
    std::uint16_t port = 993;
    ImapOptions imap;
    OauthRefresh oauth;
    std::string mailbox;              // as configured: UTF-8
    std::chrono::seconds idle{1500};  // an IDLE is begun anew after so long
    std::vector<Secret> credentials;  // all of them: struck out of what a server says
};

/// Null without a problem: the account's mail does not come by IMAP.
[[nodiscard]] std::shared_ptr<const ImapAccount> imap_account(const AdapterConfig& config,
                                                              std::string& problem);

/// How quarantine names a mail, and what stands for its Message-ID where it has none: as in RFC
/// 5092, "INBOX;UIDVALIDITY=17/;UID=4".
[[nodiscard]] std::string imap_target(const ImapAccount& account, const ImapMail& mail);

}  // namespace postern::adapters::email
