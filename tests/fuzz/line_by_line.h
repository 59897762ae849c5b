// A server's bytes for two sessions of the same options: to one they come line by line, since what
// comes behind a STARTTLS in the same packet is refused on purpose; to the other each line in two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/check.h"

/// The first byte are the options, the second says where lines are cut, the rest is the server's.
template <class Session>
void hear_line_by_line(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return;
    std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    Session lines(data[0]);
    Session pieces(data[0]);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        const std::string_view line = rest.substr(0, end);
        lines.hear(line);
        const std::size_t cut = data[1] % (line.size() + 1);
        pieces.hear(line.substr(0, cut));
        pieces.hear(line.substr(cut));
        rest.remove_prefix(end);
    }
    POSTERN_FUZZ_CHECK(lines.told() == pieces.told());
}
