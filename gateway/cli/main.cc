// The program `postern`.
#include "gateway/cli/commands.h"

int main(int argc, char** argv) {
    return postern::cli::run(argc, argv);
}
