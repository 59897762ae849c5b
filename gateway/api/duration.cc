// A number and one letter.
#include "gateway/api/duration.h"

#include <charconv>
#include <cstdint>

namespace postern::api {

bool read_duration(std::string_view text, std::chrono::seconds most, std::chrono::seconds& out) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end + 1 != text.data() + text.size() || number < 0) return false;
    const std::int64_t unit = *end == 's'   ? 1
                              : *end == 'm' ? 60
                              : *end == 'h' ? 3600
                              : *end == 'd' ? 86'400
                                            : 0;
    if (unit == 0 || number > most.count() / unit) return false;
    out = std::chrono::seconds{number * unit};
    return true;
}

}  // namespace postern::api
