// Echoes: a provider tells the business what was sent in its name. Of what Postern sent itself the
// echo is no news but a confirmation, also where the provider gives our own name of the attempt
// not back (Instagram). Free functions over rows; the core's thread.
#pragma once

#include <optional>

#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Of the person's last sends, those that an echo may be of while their answer is out.
inline constexpr std::size_t echoed_looked_at = 8;

/// Rows that tell whose an echo is.
void plan_echo(const ReceiveSignal& c, const Rows& rows, Missing& missing);

/// The receipt that the echo stands for, if it is of a send of ours: of a message whose id it
/// names, or of the only one to that person that nobody has answered for yet and that says the
/// same. Nothing: somebody else wrote it.
[[nodiscard]] std::optional<ReceiveStatus> receipt_of(const ReceiveSignal& c, const Rows& rows);

}  // namespace postern::core
