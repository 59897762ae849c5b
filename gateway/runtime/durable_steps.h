// What a durable group says in the life of messages, so that a test can end the daemon right before
// and right after each kind of step is on disk (storage/failpoint.h). Log thread.
#pragma once

#include <cstdint>

#include "gateway/core/effects.h"

namespace postern::runtime {

/// A set of steps, one bit each.
using DurableSteps = std::uint32_t;

/// Asked only while a failpoint is armed: it looks at every row.
[[nodiscard]] DurableSteps durable_steps(const core::Effects& effects);

/// Passes the failpoints of these steps.
void before_durable(DurableSteps steps);
void after_durable(DurableSteps steps);

}  // namespace postern::runtime
