// What this program was built with and runs on, for `--version` and reports of trouble. Any thread.
#pragma once

#include <string>

namespace postern::net {

/// Lines "name value\n": the event loop, Boost, OpenSSL (the library that is loaded, and the one
/// compiled against where they differ), the compiler and the kind of build. The same sources give
/// the same text: no commit, no date, no path.
[[nodiscard]] std::string build_facts();

}  // namespace postern::net
