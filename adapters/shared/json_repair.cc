// One pass over the text, aware only of strings and numbers. It runs after a parse failed, never on
// the hot path, and its result is parsed again: it need not judge the rest of the grammar.
#include "adapters/shared/json_repair.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

namespace postern::adapters::json {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}

/// The UTF-16 unit of the escape `\uXXXX` at `at`.
std::optional<unsigned> escaped_unit(std::string_view body, std::size_t at) {
    if (at + 6 > body.size() || body[at] != '\\' || body[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const char* begin = body.data() + at + 2;
    const auto [stop, error] = std::from_chars(begin, begin + 4, unit, 16);
    if (error != std::errc{} || stop != begin + 4) return std::nullopt;
    return unit;
}

/// Repairs the escape at `at` if it is a lone surrogate; answers how many bytes to step over.
std::size_t repair_escape(std::string& body, std::size_t at, bool& changed) {
    const std::optional<unsigned> unit = escaped_unit(body, at);
    if (!unit) return 2;
    if (*unit < 0xd800 || *unit > 0xdfff) return 6;
    if (*unit < 0xdc00) {
        const std::optional<unsigned> low = escaped_unit(body, at + 6);
        if (low && *low >= 0xdc00 && *low <= 0xdfff) return 12;
    }
    std::memcpy(body.data() + at, "\\ufffd", 6);
    changed = true;
    return 6;
}

/// After the closing quote, or the end of the text.
std::size_t repair_string(std::string& body, std::size_t at, bool& changed) {
    ++at;
    while (at < body.size() && body[at] != '"') {
        at += body[at] == '\\' ? repair_escape(body, at, changed) : 1;
    }
    return at + 1;
}

/// The length of a number by JSON's grammar at `at`, or 0.
std::size_t number_length(std::string_view body, std::size_t at) {
    std::size_t i = at;
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < body.size() && digit(body[i])) ++i;
        return i - from;
    };
    if (i < body.size() && body[i] == '-') ++i;
    const bool zero = i < body.size() && body[i] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return 0;
    if (i < body.size() && body[i] == '.') {
        ++i;
        if (digits() == 0) return 0;
    }
    if (i < body.size() && (body[i] == 'e' || body[i] == 'E')) {
        ++i;
        if (i < body.size() && (body[i] == '+' || body[i] == '-')) ++i;
        if (digits() == 0) return 0;
    }
    return i - at;
}

bool out_of_range(std::string_view number) {
    if (number.find_first_of(".eE") == std::string_view::npos) return number.size() > 18;
    double value = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    return parsed.ec != std::errc{} || !std::isfinite(value);
}

}  // namespace

bool repair(std::string& body) {
    bool changed = false;
    std::size_t at = 0;
    while (at < body.size()) {
        if (body[at] == '"') {
            at = repair_string(body, at, changed);
        } else if (digit(body[at]) || body[at] == '-') {
            const std::size_t length = number_length(body, at);
            // Anything shorter than five bytes is in range, so "null" always fits.
            if (length >= 5 && out_of_range(std::string_view(body).substr(at, length))) {
                std::memcpy(body.data() + at, "null", 4);
                std::memset(body.data() + at + 4, ' ', length - 4);
                changed = true;
            }
            at += length == 0 ? 1 : length;
        } else {
            ++at;
        }
    }
    return changed;
}

}  // namespace postern::adapters::json
