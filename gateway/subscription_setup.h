// Deliveries to subscriptions, built from the configuration: where they may go, and by which
// client. Main thread.
#pragma once

#include <memory>

#include "conf/config.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/subscriptions/deliverer.h"

namespace postern {

/// On the last of the I/O threads. To be start()ed and stop()ped by the caller.
[[nodiscard]] std::unique_ptr<subscriptions::Deliverer> make_deliverer(
    const conf::Config& config, runtime::Pipeline& pipeline, net::IoPool& io,
    const core::SmallTables& tables);

/// Why no subscription may have this URL, for people; empty if one may. Any thread.
[[nodiscard]] std::string refusal_of(const conf::Subscriptions& rules, std::string_view url);

}  // namespace postern
