// What every command shares: the options that stand before or after any command, and the exit code.
#pragma once

#include <string>

namespace postern::cli {

/// 0: done. 1: the daemon refused, a check failed. 2: wrong usage (CLI11 reports it).
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// Made by run(), filled by the parser before any command begins; lives as long as the program.
struct Context {
    std::string api = "http://127.0.0.1:8080";
    std::string key;
    bool json = false;
    int exit_code = 0;
};

}  // namespace postern::cli
