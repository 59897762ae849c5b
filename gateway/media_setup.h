// Media as the daemon runs them: from the configuration to the service, its guard, and the accounts
// whose attachments can be fetched. Main thread.
#pragma once

#include <memory>
#include <string>

#include "conf/config.h"
#include "gateway/egress/accounts.h"
#include "gateway/ingress/accounts.h"
#include "gateway/ingress/documents.h"
#include "gateway/ingress/webhook.h"
#include "gateway/media/service.h"
#include "gateway/runtime/pipeline.h"

namespace postern {

/// Null with words in `problem`: the folder cannot be used. `gate` says when the disk is too full
/// to fetch; it outlives the service.
[[nodiscard]] std::unique_ptr<media::MediaService> make_media(
    const conf::Config& config, runtime::Pipeline& pipeline, net::IoPool& io,
    const storage::KeyBytes& master, const ingress::IntakeGate& gate, std::string& problem);

/// Accounts have their numbers, and their ways out, already.
[[nodiscard]] media::FetchAccounts fetch_accounts(const conf::Config& config,
                                                  const ingress::AccountTable& accounts,
                                                  const egress::AccountTable& ways);

/// Where certificates of signatures may be fetched, as attachments may.
[[nodiscard]] ingress::DocumentGuard document_guard(const conf::Config& config);

/// Whether an attachment may be fetched from there, beyond its account's own provider; empty, or
/// words for the caller.
[[nodiscard]] std::string fetch_refusal(const conf::Media& rules, std::string_view url);

}  // namespace postern
