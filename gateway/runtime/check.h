// "This should never happen": says what, and ends the process. systemd restarts it, the log
// recovers.
#pragma once

#include <string_view>

namespace postern::runtime {

/// Exit code that systemd restarts on: EX_TEMPFAIL.
inline constexpr int exit_restart = 75;

/// What a test puts in the place of the exit: it must not return (it may throw).
using DieHook = void (*)(std::string_view event, std::string_view detail);
void set_die_hook(DieHook hook);

/// A durable write failed or an invariant broke: nothing more is acknowledged. Never returns.
[[noreturn]] void die(std::string_view event, std::string_view detail);

}  // namespace postern::runtime

#define POSTERN_CHECK(condition, detail)                                       \
    do {                                                                       \
        if (!(condition)) ::postern::runtime::die("invariant_broken", detail); \
    } while (false)
