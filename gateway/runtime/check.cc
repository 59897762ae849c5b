// The last line of a process that must not go on.
#include "gateway/runtime/check.h"

#include <cstdlib>

#include "gateway/metrics/log.h"

namespace postern::runtime {

void die(std::string_view event, std::string_view detail) {
    log::error(event, {{"detail", detail}, {"exit_code", exit_restart}});
    log::flush();
    std::_Exit(exit_restart);
}

}  // namespace postern::runtime
