// The only place that reads the clocks. Everything else gets `now` as an argument.
#pragma once

#include "gateway/model/time.h"

namespace postern::runtime {

[[nodiscard]] model::Now read_clocks();

}  // namespace postern::runtime
