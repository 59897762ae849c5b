// Which channels have drivers of their own beside HTTP: one line each. Main thread.
#pragma once

#include <optional>
#include <string>

#include "gateway/lines/line.h"

namespace postern {

/// What an account of this channel has beside HTTP; nullopt: nothing, or its settings cannot be
/// used, with words in `problem` then.
[[nodiscard]] std::optional<lines::Line> make_line(const lines::Ground& ground,
                                                   const lines::Settings& settings,
                                                   std::string& problem);

}  // namespace postern
