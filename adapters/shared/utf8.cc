// simdjson says whether there is anything to do, which there almost never is.
#include "adapters/shared/utf8.h"

#include <string_view>

#include <simdjson.h>

namespace postern::adapters::shared {
namespace {

/// Bytes that a sequence starting with `first` should have; 0 for a byte that starts none.
std::size_t sequence_bytes(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

std::string repair(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const std::size_t bytes = sequence_bytes(static_cast<unsigned char>(text.front()));
        const bool whole =
            bytes != 0 && bytes <= text.size() && simdjson::validate_utf8(text.data(), bytes);
        if (whole) {
            out.append(text.substr(0, bytes));
        } else {
            out.append("\xEF\xBF\xBD");
        }
        text.remove_prefix(whole ? bytes : 1);
    }
    return out;
}

}  // namespace

std::string valid_utf8(std::string text) {
    if (simdjson::validate_utf8(text)) return text;
    return repair(text);
}

}  // namespace postern::adapters::shared
