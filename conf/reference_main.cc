// Prints the reference page: build/conf_reference > conf/reference.md
#include <cstdio>

#include "conf/loader.h"

int main() {
    const std::string page = postern::conf::reference();
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
