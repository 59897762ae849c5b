// Alarms by e-mail as the daemon has them: what the configuration must say, and the courier that
// takes them, which is made for alarms alone: it is there while the daemon sends nothing else.
// Main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "conf/config.h"
#include "gateway/egress/courier.h"
#include "gateway/model/time.h"
#include "gateway/net/io_thread.h"

namespace postern {

/// Empty, or why no alarm could leave by mail, one line with the file and the key.
[[nodiscard]] std::string alarm_mail_problem(const conf::Config& config);

/// Null: none is wanted, or it cannot be made, which is logged. `pool` outlives it.
[[nodiscard]] std::shared_ptr<egress::Courier> make_alarm_courier(
    const conf::Config& config, net::IoPool& pool, std::function<model::Now()> clock);

}  // namespace postern
