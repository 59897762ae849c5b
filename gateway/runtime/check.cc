// The last line of a process that must not go on.
#include "gateway/runtime/check.h"

#include <cstdlib>

#include "gateway/metrics/log.h"

namespace postern::runtime {
namespace {
DieHook die_hook = nullptr;
}

void set_die_hook(DieHook hook) {
    die_hook = hook;
}

void die(std::string_view event, std::string_view detail) {
    if (die_hook) die_hook(event, detail);
    log::error(event, {{"detail", detail}, {"exit_code", exit_restart}});
    log::flush();
    std::_Exit(exit_restart);
}

}  // namespace postern::runtime
