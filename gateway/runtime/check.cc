// The last line of a process that must not go on.
#include "gateway/runtime/check.h"

#include <cstdlib>

#include <spdlog/spdlog.h>

namespace postern::runtime {

void die(std::string_view event, std::string_view detail) {
    spdlog::critical("event={} detail=\"{}\" action=exit code={}", event, detail, exit_restart);
    spdlog::default_logger()->flush();
    std::_Exit(exit_restart);
}

}  // namespace postern::runtime
