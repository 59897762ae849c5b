// The program `postern`.
#include <cstdio>
#include <cstdlib>

#include "gateway/cli/commands.h"
#include "storage/failpoint.h"

int main(int argc, char** argv) {
    // For the crash tests: restore works on the storage itself (storage/failpoint.h).
    const char* wanted = std::getenv("POSTERN_FAILPOINT");
    std::string problem;
    if (wanted != nullptr && !postern::storage::arm_failpoint(wanted, problem)) {
        std::fprintf(stderr, "postern: POSTERN_FAILPOINT: %s\n", problem.c_str());
        return postern::cli::exit_usage;
    }
    return postern::cli::run(argc, argv);
}
