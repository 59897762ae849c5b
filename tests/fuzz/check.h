// What a fuzz target says when a property does not hold: the condition, then the end of the
// process, so that the fuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

#define POSTERN_FUZZ_CHECK(condition)                                            \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                        \
        }                                                                        \
    } while (false)
