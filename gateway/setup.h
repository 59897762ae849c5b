// From the configuration to what the parts are built with: the only code that knows both conf/ and
// them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "conf/config.h"
#include "gateway/core/command.h"
#include "gateway/ingress/accounts.h"
#include "gateway/net/server.h"
#include "gateway/registered.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/runtime/recovery.h"

namespace postern {

/// Loads the file; false with every problem in `problems`, one a line.
[[nodiscard]] bool load_config(const std::string& path, conf::Config& config,
                               std::string& problems);

/// What an adapter, and whoever drives its channel, is made with.
[[nodiscard]] adapters::AdapterConfig adapter_config(const conf::Account& from);

/// Adapters for each account. Numbers are not known yet. False with words in `problems`.
[[nodiscard]] bool make_accounts(const conf::Config& config,
                                 std::vector<std::unique_ptr<ingress::Account>>& accounts,
                                 std::string& problems);

/// Those of the storage, in the place of what a start would write down: accounts that it does not
/// know are left out.
[[nodiscard]] std::vector<std::unique_ptr<ingress::Account>> known_accounts(
    std::vector<std::unique_ptr<ingress::Account>> configured, const Registered& registered);

[[nodiscard]] runtime::RecoveryOptions recovery_options(const conf::Config& config);
[[nodiscard]] runtime::PipelineOptions pipeline_options(const conf::Config& config);
[[nodiscard]] net::ServerOptions webhook_server(const conf::Config& config);
[[nodiscard]] net::ServerOptions api_server(const conf::Config& config);
[[nodiscard]] net::ServerOptions metrics_server(const conf::Config& config);
[[nodiscard]] std::size_t io_threads(const conf::Config& config);

}  // namespace postern
